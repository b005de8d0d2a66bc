"""Who is in good standing: the rule against a slow one that says it sentence by sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.domain.standing import OwedAmount, certified_until, is_overdue, standing_of
from webapp.domain.statuses import DueStatus

TODAY = date(2026, 12, 1)
# A Thursday, a Friday and a Saturday on which no bank works, a Sunday, and so on until today.
DAYS = [TODAY - timedelta(days=n) for n in range(-3, 12)]
CALENDAR = BankCalendar([])
RULES = CollectionRules()


def amount(**more: object) -> OwedAmount:
    values: dict[str, object] = {
        "id": 1, "status": DueStatus.OPEN, "amount": Centimes(100),
        "legal_due_on": TODAY - timedelta(days=1), "filed_on": None, "collect_on": None,
        "failed": False, "waits": False,
    }  # fmt: skip
    return OwedAmount(**(values | more))  # type: ignore[arg-type]


def slowly(one: OwedAmount) -> bool:
    """The same rule, a sentence each, in the words of domain/standing.py."""
    reasons = []
    past = any(day > one.legal_due_on for day in [TODAY])
    if one.status is DueStatus.OPEN:
        reasons.append("nobody is collecting it")
    if one.status is DueStatus.SCHEDULED and one.failed:
        reasons.append("refused")
    if one.status is DueStatus.SCHEDULED and one.waits:
        reasons.append("waits for the employer")
    if one.status is DueStatus.SCHEDULED and one.filed_on and one.filed_on > one.legal_due_on:
        reasons.append("declared late")
    if one.status is DueStatus.SCHEDULED and not one.filed_on:
        kept = one.legal_due_on
        while kept.weekday() in (4, 5):  # Friday and Saturday
            kept += timedelta(days=1)
        if one.collect_on is None or one.collect_on > kept:
            reasons.append("debited after its day")
    return past and one.amount > 0 and bool(reasons)


maybe_day = st.one_of(st.none(), st.sampled_from(DAYS))


@settings(max_examples=300)
@given(
    one=st.builds(
        OwedAmount,
        id=st.just(1),
        status=st.sampled_from([*[DueStatus.SCHEDULED] * len(DueStatus), *DueStatus]),
        amount=st.sampled_from([Centimes(-100), Centimes(100)]),
        legal_due_on=st.sampled_from(DAYS),
        filed_on=maybe_day,
        collect_on=maybe_day,
        failed=st.booleans(),
        waits=st.booleans(),
    )
)
def test_the_rule_is_what_its_sentences_say(one: OwedAmount) -> None:
    assert is_overdue(one, TODAY, CALENDAR) == slowly(one)


@pytest.mark.parametrize(
    "kept",
    [set(DueStatus) - {DueStatus.OPEN, DueStatus.SCHEDULED}],
)
def test_what_is_paid_contested_or_in_a_schedule_is_in_order(kept: set[DueStatus]) -> None:
    assert {DueStatus.CONTESTED, DueStatus.SUPERSEDED, DueStatus.DEFERRED} < kept
    assert not any(is_overdue(amount(status=status), TODAY, CALENDAR) for status in kept)


IN_TIME = TODAY - timedelta(days=1)
TOO_LATE = TODAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("more", "overdue"),
    [
        ({"filed_on": IN_TIME, "collect_on": TOO_LATE}, False),
        ({"filed_on": IN_TIME, "collect_on": TOO_LATE, "failed": True}, True),
        ({"filed_on": IN_TIME, "collect_on": TOO_LATE, "waits": True}, True),
        ({"filed_on": TODAY, "collect_on": TODAY}, True),
        ({"collect_on": IN_TIME}, False),
        ({"collect_on": TOO_LATE}, True),
    ],
)
def test_what_is_in_a_debit_is_in_order_where_it_came_in_time(
    more: dict[str, object], overdue: bool
) -> None:
    one = amount(status=DueStatus.SCHEDULED, **more)
    assert is_overdue(one, TODAY, CALENDAR) is overdue


def test_the_legal_day_itself_is_in_time() -> None:
    assert not is_overdue(amount(legal_due_on=TODAY), TODAY, CALENDAR)
    assert is_overdue(amount(legal_due_on=TODAY), TODAY + timedelta(days=1), CALENDAR)


def test_a_missing_declaration_or_an_overdue_amount_is_enough() -> None:
    october = Period.parse("2026-10")
    fine = standing_of([], [], TODAY, CALENDAR, declares_here=True)
    assert fine.in_order and not fine.lost and fine.owed == 0
    for amounts, missing in (([amount()], []), ([], [october])):
        lost = standing_of(amounts, missing, TODAY, CALENDAR, declares_here=True)
        assert lost.lost and not lost.in_order


def test_of_who_does_not_declare_here_nothing_is_certified_and_nothing_lost() -> None:
    unknown = standing_of([], [], TODAY, CALENDAR, declares_here=False)
    assert not unknown.in_order and not unknown.lost


@pytest.mark.parametrize(
    ("deadline", "until"),
    [
        (None, TODAY + timedelta(days=90)),
        (TODAY, TODAY),
        (date(2026, 12, 30), date(2026, 12, 30)),
        (date(2027, 9, 1), TODAY + timedelta(days=90)),
    ],
)
def test_a_certificate_never_outlasts_the_next_deadline(deadline: date | None, until: date) -> None:
    assert certified_until(TODAY, deadline, RULES) == until
