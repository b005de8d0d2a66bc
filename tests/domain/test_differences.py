"""Figures further than so many percent from the last ones are asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.differences import Difference, Figure, Figures, far_figures, is_far
from webapp.domain.money import Centimes
from webapp.domain.rules import CollectionRules

PERCENT = CollectionRules().questioned_difference_percent
AMOUNTS = st.integers(0, 10**15)


def figures(workers: int = 10, leave: int = 1_000_00, weather: int | None = None) -> Figures:
    return Figures(workers, Centimes(leave), Centimes(leave if weather is None else weather))


def asked(before: Figures, now: Figures, *, same_length: bool = True) -> list[Figure]:
    found = far_figures(before, now, PERCENT, same_length=same_length)
    return [difference.figure for difference in found]


@pytest.mark.parametrize(
    ("before", "now", "far"),
    [
        (100, 130, False), (100, 131, True), (100, 70, False), (100, 69, True),
        (10, 13, False), (10, 14, True), (0, 0, False), (0, 1, True), (1, 0, True),
        (10**15, 13 * 10**14, False), (10**15, 13 * 10**14 + 1, True),
    ],
)  # fmt: skip
def test_exactly_so_many_percent_are_not_far_and_anything_more_is(
    before: int, now: int, far: bool
) -> None:
    assert PERCENT == 30
    assert is_far(before, now, PERCENT) is far


@given(before=AMOUNTS, now=AMOUNTS, more=AMOUNTS)
def test_what_is_further_away_is_asked_about_as_well(before: int, now: int, more: int) -> None:
    further = now + more if now >= before else max(now - more, 0)
    assert is_far(before, further, PERCENT) >= is_far(before, now, PERCENT)
    assert not is_far(before, before, PERCENT)


def test_both_values_are_told() -> None:
    (only,) = far_figures(figures(), figures(workers=20), PERCENT, same_length=True)
    assert only == Difference(Figure.WORKERS, 10, 20)


def test_a_weather_base_that_follows_the_base_for_leave_is_not_asked_about_twice() -> None:
    assert asked(figures(leave=100), figures(leave=200)) == [Figure.LEAVE_BASE]
    both = [Figure.LEAVE_BASE, Figure.WEATHER_BASE]
    assert asked(figures(leave=100, weather=50), figures(leave=200, weather=100)) == both
    assert asked(figures(leave=100), figures(leave=100, weather=50)) == [Figure.WEATHER_BASE]


def test_the_bases_of_a_month_and_of_a_quarter_are_not_compared() -> None:
    assert asked(figures(), figures(leave=3_000_00), same_length=False) == []
    assert asked(figures(), figures(workers=1), same_length=False) == [Figure.WORKERS]
