"""Every cause, calculation and movement has its line in both languages, its numbers in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale
from lxml import html
from markupsafe import Markup

from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.domain.balances import REASONS
from webapp.domain.contributions import ContributionRates
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.reckonings import (
    Difference,
    GivenBack,
    InstalmentOf,
    OfBases,
    OfRate,
    PartOf,
    Reckoning,
)
from webapp.due_words import origin_line, reckoning_line
from webapp.formatting import NO_BREAK_SPACE, rate_text
from webapp.models import DueKind
from webapp.services.account_statements import StatementLine
from webapp.services.due_origins import About, Origin, OriginKind
from webapp.services.statement_queries import Movement
from webapp.statement_words import difference_in_words, movement_line, movement_text

LANGUAGES = pytest.mark.parametrize("language", [ARABIC, FRENCH], ids=["ar", "fr"])
OTHER = {"ar": re.compile("[A-Za-zÀ-ÿ]"), "fr": re.compile("[\u0600-\u06ff]")}
OWN = {"ar": OTHER["fr"], "fr": OTHER["ar"]}
OCTOBER = Period.parse("2026-10")
RATES = ContributionRates(date(2015, 1, 1), 12_210, 375, 375)
MILLION, HALF = Centimes(100_000_000), Centimes(50_000_000)
RECKONINGS: dict[str, tuple[Reckoning, str]] = {
    "bases": (
        OfBases(MILLION, HALF, RATES),
        "1 000 000,00 × 12,21 % + 500 000,00 × 0,375 % + 500 000,00 × 0,375 % = 125 850,00",
    ),
    "rate": (OfRate(MILLION, 5_000, 0), "1 000 000,00 × 5 % = 50 000,00"),
    "month": (OfRate(MILLION, 1_000, 3), "1 000 000,00 × 1 % = 10 000,00"),
    "more": (Difference(MILLION, HALF), "1 000 000,00 − 500 000,00 = 500 000,00"),
    "less": (Difference(HALF, MILLION), "500 000,00 − 1 000 000,00 = -500 000,00"),
    "part": (PartOf(MILLION, HALF), "1 000 000,00 − 500 000,00 = 500 000,00"),
    "part of a credit": (
        PartOf(Centimes(-MILLION), Centimes(-HALF)),
        "-1 000 000,00 − (-500 000,00) = -500 000,00",
    ),
    "instalment": (InstalmentOf(MILLION, HALF, 6), "1 000 000,00 − 500 000,00 = 500 000,00"),
    "of two": (InstalmentOf(MILLION, HALF, 2), "1 000 000,00 − 500 000,00 = 500 000,00"),
    "given back": (GivenBack(HALF), "-500 000,00"),
}


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def check_words(said: Markup | str, language: Language) -> None:
    """Words of the language alone, but for what is set apart in its own direction."""
    root = html.fragment_fromstring(f"<div>{said}</div>")
    text = " ".join(root.xpath(".//text()[not(ancestor::bdi)]"))
    assert OWN[language.code].search(text), said
    assert not OTHER[language.code].search(text), said
    assert "%(" not in said


@LANGUAGES
@pytest.mark.parametrize("name", RECKONINGS)
def test_a_calculation_is_one_line_from_left_to_right(name: str, language: Language) -> None:
    reckoning, numbers = RECKONINGS[name]
    said = reckoning_line(reckoning, language)
    check_words(said, language)
    root = html.fragment_fromstring(f"<div>{said}</div>")
    (formula,) = root.xpath(".//span[@class='reckoning']//bdi[@dir='ltr']")
    whole = formula.text_content().replace(NO_BREAK_SPACE, " ")
    alone = numbers if name == "given back" else f"{numbers} {language.currency}"
    assert whole == alone  # The currency stays beside what the numbers make.
    assert language.currency in root.text_content()


def test_a_month_and_a_number_of_instalments_are_named() -> None:
    assert ">3<" in reckoning_line(RECKONINGS["month"][0], FRENCH)
    assert ">6<" in reckoning_line(RECKONINGS["instalment"][0], ARABIC)


@pytest.mark.parametrize(("count", "counted"), [(2, "قسطين"), (6, "أقساط"), (12, "قسطا")])
def test_instalments_are_counted_as_arabic_counts(count: int, counted: str) -> None:
    said = reckoning_line(InstalmentOf(MILLION, HALF, count), ARABIC)
    assert f" {counted}،" in html.fragment_fromstring(f"<div>{said}</div>").text_content()


@LANGUAGES
@pytest.mark.parametrize("kind", OriginKind)
@pytest.mark.parametrize("about", [None, About(DueKind.CONTRIBUTION, OCTOBER, "Chantier ورشة")])
def test_every_cause_has_its_line(
    kind: OriginKind, language: Language, about: About | None
) -> None:
    if about is None and kind is OriginKind.GIVEN_BACK:
        return
    origin = Origin(kind, 2, about, "KS23456789", 3, 6)
    check_words(origin_line(origin, OCTOBER, language), language)


@LANGUAGES
def test_a_worksite_in_a_cause_cannot_write_into_the_page(language: Language) -> None:
    about = About(DueKind.CONTRIBUTION, OCTOBER, "<script>alert(1)</script>%(period)s")
    said = origin_line(Origin(OriginKind.PAID_LATE, about=about), OCTOBER, language)
    assert "<script>" not in said and "&lt;script&gt;" in said


def line(movement: Movement, **given: object) -> StatementLine:
    values: dict[str, object] = {
        "key": "2026-11-02.1", "on": date(2026, 11, 2), "movement": movement, "is_credit": False,
        "amount": MILLION, "balance": MILLION, "kind": None, "period": None, "worksites": 1,
        "reference": "KM4F7Q2ZXC-1",
    }  # fmt: skip
    return StatementLine(**(values | given))  # type: ignore[arg-type]


@LANGUAGES
@pytest.mark.parametrize("movement", Movement)
@pytest.mark.parametrize("is_credit", [False, True])
def test_every_movement_has_its_line(
    movement: Movement, is_credit: bool, language: Language
) -> None:
    check_words(movement_line(line(movement, is_credit=is_credit), language), language)


@LANGUAGES
@pytest.mark.parametrize("kind", DueKind)
@pytest.mark.parametrize("movement", [Movement.CHARGED, Movement.REDUCED])
def test_every_kind_of_due_has_its_line(
    kind: DueKind, movement: Movement, language: Language
) -> None:
    for amount in (MILLION, -MILLION):
        one = line(movement, kind=kind, period=OCTOBER, amount=amount, reference="")
        check_words(movement_line(one, language), language)
        assert OWN[language.code].search(movement_text(one, language))


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "الاشتراكات، أكتوبر 2026"), (2, "الاشتراكات، أكتوبر 2026 (ورشتان)"),
     (3, "الاشتراكات، أكتوبر 2026 (3 ورشات)"), (11, "الاشتراكات، أكتوبر 2026 (11 ورشة)"),
     (100, "الاشتراكات، أكتوبر 2026 (100 ورشة)")],
)  # fmt: skip
def test_worksites_are_counted_as_arabic_counts(count: int, said: str) -> None:
    one = line(Movement.CHARGED, kind=DueKind.CONTRIBUTION, period=OCTOBER, worksites=count)
    assert movement_text(one, ARABIC) == said


@pytest.mark.parametrize("reason", [*REASONS, "unexplained"])
def test_every_reason_of_a_difference_has_its_words(app: Flask, reason: str) -> None:
    for language in (ARABIC, FRENCH):
        with app.test_request_context(f"/{language.code}/"), force_locale(language.locale):
            check_words(str(difference_in_words(reason)), language)


@pytest.mark.parametrize(
    ("rate", "said"),
    [(12_210, "12,21 %"), (375, "0,375 %"), (5_000, "5 %"), (100_000, "100 %"), (1, "0,001 %"),
     (10_050, "10,05 %")],
)  # fmt: skip
def test_a_rate_is_written_as_a_percentage(rate: int, said: str) -> None:
    assert rate_text(rate).replace(NO_BREAK_SPACE, " ") == said
