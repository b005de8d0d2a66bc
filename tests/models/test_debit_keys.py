"""The keys of debits and their lines: the walls against collecting a due twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.models.breaking import NOW, refused_by, row_of, write
from tests.services.collecting import AMOUNT
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, DebitLine, Due, HoldReason


def test_a_due_is_in_one_live_line(tables: Session) -> None:
    line = row_of(tables, DebitLine)
    with refused_by(tables, "uq_debit_lines_one_live_per_due"):
        write(tables, DebitLine, line)


def test_a_due_is_in_one_live_line_over_all_debits(tables: Session) -> None:
    line, debit = row_of(tables, DebitLine), row_of(tables, Debit)
    later = debit["planned_for_on"] + timedelta(days=1)
    write(tables, Debit, debit, reference="ANOTHER", planned_for_on=later)
    second = tables.scalar(select(func.max(Debit.id)))
    with refused_by(tables, "uq_debit_lines_one_live_per_due"):
        write(tables, DebitLine, line, debit_id=second)


def test_a_freed_line_makes_room_for_one_live_line(tables: Session) -> None:
    line = row_of(tables, DebitLine)
    write(tables, DebitLine, line, freed_at=NOW)
    with refused_by(tables, "uq_debit_lines_one_live_per_due"):
        write(tables, DebitLine, line)


@pytest.fixture
def misplaced(tables: Session) -> dict[str, object]:
    """A line that puts the third employer's free due into the first one's debit."""
    due, line = row_of(tables, Due, 2), row_of(tables, DebitLine)
    assert due["employer_id"] != line["employer_id"]
    due_id = tables.scalar(select(Due.id).where(Due.origin_key == due["origin_key"]))
    return line | {"due_id": due_id, "employer_id": due["employer_id"]}


def test_a_line_stays_within_its_debits_employer(
    tables: Session, misplaced: dict[str, object]
) -> None:
    with refused_by(tables, "fk_debit_lines_debit_id_employer_id"):
        write(tables, DebitLine, misplaced)


def test_a_line_does_not_collect_another_employers_due(
    tables: Session, misplaced: dict[str, object]
) -> None:
    owner = row_of(tables, Debit)["employer_id"]
    with refused_by(tables, "fk_debit_lines_due_id_employer_id_amount_centimes"):
        write(tables, DebitLine, misplaced, employer_id=owner)


@pytest.mark.parametrize("change", [1, -1, AMOUNT])
def test_a_line_has_the_amount_of_its_due(tables: Session, change: int) -> None:
    line = row_of(tables, DebitLine)
    with refused_by(tables, "fk_debit_lines_due_id_employer_id_amount_centimes"):
        write(tables, DebitLine, line, amount_centimes=AMOUNT + change, freed_at=NOW)
    write(tables, DebitLine, line, freed_at=NOW)


@pytest.mark.parametrize("status", [s for s in DebitStatus if s is not DebitStatus.CANCELLED])
def test_a_mandate_has_one_live_debit_per_planned_day(tables: Session, status: DebitStatus) -> None:
    debit = row_of(tables, Debit)
    reason = HoldReason.OVER_CEILING if status is DebitStatus.HELD else None
    with refused_by(tables, "uq_debits_one_live_per_day"):
        write(tables, Debit, debit, reference="ANOTHER", status=status, hold_reason=reason)


def test_moving_the_collection_does_not_make_room_for_a_second_debit(tables: Session) -> None:
    debit = row_of(tables, Debit)
    moved = debit["collect_on"] + timedelta(days=2)
    with refused_by(tables, "uq_debits_one_live_per_day"):
        write(tables, Debit, debit, reference="ANOTHER", collect_on=moved)


def test_a_cancelled_debit_makes_room_for_another(tables: Session) -> None:
    debit = row_of(tables, Debit)
    write(tables, Debit, debit, reference="ANOTHER", status=DebitStatus.CANCELLED)
    tomorrow = debit["planned_for_on"] + timedelta(days=1)
    write(tables, Debit, debit, reference="A THIRD", planned_for_on=tomorrow)


def test_a_debits_reference_is_its_own(tables: Session) -> None:
    debit = row_of(tables, Debit)
    tomorrow = debit["planned_for_on"] + timedelta(days=1)
    with refused_by(tables, "uq_debits_reference"):
        write(tables, Debit, debit, planned_for_on=tomorrow)


@pytest.mark.parametrize("column", ["employer_id", "mandate_id"])
def test_a_debit_is_made_under_its_own_employers_mandate(tables: Session, column: str) -> None:
    mine, other = row_of(tables, Debit), row_of(tables, Debit, 1)
    tomorrow = mine["planned_for_on"] + timedelta(days=1)
    changed = {"reference": "ANOTHER", "planned_for_on": tomorrow, column: other[column]}
    with refused_by(tables, "fk_debits_mandate_id_employer_id"):
        write(tables, Debit, mine, **changed)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"amount_centimes": -1}, "ck_debits_amount_not_negative"),
        ({"status": DebitStatus.HELD}, "ck_debits_held_has_a_reason"),
        ({"hold_reason": HoldReason.NO_CONTACT}, "ck_debits_held_has_a_reason"),
    ],
)
def test_a_debit_is_never_negative_and_never_held_without_a_reason(
    tables: Session, wrong: dict[str, object], key: str
) -> None:
    debit = row_of(tables, Debit)
    tomorrow = debit["planned_for_on"] + timedelta(days=1)
    with refused_by(tables, key):
        write(tables, Debit, debit, reference="ANOTHER", planned_for_on=tomorrow, **wrong)
