"""Bank days of Algeria: Sunday to Thursday, less the closed days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar

WEEK = BankCalendar()
NOVEMBER = BankCalendar([date(2026, 11, 1)])
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(BankCalendar, st.sets(DAYS, max_size=30))
CROWDED = st.builds(
    BankCalendar, st.sets(st.dates(date(2026, 1, 1), date(2026, 2, 15)), max_size=40)
)
WINTER = st.dates(date(2025, 12, 20), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 10, 29), True),  # Thursday
        (date(2026, 10, 30), False),  # Friday
        (date(2026, 10, 31), False),  # Saturday
        (date(2026, 11, 1), False),  # Sunday, the holiday
        (date(2026, 11, 2), True),
    ],
)
def test_banks_rest_on_friday_saturday_and_closed_days(day: date, is_open: bool) -> None:
    assert NOVEMBER.is_bank_day(day) is is_open


def test_a_holiday_on_a_friday_is_not_moved() -> None:
    first_of_may = BankCalendar([date(2026, 5, 1)])
    assert first_of_may.is_bank_day(date(2026, 4, 30))
    assert first_of_may.is_bank_day(date(2026, 5, 3))


@pytest.mark.parametrize(
    ("day", "count", "after", "before"),
    [
        (date(2026, 10, 28), 0, date(2026, 10, 28), date(2026, 10, 28)),
        (date(2026, 10, 30), 0, date(2026, 11, 2), date(2026, 10, 29)),
        (date(2026, 10, 28), 1, date(2026, 10, 29), date(2026, 10, 27)),
        (date(2026, 10, 28), 2, date(2026, 11, 2), date(2026, 10, 26)),
        (date(2026, 10, 30), 1, date(2026, 11, 2), date(2026, 10, 29)),
        (date(2026, 10, 28), 6, date(2026, 11, 8), date(2026, 10, 20)),
    ],
)
def test_bank_days_are_counted_from_the_day_after(
    day: date, count: int, after: date, before: date
) -> None:
    assert NOVEMBER.add_bank_days(day, count) == after
    assert NOVEMBER.subtract_bank_days(day, count) == before


@given(CROWDED, WINTER)
def test_the_nearest_bank_days_are_open_and_skip_none(calendar: BankCalendar, day: date) -> None:
    after, before = calendar.next_bank_day(day), calendar.previous_bank_day(day)
    assert calendar.is_bank_day(after)
    assert calendar.is_bank_day(before)
    assert before <= day <= after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(map(calendar.is_bank_day, between))


@given(CROWDED, WINTER, st.integers(1, 20))
def test_adding_and_subtracting_undo_each_other(
    calendar: BankCalendar, day: date, count: int
) -> None:
    opened = calendar.next_bank_day(day)
    assert calendar.subtract_bank_days(calendar.add_bank_days(opened, count), count) == opened
    assert calendar.add_bank_days(calendar.subtract_bank_days(opened, count), count) == opened


@given(CROWDED, WINTER, st.integers(1, 20))
def test_as_many_bank_days_lie_between_as_were_added(
    calendar: BankCalendar, day: date, count: int
) -> None:
    assert calendar.bank_days_between(day, calendar.add_bank_days(day, count)) == count


@given(CALENDARS, DAYS, st.integers(0, 12))
def test_one_more_closed_day_never_brings_a_day_nearer(
    calendar: BankCalendar, day: date, count: int
) -> None:
    reached = calendar.add_bank_days(day, count)
    stricter = BankCalendar(calendar.closed_days | {reached})
    assert stricter.add_bank_days(day, count) > reached


def test_no_bank_days_lie_between_a_day_and_an_earlier_one() -> None:
    assert WEEK.bank_days_between(date(2026, 1, 4), date(2026, 1, 4)) == 0
    assert WEEK.bank_days_between(date(2026, 1, 8), date(2026, 1, 4)) == 0
    assert WEEK.bank_days_between(date(2026, 1, 4), date(2026, 1, 11)) == 5


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="subtract"):
        WEEK.add_bank_days(date(2026, 1, 4), -1)
    with pytest.raises(ValueError, match="add"):
        WEEK.subtract_bank_days(date(2026, 1, 4), -1)


def test_calendars_with_the_same_closed_days_are_equal() -> None:
    days = [date(2026, 11, 1), date(2026, 5, 1)]
    assert BankCalendar(days) == BankCalendar(reversed(days + days))
    assert hash(BankCalendar(days)) == hash(BankCalendar(set(days)))
