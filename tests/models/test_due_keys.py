"""The keys of dues: one per cause, of its own employer, never of nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.models.breaking import refused_by, row_of, write
from webapp.models import Due


def test_the_same_cause_makes_one_due(tables: Session) -> None:
    due = row_of(tables, Due)
    with refused_by(tables, "uq_dues_origin_key"):
        write(tables, Due, due, amount_centimes=1)
    write(tables, Due, due, origin_key="another cause")


def test_a_due_is_owed_for_its_own_employers_worksite(tables: Session) -> None:
    mine, other = row_of(tables, Due), row_of(tables, Due, 1)
    with refused_by(tables, "fk_dues_worksite_id_employer_id"):
        write(tables, Due, mine, origin_key="another cause", worksite_id=other["worksite_id"])


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"amount_centimes": 0}, "ck_dues_amount_not_zero"),
        ({"amount_centimes": -1}, "ck_dues_credit_is_negative"),
        ({"kind": "credit"}, "ck_dues_credit_is_negative"),
        ({"status": "half_paid"}, "ck_dues_duestatus"),
    ],
)
def test_a_due_is_owed_a_credit_is_negative_and_nothing_is_zero(
    tables: Session, wrong: dict[str, object], key: str
) -> None:
    due = row_of(tables, Due)
    with refused_by(tables, key):
        write_raw(tables, due | {"origin_key": "another cause"} | wrong)


def write_raw(session: Session, values: dict[str, object]) -> None:
    """Past the words that the code knows: as another program would write it."""
    columns = ", ".join(values)
    given = ", ".join(f":{name}" for name in values)
    session.execute(text(f"INSERT INTO dues ({columns}) VALUES ({given})"), values)
