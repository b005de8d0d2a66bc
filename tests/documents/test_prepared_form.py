"""A prepared form: the employer's language in front, the other on the back, a code to enter it."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.documents.conftest import ADDRESS, Pages, bare
from tests.documents.test_authorisation import needs_eyes
from webapp.authorisation import form_text, paragraphs_on_paper
from webapp.catalogs import ARABIC, FRENCH
from webapp.documents import prepared_forms_pdf
from webapp.models import Language
from webapp.services.open_days.prepared_forms import FormSheet

SHEET = FormSheet(
    employer_id=1,
    reference="KF4F7Q2ZXC",
    member_number="16-204518",
    name_ar="ش.ذ.م.م بناء الشرق",
    name_fr="SARL Bâtiment de l'Est",
    signatory_name="محمد بن علي",
    language=Language.ARABIC,
    text=form_text(),
    made_at=datetime(2026, 11, 25, 9, 4, tzinfo=UTC),
)
FRENCH_SHEET = replace(SHEET, reference="KF4F7Q2ZXD", language=Language.FRENCH)


@pytest.fixture
def pdf(app: Flask) -> bytes:
    return prepared_forms_pdf(app, [SHEET, FRENCH_SHEET], ADDRESS)


def test_each_employer_has_one_sheet_with_both_languages(pdf: bytes, pages: Pages) -> None:
    sides = list(map(bare, pages(pdf)))
    languages = (ARABIC, FRENCH, FRENCH, ARABIC)
    sheets = (SHEET, SHEET, FRENCH_SHEET, FRENCH_SHEET)
    for side, language, sheet in zip(sides, languages, sheets, strict=True):
        for paragraph in paragraphs_on_paper(form_text(), language):
            assert bare(paragraph) in side, paragraph
        for value in (sheet.member_number, sheet.reference):
            assert bare(value) in side, value
        assert bare(sheet.name_ar if language is ARABIC else sheet.name_fr) in side


@needs_eyes
def test_a_phone_reads_where_the_form_is_entered(pdf: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "120", "-png", str(path), str(tmp_path / "p")], check=True)
    pictures = sorted(str(one) for one in tmp_path.glob("p-*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pictures], check=False, capture_output=True, text=True
    ).stdout.split()
    assert read == [
        f"{ADDRESS}/ar/staff/paper-forms/{SHEET.reference}",
        f"{ADDRESS}/fr/staff/paper-forms/{FRENCH_SHEET.reference}",
    ]


def test_the_same_forms_have_the_same_bytes_and_say_their_language(app: Flask, pdf: bytes) -> None:
    assert prepared_forms_pdf(app, [SHEET, FRENCH_SHEET], ADDRESS) == pdf
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "ar"  # type: ignore[index]
    alone = PdfReader(io.BytesIO(prepared_forms_pdf(app, [FRENCH_SHEET], ADDRESS)))
    assert alone.trailer["/Root"]["/Lang"] == "fr"  # type: ignore[index]
