"""Rates as people type them, and back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidRate
from webapp.domain.rates import parse_rate, percent_as_typed


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("12,21", 12_210), ("12.21 %", 12_210), ("١٢٫٢١", 12_210), ("0,375", 375), ("5", 5_000),
        (" 5,000% ", 5_000), ("100", 100_000), ("0", 0), ("0,001", 1), ("012,50", 12_500),
    ],
)  # fmt: skip
def test_a_rate_is_read_however_it_is_written(text: str, rate: int) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("  ", "empty"), ("abc", "not_a_number"), ("-1", "not_a_number"),
        ("1,2,3", "not_a_number"), ("1 2", "not_a_number"), ("0,3755", "too_many_decimals"),
        ("100,001", "too_large"), ("101", "too_large"), ("9" * 50, "too_large"),
        ("12,", "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_rate_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidRate) as caught:
        parse_rate(text)
    assert caught.value.reason == reason


@given(st.integers(0, 100_000))
def test_what_is_shown_in_a_form_is_read_as_the_same_rate(rate: int) -> None:
    assert parse_rate(percent_as_typed(rate)) == rate


@given(st.text(max_size=20))
def test_any_text_is_a_rate_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidRate):
        assert 0 <= parse_rate(text) <= 100_000
