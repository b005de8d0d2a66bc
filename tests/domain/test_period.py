"""Periods: months and quarters, their codes, days and neighbours."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidPeriod
from webapp.domain.period import Period, Periodicity

MONTHLY, QUARTERLY = Periodicity
PERIODS = st.builds(
    Period.containing, st.dates(date(1998, 1, 1), date(2998, 12, 31)), st.sampled_from(Periodicity)
)


@pytest.mark.parametrize(
    ("code", "period", "first", "last", "months"),
    [
        ("2026-10", (2026, MONTHLY, 10), date(2026, 10, 1), date(2026, 10, 31), ("2026-10",)),
        ("2024-02", (2024, MONTHLY, 2), date(2024, 2, 1), date(2024, 2, 29), ("2024-02",)),
        (
            "2026-Q4",
            (2026, QUARTERLY, 4),
            date(2026, 10, 1),
            date(2026, 12, 31),
            ("2026-10", "2026-11", "2026-12"),
        ),
        (
            "2027-Q1",
            (2027, QUARTERLY, 1),
            date(2027, 1, 1),
            date(2027, 3, 31),
            ("2027-01", "2027-02", "2027-03"),
        ),
    ],
)
def test_a_code_is_a_period_with_its_days_and_months(
    code: str,
    period: tuple[int, Periodicity, int],
    first: date,
    last: date,
    months: tuple[str, ...],
) -> None:
    parsed = Period.parse(code)
    assert parsed == Period(*period)
    assert (parsed.code, parsed.first_day, parsed.last_day) == (code, first, last)
    assert parsed.months == months


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-1", "2026-Q0", "2026-Q5", "2026-q4", "2026-T4",
     "26-10", " 2026-10", "2026-10\n", "2026-10-01", "0000-01", "٢٠٢٦-١٠", "2026/10"],
)  # fmt: skip
def test_any_other_text_is_no_period(text: str) -> None:
    with pytest.raises(InvalidPeriod) as refused:
        Period.parse(text)
    assert refused.value.text == text


@pytest.mark.parametrize(
    ("year", "periodicity", "number"),
    [(2026, MONTHLY, 0), (2026, MONTHLY, 13), (2026, QUARTERLY, 5), (0, MONTHLY, 1),
     (10_000, QUARTERLY, 1)],
)  # fmt: skip
def test_a_period_that_does_not_exist_cannot_be_made(
    year: int, periodicity: Periodicity, number: int
) -> None:
    with pytest.raises(InvalidPeriod):
        Period(year, periodicity, number)


@given(PERIODS)
def test_a_period_is_read_back_from_its_code(period: Period) -> None:
    assert Period.parse(period.code) == period


@given(PERIODS)
def test_periods_follow_each_other_without_gap(period: Period) -> None:
    assert period.next().first_day == period.last_day + timedelta(days=1)
    assert period.next().previous() == period
    assert period.previous() < period < period.next()
    assert period.previous().code < period.code < period.next().code


@given(st.dates(), st.sampled_from(Periodicity))
def test_a_day_lies_in_the_period_that_contains_it(day: date, periodicity: Periodicity) -> None:
    period = Period.containing(day, periodicity)
    assert period.first_day <= day <= period.last_day


@given(PERIODS)
def test_the_months_of_a_period_cover_its_days_and_no_others(period: Period) -> None:
    months = [Period.parse(code) for code in period.months]
    assert (months[0].first_day, months[-1].last_day) == (period.first_day, period.last_day)
    assert all(later == month.next() for month, later in pairwise(months))


def test_the_calendar_ends() -> None:
    with pytest.raises(InvalidPeriod):
        Period(9999, MONTHLY, 12).next()
    with pytest.raises(InvalidPeriod):
        Period(1, QUARTERLY, 1).previous()


@given(st.text())
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        assert Period.parse(text).code == text
    except InvalidPeriod as refused:
        assert refused.text == text
