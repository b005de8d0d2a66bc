"""The paper of a year: each period and the account, in Arabic then French, with its code."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.documents.conftest import ADDRESS, Pages, bare
from tests.documents.seeing import is_tagged, made_once, squares
from tests.documents.test_statement import in_order
from webapp.documents import summary_pdf
from webapp.domain.balances import Sums
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.services.summaries.figures import PeriodFigures, YearFigures
from webapp.services.summaries.papers import SummaryPaper


def period(month: int) -> PeriodFigures:
    owed, late = Centimes(10_000_000 + month * 100), Centimes(50_000)
    received = owed if month % 2 else Centimes(0)
    sums = Sums(declared=owed, added=late, debited=received, settled=received)
    return PeriodFigures(Period.parse(f"2026-{month:02}"), sums, late, month % 3)


FIGURES = YearFigures(
    first_on=date(2026, 1, 1),
    last_on=date(2026, 12, 31),
    periods=tuple(period(month) for month in range(1, 13)),
    opening=Centimes(1_234_500),
    charged=Centimes(121_407_800),
    paid=Centimes(60_003_600),
)
SUMMARY = SummaryPaper(
    employer_id=429,
    number="KY000001TX",
    code="KY00-0001-TX7Z-0M14-CK9W",
    year=2026,
    member_number="16-204518",
    name_ar="ش.ذ.م.م بناء الشرق",
    name_fr="SARL Bâtiment de l'Est",
    made_at=datetime(2027, 2, 1, 9, 0, tzinfo=UTC),
    made_on=date(2027, 2, 1),
    figures=FIGURES,
)


@pytest.fixture
def pdf(in_app: Flask) -> bytes:
    return made_once("summary", lambda: summary_pdf(in_app, SUMMARY, ADDRESS))


def test_each_language_has_its_page_with_every_period_and_the_sums(
    pdf: bytes, pages: Pages
) -> None:
    arabic, french = pages(pdf)
    for page in (arabic, french):
        assert bare(SUMMARY.code) in bare(page)
        for one in FIGURES.periods:
            assert bare(f"{one.sums.declared // 100:,}".replace(",", " ")) in bare(page)
    in_order(
        arabic, "كشف سنوي 2026", "ش.ذ.م.م بناء الشرق", "16-204518", "01/01/2026", "31/12/2026",
        "01/02/2027", "جانفي 2026", "ديسمبر 2026", "المجموع", "الرصيد الافتتاحي", "12 345,00",
        "1 214 078,00", "600 036,00", "الرصيد الختامي", "626 387,00",
    )  # fmt: skip
    in_order(
        french, "Relevé annuel 2026", "SARL Bâtiment de l'Est", "janvier 2026", "décembre 2026",
        "Total", "Solde initial", "12 345,00", "Solde final", "626 387,00",
    )  # fmt: skip


def test_a_phone_reads_the_code_on_each_page_in_its_language(pdf: bytes, tmp_path: Path) -> None:
    assert squares(pdf, tmp_path) == [
        f"{ADDRESS}/{code}/check/{SUMMARY.code}" for code in ("ar", "fr")
    ]


def test_it_can_be_read_aloud_and_is_always_the_same(in_app: Flask, pdf: bytes) -> None:
    assert is_tagged(pdf) and summary_pdf(in_app, SUMMARY, ADDRESS) == pdf
