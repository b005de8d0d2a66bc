"""The keys of attempts and bank files: one presentation at a time, each under its own reference."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.models.breaking import NOW, refused_by, row_of, write
from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile


def second(tables: Session) -> dict[str, object]:
    """A second attempt of the first debit, valid once the first one has failed."""
    attempt = row_of(tables, Attempt)
    return attempt | {"number": 2, "end_to_end_id": "ANOTHER"}


def test_a_debit_has_one_live_attempt(tables: Session) -> None:
    with refused_by(tables, "uq_attempts_one_live_per_debit"):
        write(tables, Attempt, second(tables))


def test_a_failed_attempt_makes_room_for_one_more(tables: Session) -> None:
    write(tables, Attempt, second(tables), failed_at=NOW)
    with refused_by(tables, "uq_attempts_one_live_per_debit"):
        write(tables, Attempt, second(tables), number=3, end_to_end_id="A THIRD")


def test_the_attempts_of_a_debit_are_numbered(tables: Session) -> None:
    with refused_by(tables, "uq_attempts_debit_id_number"):
        write(tables, Attempt, second(tables), number=1, failed_at=NOW)


def test_no_two_attempts_share_an_end_to_end_id(tables: Session) -> None:
    other = row_of(tables, Attempt, 1)["end_to_end_id"]
    with refused_by(tables, "uq_attempts_end_to_end_id"):
        write(tables, Attempt, second(tables), end_to_end_id=other, failed_at=NOW)


def test_nothing_is_presented_for_nothing(tables: Session) -> None:
    with refused_by(tables, "ck_attempts_amount_above_zero"):
        write(tables, Attempt, second(tables), amount_centimes=0, failed_at=NOW)


@pytest.mark.parametrize("column", ["debit_id", "bank_file_id"])
def test_an_attempt_belongs_to_a_debit_and_a_file_that_exist(tables: Session, column: str) -> None:
    with refused_by(tables, f"fk_attempts_{column}"):
        write(tables, Attempt, second(tables), failed_at=NOW, **{column: 10**9})


def test_a_file_of_a_channel_and_day_has_its_own_number(tables: Session) -> None:
    file = row_of(tables, BankFile)
    with refused_by(tables, "uq_bank_files_channel_id_collect_on_sequence"):
        write(tables, BankFile, file, reference="ANOTHER")
    write(tables, BankFile, file, reference="ANOTHER", sequence=2)


def test_one_file_of_a_channel_and_day_is_filled_at_a_time(tables: Session) -> None:
    file = row_of(tables, BankFile) | {"status": BankFileStatus.FILLING}
    write(tables, BankFile, file, reference="ANOTHER", sequence=2)
    with refused_by(tables, "uq_bank_files_one_filling"):
        write(tables, BankFile, file, reference="A THIRD", sequence=3)


def test_a_files_reference_is_its_own(tables: Session) -> None:
    file = row_of(tables, BankFile)
    with refused_by(tables, "uq_bank_files_reference"):
        write(tables, BankFile, file, sequence=2)
