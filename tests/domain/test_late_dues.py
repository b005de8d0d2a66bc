"""What being late costs, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.late import LateRates
from webapp.domain.late_dues import base_of, late_amount, late_steps, whole_months
from webapp.domain.money import Centimes

DUE = date(2026, 11, 30)
SURCHARGE = LateRates("surcharge", date(2015, 1, 1), None, 5_000, 0)
PENALTY = LateRates("penalty", date(2015, 1, 1), None, 15_000, 5_000)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def numbers(until: date, rates: LateRates) -> list[tuple[int, int]]:
    return [(step.number, step.rate) for step in late_steps(DUE, until, rates)]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (DUE, []),
        (date(2026, 12, 1), [(0, 15_000)]),
        (date(2026, 12, 29), [(0, 15_000)]),
        (date(2026, 12, 30), [(0, 15_000), (1, 5_000)]),
        # The end of February stands for its missing days.
        (date(2027, 2, 27), [(0, 15_000), (1, 5_000), (2, 5_000)]),
        (date(2027, 2, 28), [(0, 15_000), (1, 5_000), (2, 5_000), (3, 5_000)]),
    ],
)
def test_a_penalty_is_owed_at_once_and_then_for_each_whole_month(
    until: date, expected: list[tuple[int, int]]
) -> None:
    assert numbers(until, PENALTY) == expected


def test_a_rate_of_nothing_makes_no_step() -> None:
    assert numbers(date(2027, 6, 1), SURCHARGE) == [(0, 5_000)]
    assert numbers(date(2027, 6, 1), LateRates("surcharge", DUE, None, 0, 0)) == []


@given(DAYS, st.integers(0, 2_000))
def test_months_count_up_by_one_and_never_back(first: date, days: int) -> None:
    today, tomorrow = (whole_months(first, first + timedelta(days=n)) for n in (days, days + 1))
    assert 0 <= today <= tomorrow <= today + 1
    assert abs(today - days / 30.44) < 1.1


@given(st.integers(1, 10**15).map(Centimes), st.integers(1, 100_000))
def test_what_is_late_costs_its_rate_to_the_centime(base: Centimes, rate: int) -> None:
    assert abs(late_amount(base, rate) * 100_000 - base * rate) * 2 <= 100_000


@given(
    amount=st.integers(min_value=1, max_value=10**12),
    rate=st.integers(min_value=1, max_value=100_000),
)
def test_an_amount_is_what_its_base_costs_and_nothing_less_costs_it(amount: int, rate: int) -> None:
    base = base_of(Centimes(amount), rate)
    assert late_amount(base, rate) == amount
    assert late_amount(Centimes(base - 1), rate) < amount
