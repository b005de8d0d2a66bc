"""Contributions: the worked example, the rounding, the rates of a day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.contributions import (
    ContributionRates,
    LineContributions,
    contribution,
    line_contributions,
    rates_for,
)
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes

RATES = ContributionRates(date(1997, 2, 4), leave=12_210, weather_employer=375, weather_worker=375)
BASES = st.integers(0, 10**15).map(Centimes)
SHARES = st.integers(0, 100_000)


def test_the_worked_example_of_the_domain_notes() -> None:
    base = Centimes(100_000_000)  # 1,000,000.00 DA
    owed = line_contributions(base, base, RATES)
    assert owed == LineContributions(
        leave=Centimes(12_210_000),
        weather_employer=Centimes(375_000),
        weather_worker=Centimes(375_000),
    )
    assert owed.total == 12_960_000  # 129,600.00 DA


def test_the_weather_base_may_be_smaller_than_the_leave_base() -> None:
    owed = line_contributions(Centimes(100_000_000), Centimes(40_000_000), RATES)
    assert owed.leave == 12_210_000
    assert owed.weather_employer == owed.weather_worker == 150_000


@pytest.mark.parametrize(
    ("base", "rate", "owed"),
    [
        (0, 12_210, 0),
        (1, 12_210, 0),
        (4, 12_210, 0),  # 0.4884
        (5, 12_210, 1),  # 0.6105
        (400, 375, 2),  # 1.5 centimes
        (133, 375, 0),  # 0.49875
        (134, 375, 1),  # 0.5025
        (50_000, 1, 1),  # exactly half a centime
        (49_999, 1, 0),
    ],
)
def test_each_contribution_is_rounded_half_up_to_the_centime(
    base: int, rate: int, owed: int
) -> None:
    assert contribution(Centimes(base), rate) == owed


def test_each_contribution_is_rounded_before_they_are_summed() -> None:
    owed = line_contributions(Centimes(400), Centimes(400), RATES)
    assert (owed.leave, owed.weather_employer, owed.weather_worker) == (49, 2, 2)
    assert owed.total == 53  # the sum of the exact parts, 51.84, would round to 52


@given(BASES, SHARES)
def test_a_contribution_is_within_half_a_centime_of_the_exact_one(
    base: Centimes, rate: int
) -> None:
    assert abs(contribution(base, rate) - Fraction(base * rate, 100_000)) <= Fraction(1, 2)


@given(BASES, BASES, SHARES, SHARES, SHARES)
def test_the_total_is_the_sum_and_grows_with_the_base(
    leave_base: Centimes, weather_base: Centimes, leave: int, employer: int, worker: int
) -> None:
    rates = ContributionRates(date(2026, 1, 1), leave, employer, worker)
    owed = line_contributions(leave_base, weather_base, rates)
    assert owed.total == owed.leave + owed.weather_employer + owed.weather_worker
    more = line_contributions(Centimes(leave_base + 1), Centimes(weather_base + 1), rates)
    assert more.total >= owed.total


TABLE = [
    ContributionRates(date(2027, 1, 1), 13_000, 375, 375),
    RATES,
    ContributionRates(date(2026, 7, 1), 12_500, 375, 375),
]


@pytest.mark.parametrize(
    ("day", "leave"),
    [
        (date(1997, 2, 4), 12_210),
        (date(2026, 6, 30), 12_210),
        (date(2026, 7, 1), 12_500),
        (date(2026, 12, 31), 12_500),
        (date(2027, 1, 1), 13_000),
        (date(2099, 1, 1), 13_000),
    ],
)
def test_the_rates_of_a_day_are_the_latest_that_began(day: date, leave: int) -> None:
    assert rates_for(day, TABLE).leave == leave


def test_before_the_first_rates_there_are_none() -> None:
    with pytest.raises(NotFound) as refused:
        rates_for(date(1997, 2, 3), TABLE)
    assert refused.value.reference == "1997-02-03"


@pytest.mark.parametrize("rate", [-1, 100_001])
def test_a_rate_lies_between_nothing_and_the_whole_base(rate: int) -> None:
    with pytest.raises(ValueError, match="rate"):
        ContributionRates(date(2026, 1, 1), rate, 375, 375)
