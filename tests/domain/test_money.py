"""Amounts as people type them in both languages, and the rounding of contributions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidAmount
from webapp.domain.money import LARGEST_AMOUNT, Centimes, half_up, parse_amount

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
AMOUNTS = st.integers(0, LARGEST_AMOUNT).map(Centimes)


@pytest.mark.parametrize(
    ("text", "centimes"),
    [
        # French
        ("1 296 000,00", 129_600_000),
        ("1\u00a0296\u00a0000,00", 129_600_000),
        ("1\u202f296\u202f000,00\u00a0DA", 129_600_000),
        ("1296000", 129_600_000),
        ("1234,5", 123_450),
        ("1234.50", 123_450),
        ("1000 DA", 100_000),
        ("1000da", 100_000),
        ("0", 0),
        ("0,00", 0),
        ("007", 700),
        # Arabic
        ("١ ٢٩٦ ٠٠٠٫٠٠", 129_600_000),
        ("١٬٢٩٦٬٠٠٠٫٠٠", 129_600_000),
        ("١٢٣٤٫٥", 123_450),
        ("1234،50", 123_450),
        ("\u200f1\u00a0296\u00a0000,00 دج", 129_600_000),
        ("\u202b١٢٣٤٫٥٠\u202c", 123_450),
        ("500 د.ج", 50_000),
        ("1٬234", 123_400),
        # Groups of three that have one reading only, as sheets export them
        ("1,296,000.00", 129_600_000),
        ("1.296.000,00", 129_600_000),
        ("1,296,000", 129_600_000),
        ("1,296.5", 129_650),
        # The largest
        ("10000000000000", LARGEST_AMOUNT),
        ("0000000000000000000000001", 100),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text: str, centimes: int) -> None:
    assert parse_amount(text) == centimes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \u00a0\u200f ", "empty"),
        ("دج", "empty"),
        ("abc", "not_a_number"),
        ("12a", "not_a_number"),
        ("1e5", "not_a_number"),
        (",50", "not_a_number"),
        ("12,", "not_a_number"),
        ("+5", "not_a_number"),
        ("½", "not_a_number"),
        ("²", "not_a_number"),
        ("NaN", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("-", "not_a_number"),
        ("1.234", "ambiguous"),
        ("1,234", "ambiguous"),
        ("129.600", "ambiguous"),
        ("1,2,3", "ambiguous"),
        ("1,23,456", "ambiguous"),
        ("1.296.00", "ambiguous"),
        ("12,34.56", "ambiguous"),
        ("1234,567.00", "ambiguous"),
        ("1,234,567,89", "ambiguous"),
        ("1..5", "ambiguous"),
        ("-5", "negative"),
        ("5-", "negative"),
        ("−1 000,00 DA", "negative"),
        ("\u200f-١٢", "negative"),
        ("0,125", "too_many_decimals"),
        ("1234,567", "too_many_decimals"),
        ("1,2345", "too_many_decimals"),
        ("١٫٢٣٤", "too_many_decimals"),
        ("10000000000000,01", "too_large"),
        ("10000000000001", "too_large"),
        ("9" * 10_000, "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(text)
    assert refused.value.reason == reason


@given(AMOUNTS, st.sampled_from([" ", "\u00a0", "\u202f", ""]), st.sampled_from(",.٫"))
def test_what_the_screen_shows_is_read_back(amount: Centimes, space: str, mark: str) -> None:
    shown = f"{amount // 100:,}".replace(",", space) + f"{mark}{amount % 100:02d}"
    assert parse_amount(shown) == amount
    assert parse_amount(shown.translate(ARABIC_INDIC) + "\u200f\u00a0دج") == amount


@given(AMOUNTS)
def test_both_ways_of_grouping_are_read_alike(amount: Centimes) -> None:
    english = f"{amount // 100:,}.{amount % 100:02d}"
    assert parse_amount(english) == amount
    assert parse_amount(english.translate(str.maketrans(",.", ".,"))) == amount


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."))
def test_one_mark_before_three_digits_is_never_guessed(whole: int, rest: int, mark: str) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(f"{whole}{mark}{rest:03d}")
    assert refused.value.reason == "ambiguous"


@given(st.text() | st.text(alphabet="0123456789,.٫٬،-− ٠٩DAدج\u200f\u00a0"))
@example("\ud800")
@example("0" * 5000)
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except InvalidAmount as refused:
        assert refused.reason in {
            "empty",
            "not_a_number",
            "ambiguous",
            "negative",
            "too_large",
            "too_many_decimals",
        }
    else:
        assert 0 <= amount <= LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(0, 7, 0), (1, 2, 1), (3, 2, 2), (4, 3, 1), (5, 3, 2), (-1, 2, -1), (-3, 2, -2), (-4, 3, -1)],
)
def test_halves_are_rounded_up(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**6))
def test_rounding_is_the_nearest_and_alike_for_credits(numerator: int, denominator: int) -> None:
    rounded = half_up(numerator, denominator)
    assert abs(Fraction(numerator, denominator) - rounded) <= Fraction(1, 2)
    assert half_up(-numerator, denominator) == -rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_is_above_zero(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        half_up(1, denominator)
