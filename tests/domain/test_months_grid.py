"""A month in whole weeks: every day once, in its column, Sunday first."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar
from webapp.domain.months_grid import weeks_of


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_of_a_month_stands_once_in_its_column(day: date) -> None:
    weeks = weeks_of(day)
    assert all(len(week) == 7 for week in weeks)
    days = [on for week in weeks for on in week if on]
    assert days == sorted(set(days)) and day in days
    assert (days[0].day, {on.month for on in days}) == (1, {day.month})
    for week in weeks:
        assert [on.isoweekday() % 7 for on in week if on] == [
            place for place, on in enumerate(week) if on
        ]


def test_the_banks_rest_in_the_last_two_columns() -> None:
    november = weeks_of(date(2026, 11, 26))
    assert november[0][0] == date(2026, 11, 1)
    rests = BankCalendar()
    assert not any(rests.is_bank_day(on) for week in november for on in week[5:] if on)
