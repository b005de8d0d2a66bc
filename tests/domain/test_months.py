"""Months from a day to a day, at the ends of months above all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.months import add_months, latest_day_months_before

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONTHS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 2), 36, date(2029, 11, 2)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_end_of_the_month(
    day: date, months: int, later: date
) -> None:
    assert add_months(day, months) == later


def test_at_the_end_of_february_they_have_passed_from_its_longer_one_too() -> None:
    assert latest_day_months_before(date(2027, 2, 28), 36) == date(2024, 2, 29)
    assert latest_day_months_before(date(2027, 2, 27), 36) == date(2024, 2, 27)


@given(DAYS, MONTHS)
def test_the_latest_day_is_the_latest(day: date, months: int) -> None:
    latest = latest_day_months_before(day, months)
    assert add_months(latest, months) <= day
    assert add_months(latest + timedelta(days=1), months) > day
