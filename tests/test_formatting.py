"""Values are written as people here write them, and never turn round inside Arabic."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import formatting
from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.domain.money import parse_amount
from webapp.domain.period import Period

N = "\u00a0"
MONTHS = "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر"


@pytest.mark.parametrize(
    ("centimes", "written"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (100, "1,00"),
        (99_999, "999,99"),
        (100_000, f"1{N}000,00"),
        (1_296_000_00, f"1{N}296{N}000,00"),
        (10**15, f"10{N}000{N}000{N}000{N}000,00"),
        (-1_50, "-1,50"),
        (-5, "-0,05"),
    ],
)
def test_an_amount_is_written_alike_in_both_languages(centimes: int, written: str) -> None:
    assert formatting.number_of_amount(centimes) == written


@given(st.integers(min_value=0, max_value=10**15))
def test_an_amount_that_is_shown_can_be_typed_back(centimes: int) -> None:
    assert parse_amount(formatting.number_of_amount(centimes)) == centimes


def test_the_currency_follows_the_amount() -> None:
    assert formatting.money_text(100, ARABIC) == f"1,00{N}دج"
    assert formatting.money_text(100, FRENCH) == f"1,00{N}DA"
    assert formatting.money(100, ARABIC) == (
        f'<span class="amount"><bdi dir="ltr">1,00</bdi>{N}دج</span>'
    )


def test_a_minus_stays_in_front_of_its_number_in_plain_text() -> None:
    assert formatting.money_text(-100, ARABIC) == f"\u2066-1,00\u2069{N}دج"


def test_a_hyphenated_number_is_isolated() -> None:
    assert formatting.isolated("16-204518") == "\u206616-204518\u2069"
    assert formatting.ltr("16-204518") == '<bdi dir="ltr">16-204518</bdi>'


def test_what_is_written_into_a_page_is_escaped() -> None:
    assert formatting.ltr("<b>") == '<bdi dir="ltr">&lt;b&gt;</bdi>'
    assert "<b>" not in formatting.masked_account("<b>", FRENCH)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_long_day_has_the_algerian_name_of_its_month(month: int) -> None:
    day = date(2026, month, 15)
    assert formatting.long_day_text(day, ARABIC).split()[2] == MONTHS.split()[month - 1]


@pytest.mark.parametrize(
    ("day", "language", "written"),
    [
        (date(2027, 1, 28), ARABIC, "الخميس 28 جانفي 2027"),
        (date(2027, 1, 28), FRENCH, "jeudi 28 janvier 2027"),
        (date(2026, 11, 1), ARABIC, "الأحد 1 نوفمبر 2026"),
        (date(2026, 11, 1), FRENCH, "dimanche 1er novembre 2026"),
    ],
)
def test_a_day_in_a_sentence(day: date, language: Language, written: str) -> None:
    assert formatting.long_day_text(day, language) == written
    assert formatting.long_day(day, language) == (
        f'<time datetime="{day.isoformat()}">{written}</time>'
    )


@pytest.mark.parametrize("language", [ARABIC, FRENCH])
def test_a_day_in_a_table_is_figures(language: Language) -> None:
    day = date(2027, 1, 8)
    assert formatting.day_text(day, language=language) == "08/01/2027"
    assert formatting.day(day, language) == (
        '<time datetime="2027-01-08"><bdi dir="ltr">08/01/2027</bdi></time>'
    )


@pytest.mark.parametrize(
    ("code", "arabic", "french"),
    [
        ("2026-10", "أكتوبر 2026", "octobre 2026"),
        ("2026-Q1", "الثلاثي الأول 2026", "1er trimestre 2026"),
        ("2026-Q2", "الثلاثي الثاني 2026", "2e trimestre 2026"),
        ("2026-Q3", "الثلاثي الثالث 2026", "3e trimestre 2026"),
        ("2026-Q4", "الثلاثي الرابع 2026", "4e trimestre 2026"),
    ],
)
def test_a_period(code: str, arabic: str, french: str) -> None:
    assert formatting.period_text(Period.parse(code), ARABIC) == arabic
    assert formatting.period_text(Period.parse(code), FRENCH) == french


def test_an_account_is_known_by_its_last_four() -> None:
    assert formatting.masked_account("6789", ARABIC) == (
        'الحساب المنتهي بـ<bdi dir="ltr">6789</bdi>'
    )
    assert formatting.masked_account("6789", FRENCH) == (
        'compte se terminant par <bdi dir="ltr">6789</bdi>'
    )
