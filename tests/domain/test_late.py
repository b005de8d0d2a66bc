"""What being late costs: which rule holds for the day on which an amount was due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.late import LateRates, late_rule_for

OLD = LateRates("surcharge", date(2015, 1, 1), date(2026, 12, 31), 5_000, 0)
NEW = LateRates("surcharge", date(2027, 1, 1), None, 4_000, 1_000)
PENALTY = LateRates("penalty", date(2015, 1, 1), None, 15_000, 5_000)
TABLE = (OLD, NEW, PENALTY)


@pytest.mark.parametrize(
    ("kind", "legal_due_on", "rule"),
    [
        ("surcharge", date(2015, 1, 1), OLD),
        ("surcharge", date(2026, 12, 31), OLD),
        ("surcharge", date(2027, 1, 1), NEW),
        ("surcharge", date(2040, 1, 1), NEW),
        ("penalty", date(2026, 12, 31), PENALTY),
        ("penalty", date(2014, 12, 31), None),
        ("something else", date(2026, 1, 1), None),
    ],
)
def test_the_rule_of_the_day_on_which_the_amount_was_due_holds(
    kind: str, legal_due_on: date, rule: LateRates | None
) -> None:
    assert late_rule_for(kind, legal_due_on, TABLE) == rule
    assert late_rule_for(kind, legal_due_on, TABLE[::-1]) == rule


def test_after_a_rule_that_ended_without_another_being_late_costs_nothing() -> None:
    assert late_rule_for("surcharge", date(2027, 1, 1), [OLD, PENALTY]) is None


def test_of_two_rules_that_overlap_the_later_one_holds() -> None:
    endless = LateRates("surcharge", date(2015, 1, 1), None, 5_000, 0)
    assert late_rule_for("surcharge", date(2027, 1, 1), [NEW, endless]) == NEW


@pytest.mark.parametrize(
    ("until", "at_once", "monthly"),
    [(date(2026, 12, 31), 0, 0), (None, -1, 0), (None, 0, -1), (None, 100_001, 0)],
)
def test_a_rule_that_makes_no_sense_cannot_be_built(
    until: date | None, at_once: int, monthly: int
) -> None:
    with pytest.raises(ValueError, match=r"rule|rate"):
        LateRates("penalty", date(2027, 1, 1), until, at_once, monthly)


DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(st.sets(DAYS, min_size=1, max_size=6), DAYS)
def test_rules_that_follow_one_another_leave_no_day_after_the_first_without_one(
    beginnings: set[date], day: date
) -> None:
    begun = sorted(beginnings)
    ends = [one - timedelta(days=1) for one in begun[1:]]
    table = [
        LateRates("penalty", begins, ends_on, number, 0)
        for number, (begins, ends_on) in enumerate(zip(begun, [*ends, None], strict=True))
    ]
    rule = late_rule_for("penalty", day, table)
    assert (rule is None) == (day < begun[0])
    if rule is not None:
        assert rule.at_once == sum(one <= day for one in begun) - 1
