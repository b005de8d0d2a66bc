"""Every day of nine years as a due day, and every end of a month as an anchor: none is wrong.

Counted apart from the rules, day by day through one list of bank days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from itertools import pairwise

import pytest

from webapp.adapters.public_holidays import algerian_holidays
from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import (
    collection_day,
    debit_day,
    filing_deadline,
    last_acceptance_day,
    moved_day,
)
from webapp.domain.instalments import instalment_days
from webapp.domain.period import Period, Periodicity
from webapp.domain.rules import CollectionRules

YEARS = range(2024, 2033)
FIRST, LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
RULES = CollectionRules()
CLOSED = {one.day for one in algerian_holidays(range(2022, 2035))}
CALENDAR = BankCalendar(CLOSED)
FRIDAY_AND_SATURDAY = (5, 6)
AHEAD = RULES.announce_ahead_bank_days
LEAD_DAYS = 2
MONTHS = 12
ONE_DAY = timedelta(days=1)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


EVERY_DAY = days(FIRST, LAST)
BANK_DAYS = [
    day
    for day in days(date(2022, 11, 1), date(2034, 11, 1))
    if day.isoweekday() not in FRIDAY_AND_SATURDAY and day not in CLOSED
]


ENDS_OF_MONTHS_AFTER = [day for day in days(FIRST, date(2033, 12, 31)) if (day + ONE_DAY).day == 1]
ENDS_OF_MONTHS = [day for day in ENDS_OF_MONTHS_AFTER if day <= LAST]


def bank_day(day: date, after: int) -> date:
    """The so-many-th bank day after the day."""
    return BANK_DAYS[bisect_right(BANK_DAYS, day) + after - 1]


def on_or_after(day: date) -> date:
    return BANK_DAYS[bisect_left(BANK_DAYS, day)]


def on_or_before(day: date) -> date:
    return BANK_DAYS[bisect_right(BANK_DAYS, day) - 1]


def test_the_nine_years_are_whole() -> None:
    assert (len(EVERY_DAY), len(ENDS_OF_MONTHS)) == (3288, 108)
    assert all(sum(day.year == year for day in CLOSED) >= 10 for year in YEARS)


@pytest.mark.parametrize("told_days_before", [-400, -1, 0, 1, 7, 8, 30])
def test_a_debit_falls_on_the_first_bank_day_that_leaves_time_for_its_notice(
    told_days_before: int,
) -> None:
    for due_on in EVERY_DAY:
        today = due_on - timedelta(days=told_days_before)
        wanted = max(bank_day(today, AHEAD), on_or_after(due_on))
        assert debit_day(due_on, today, CALENDAR, RULES) == wanted, (due_on, today)


def test_the_last_day_of_a_notice_leaves_its_time_and_the_next_does_not() -> None:
    for collect_on in EVERY_DAY:
        told_on = last_acceptance_day(collect_on, CALENDAR, RULES)
        assert bank_day(told_on, AHEAD) <= collect_on, collect_on
        assert bank_day(told_on + ONE_DAY, AHEAD) > collect_on, collect_on


def test_a_debit_moves_to_a_later_bank_day_that_is_told_of_before() -> None:
    for collect_on in EVERY_DAY:
        for today in (collect_on, collect_on - ONE_DAY, collect_on - 10 * ONE_DAY):
            moved = moved_day(collect_on, today, LEAD_DAYS, CALENDAR, RULES)
            assert moved >= on_or_after(collect_on) and moved == on_or_after(moved), collect_on
            assert bank_day(on_or_after(today), 1 + LEAD_DAYS) <= moved, collect_on


@pytest.mark.parametrize("periodicity", Periodicity)
def test_a_period_is_collected_by_its_deadline_and_on_the_bank_day_next_to_its_thirtieth(
    periodicity: Periodicity,
) -> None:
    for end in ENDS_OF_MONTHS:
        period = Period.containing(end, periodicity)
        thirtieth = period.last_day + timedelta(days=RULES.filing_offset_days)
        wanted = (on_or_before(thirtieth), on_or_after(thirtieth))
        found = (
            collection_day(period, CALENDAR, RULES),
            filing_deadline(period, CALENDAR, RULES),
        )
        assert found == wanted, period


def test_instalments_from_any_end_of_a_month_fall_in_every_month_once() -> None:
    for end in ENDS_OF_MONTHS:
        for anchor in days(end.replace(day=27), end):
            found = instalment_days(anchor, MONTHS, CALENDAR)
            assert list(found) == [on_or_before(day) for day in each_month(anchor)], anchor
            assert all(before < after for before, after in pairwise(found)), anchor


def each_month(anchor: date) -> list[date]:
    """The day of the anchor in so many months, or the last one of a month without it."""
    following = [end for end in ENDS_OF_MONTHS_AFTER if end >= anchor][:MONTHS]
    return [end.replace(day=min(anchor.day, end.day)) for end in following]
