"""Instalments sum to the principal to the centime, one a month, on days when banks work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar
from webapp.domain.errors import InvalidSchedule
from webapp.domain.instalments import (
    Part,
    check_parts,
    draft_parts,
    instalment_days,
    split_principal,
)
from webapp.domain.money import Centimes
from webapp.domain.rules import CollectionRules

RULES = CollectionRules()
CLOSED = frozenset({date(2027, 1, 1), date(2027, 1, 12), date(2027, 7, 5), date(2027, 11, 1)})
CALENDAR = BankCalendar(CLOSED)
TODAY = date(2026, 12, 1)
FEASIBLE = date(2026, 12, 9)
principals = st.integers(24, 10**14).map(Centimes)
counts = st.integers(RULES.least_instalments, RULES.most_instalments)
firsts = st.dates(FEASIBLE, date(2030, 12, 31))


def check(parts: list[Part], principal: int) -> None:
    check_parts(parts, Centimes(principal), TODAY, FEASIBLE, CALENDAR, RULES)


def refusal(parts: list[Part], principal: int) -> tuple[str, int]:
    with pytest.raises(InvalidSchedule) as refused:
        check(parts, principal)
    return refused.value.reason, refused.value.number


@given(principals, counts)
def test_the_parts_sum_to_the_principal_and_are_equal_but_for_the_rest(
    principal: Centimes, count: int
) -> None:
    parts = split_principal(principal, count)
    assert (len(parts), sum(parts)) == (count, principal)
    assert len(set(parts[:-1])) == 1
    assert 0 <= parts[-1] - parts[0] < count


@given(firsts, counts)
def test_the_days_are_bank_days_one_in_each_month_or_the_end_of_the_one_before(
    first: date, count: int
) -> None:
    days = instalment_days(first, count, CALENDAR)
    assert len(days) == count
    assert all(CALENDAR.is_bank_day(day) for day in days)
    assert all(earlier < later for earlier, later in pairwise(days))
    assert days[0] <= first


@given(principals, counts)
def test_what_is_suggested_can_be_proposed(principal: Centimes, count: int) -> None:
    parts = draft_parts(principal, count, date(2026, 12, 31), CALENDAR, RULES)
    check_parts(parts, principal, TODAY, FEASIBLE, CALENDAR, replace(RULES, schedule_months=25))


def test_the_rest_is_on_the_last_one() -> None:
    assert split_principal(Centimes(100_00), 3) == (33_33, 33_33, 33_34)


def test_the_thirty_first_is_the_last_day_of_a_short_month_and_rest_days_roll_back() -> None:
    assert instalment_days(date(2026, 12, 31), 3, CALENDAR) == (
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
    )
    # 1 November 2027 is a holiday, a Monday.
    assert instalment_days(date(2027, 10, 1), 2, CALENDAR) == (
        date(2027, 9, 30),
        date(2027, 10, 31),
    )


def test_a_principal_of_too_few_centimes_is_not_divided() -> None:
    with pytest.raises(InvalidSchedule) as refused:
        split_principal(Centimes(2), 3)
    assert refused.value.reason == "too_small"


@pytest.mark.parametrize("count", [0, 1, 25, 1000])
def test_a_number_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(InvalidSchedule) as refused:
        draft_parts(Centimes(10**6), count, date(2026, 12, 10), CALENDAR, RULES)
    assert (refused.value.reason, refused.value.number) == ("count", 0)


def good() -> list[Part]:
    return list(draft_parts(Centimes(100_00), 3, date(2026, 12, 10), CALENDAR, RULES))


@pytest.mark.parametrize(
    ("number", "changed", "reason"),
    [
        (1, {"due_on": date(2026, 12, 8)}, "past"),
        (2, {"due_on": date(2027, 1, 1)}, "not_a_bank_day"),
        (2, {"due_on": date(2027, 1, 8)}, "not_a_bank_day"),
        (2, {"due_on": date(2026, 12, 10)}, "order"),
        (3, {"due_on": date(2028, 12, 3)}, "too_far"),
        (2, {"amount": Centimes(0)}, "empty"),
        (2, {"amount": Centimes(-5)}, "empty"),
    ],
)
def test_an_instalment_that_could_not_be_debited_is_named(
    number: int, changed: dict[str, object], reason: str
) -> None:
    parts = good()
    parts[number - 1] = replace(parts[number - 1], **changed)  # type: ignore[arg-type]
    assert refusal(parts, 100_00) == (reason, number)


@given(st.integers(1, 10**12), st.sampled_from([-1, 1]))
def test_a_sum_that_is_not_the_principal_is_refused(amount: int, sign: int) -> None:
    parts = good()
    check(parts, 100_00)
    assert refusal(parts, 100_00 + sign * amount) == ("sum", 0)
