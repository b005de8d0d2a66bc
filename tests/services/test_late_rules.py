"""What being late costs: what the fund starts with, and what staff have made of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.late import LateRates, late_rule_for
from webapp.models import LateKind, LateRule
from webapp.services.late_rules import late_rules_table
from webapp.services.reference_data import load_reference_data
from webapp.services.transactions import reading, transaction

SURCHARGE = LateRates("surcharge", date(2015, 1, 1), None, at_once=5_000, monthly=0)
PENALTY = LateRates("penalty", date(2015, 1, 1), None, at_once=15_000, monthly=5_000)


def test_the_fund_starts_with_five_percent_and_with_fifteen_and_five_a_month(
    office: Session,
) -> None:
    with reading(office):
        table = late_rules_table(office)
    assert sorted(table, key=lambda rule: rule.kind) == [PENALTY, SURCHARGE]
    assert late_rule_for("surcharge", date(2026, 11, 30), table) == SURCHARGE


def test_reference_data_loaded_again_leaves_what_staff_have_changed(office: Session) -> None:
    ended = date(2026, 12, 31)
    with transaction(office):
        office.execute(
            update(LateRule).where(LateRule.kind == LateKind.SURCHARGE).values(valid_until=ended)
        )
    load_reference_data(office, range(2026, 2027))
    with reading(office):
        table = late_rules_table(office)
    assert late_rule_for("surcharge", date(2027, 1, 1), table) is None
    assert len(table) == 2
