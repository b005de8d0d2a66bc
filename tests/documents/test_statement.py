"""The paper of a statement: each line in its order, in Arabic and in French, with its figures."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.documents.conftest import Pages, bare
from webapp.documents.statement import LINES_ON_PAPER, StatementPaper, statement_pdf
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import DueKind
from webapp.services.account_statements import Statement, StatementLine
from webapp.services.statement_queries import Movement

OCTOBER = Period.parse("2026-10")
REFERENCE = "KM4F7Q2ZXC-261130"


def line(on: date, movement: Movement, amount: int, balance: int, **more: object) -> StatementLine:
    values: dict[str, object] = {
        "key": f"{on}.1", "on": on, "movement": movement, "is_credit": False,
        "amount": Centimes(amount), "balance": Centimes(balance), "kind": None, "period": None,
        "worksites": 1, "reference": "",
    }  # fmt: skip
    return StatementLine(**(values | more))  # type: ignore[arg-type]


LINES = (
    line(
        date(2026, 11, 2), Movement.CHARGED, 25_920_000, 26_920_000,
        kind=DueKind.CONTRIBUTION, period=OCTOBER, worksites=3,
    ),
    line(date(2026, 11, 30), Movement.RECEIVED, -27_720_000, -800_000, reference=REFERENCE),
)  # fmt: skip
STATEMENT = Statement(
    first_on=date(2026, 1, 1),
    last_on=date(2026, 12, 31),
    opening=Centimes(1_000_000),
    closing=Centimes(-800_000),
    charged=Centimes(25_920_000),
    paid=Centimes(27_720_000),
    lines=LINES,
    more=False,
)
PAPER = StatementPaper(
    STATEMENT, "16-204518", "ش.ذ.م.م بناء الشرق", "SARL Bâtiment de l'Est",
    datetime(2026, 12, 31, 9, 0, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def pdf(in_app: Flask) -> bytes:
    return statement_pdf(in_app, PAPER)


def in_order(text: str, *parts: str) -> None:
    place = 0
    for part in parts:
        found = bare(text).find(bare(part), place)
        assert found >= 0, part
        place = found + len(bare(part))


def test_arabic_comes_first_and_its_lines_stand_in_their_order(pdf: bytes, pages: Pages) -> None:
    arabic, _ = pages(pdf)
    in_order(
        arabic, "كشف حساب الاشتراكات", "ش.ذ.م.م بناء الشرق", "16-204518", "259 200,00",
        "277 200,00", "الرصيد الافتتاحي", "10 000,00", "02/11/2026",
        "الاشتراكات، أكتوبر", "269 200,00", "30/11/2026", "محصَّل بالاقتطاع", REFERENCE,
        "-8 000,00", "الرصيد الختامي", "-8 000,00",
    )  # fmt: skip


def test_french_follows_with_the_same_figures(pdf: bytes, pages: Pages) -> None:
    _, french = pages(pdf)
    in_order(
        french, "Relevé de compte cotisant", "SARL Bâtiment de l'Est", "16-204518",
        "Solde initial", "10 000,00", "02/11/2026", "Cotisations, octobre 2026", "3 chantiers",
        "259 200,00", "269 200,00", "30/11/2026", "Encaissé par le prélèvement", REFERENCE,
        "277 200,00", "-8 000,00", "Solde final", "-8 000,00",
    )  # fmt: skip


def test_the_same_statement_has_the_same_bytes(in_app: Flask, pdf: bytes) -> None:
    assert statement_pdf(in_app, PAPER) == pdf


def test_a_statement_that_goes_on_says_so_and_has_no_end(in_app: Flask, pages: Pages) -> None:
    paper = replace(PAPER, statement=replace(STATEMENT, more=True))
    text = bare("".join(pages(statement_pdf(in_app, paper))))
    assert bare("le tableau (CSV) les contient toutes") in text
    assert bare("Solde final") not in text and bare("الرصيد الختامي") not in text


def test_a_long_statement_repeats_its_headings(in_app: Flask, pages: Pages) -> None:
    many = tuple(LINES[0] for _ in range(60))
    paper = replace(PAPER, statement=replace(STATEMENT, lines=many))
    found = pages(statement_pdf(in_app, paper))
    assert len(found) >= 4
    assert bare("Encaissé ou crédité (DA)") in bare(found[-1])
    assert LINES_ON_PAPER > 60


def test_fonts_are_embedded_and_the_language_is_said(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert reader.root_object["/Lang"] == "ar"
