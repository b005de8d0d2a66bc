"""Which amounts may be contested, until when, and what has become of them."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.domain.calendar import BankCalendar
from webapp.domain.contests import (
    ContestEffect,
    ContestOutcome,
    ContestResult,
    answer_by,
    contestable_until,
    effect_of,
    result_of,
)
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import ContestStatus, DebitStatus, DueStatus

RULES = CollectionRules()
LEAVES = {DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.HELD, DebitStatus.REFUSED}
ENDED = {DebitStatus.SETTLED, DebitStatus.CANCELLED, DebitStatus.REVERSED}


@pytest.mark.parametrize("debit", DebitStatus)
def test_what_is_in_a_debit_leaves_it_until_it_is_in_a_file(debit: DebitStatus) -> None:
    found = effect_of(DueStatus.SCHEDULED, debit)
    if debit in LEAVES:
        assert found is ContestEffect.LEAVES
    elif debit in ENDED:
        assert found is None
    else:
        assert found is ContestEffect.GOES_ON


def test_what_was_received_stays_and_what_was_refused_is_not_presented() -> None:
    assert effect_of(DueStatus.SETTLED, DebitStatus.SETTLED) is ContestEffect.STAYS
    assert effect_of(DueStatus.OPEN, DebitStatus.REFUSED) is ContestEffect.LEAVES
    assert effect_of(DueStatus.OPEN, DebitStatus.CANCELLED) is None


@pytest.mark.parametrize(
    "due", sorted(set(DueStatus) - {DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.SETTLED})
)
def test_what_is_over_or_contested_is_not_contested(due: DueStatus) -> None:
    assert all(effect_of(due, debit) is None for debit in DebitStatus)


def test_it_may_be_contested_for_sixty_days_after_it_came() -> None:
    assert contestable_until(None, RULES) is None
    assert contestable_until(date(2026, 11, 30), RULES) == date(2027, 1, 29)


def test_the_answer_counts_on_bank_days() -> None:
    # A Sunday; Fridays and Saturdays are none, nor is 1 December here.
    calendar = BankCalendar([date(2026, 12, 1)])
    assert answer_by(date(2026, 11, 22), calendar, RULES) == date(2026, 12, 14)


@pytest.mark.parametrize(
    ("contest", "upheld", "ended", "due", "outcome", "expected"),
    [
        ("open", None, False, "contested", None, "waits"),
        ("rejected", False, True, "open", None, "stands"),
        ("withdrawn", None, True, "open", None, "stands"),
        ("upheld", False, True, "open", "credit", "stands"),
        ("upheld", True, False, "contested", "credit", "under_way"),
        ("upheld", True, True, "waived", "refund", "given_up"),
        ("upheld", True, True, "settled", "credit", "credited"),
        ("upheld", True, True, "settled", "refund", "refund_asked"),
    ],
)
def test_what_has_become_of_an_amount(
    contest: str, upheld: bool | None, ended: bool, due: str, outcome: str | None, expected: str
) -> None:
    found = result_of(
        ContestStatus(contest),
        upheld,
        ended,
        DueStatus(due),
        ContestOutcome(outcome) if outcome else None,
    )
    assert found is ContestResult(expected)
