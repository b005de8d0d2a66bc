"""The paper of an authorisation: its text in its order, its codes as a phone reads them."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.documents.conftest import ADDRESS, Pages, bare, paper_of
from webapp.authorisation import full_text, paragraphs_on_paper, short_text, signed_text
from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.documents import authorisation_pdf
from webapp.domain.money import Centimes
from webapp.models import SigningChannel

BOTH = (ARABIC, FRENCH)
PAPER = paper_of()
needs_eyes = pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("zbarimg")),
    reason="pdftoppm or zbarimg is not installed: THE CODES OF THE PAPERS ARE NOT READ",
)


@pytest.fixture
def pdf(app: Flask) -> bytes:
    return authorisation_pdf(app, PAPER, ADDRESS)


def test_the_text_comes_out_in_its_order_in_both_languages(pdf: bytes, pages: Pages) -> None:
    arabic, french = map(bare, pages(pdf))
    for language, found in ((ARABIC, arabic), (FRENCH, french)):
        for paragraph in full_text(language)[1:]:
            assert bare(paragraph) in found, paragraph
        for value in (PAPER.member_number, PAPER.account, PAPER.reference, "25/11/2026 10:04",
                      PAPER.text_sha256, "2 500 000,00", "18-07"):  # fmt: skip
            assert bare(value) in found, value
        assert bare(PAPER.signatory_name) in found
    assert bare(PAPER.name_ar) in arabic and bare(PAPER.name_fr) in french


@pytest.mark.parametrize("language", BOTH, ids=lambda one: one.code)
def test_sentences_with_figures_are_read_word_for_word(
    app: Flask, pages: Pages, language: Language
) -> None:
    """Without names in the other script, which no reader of a line can put in one order."""
    paper = paper_of(Centimes(1_296_000_00), ())
    found = bare(pages(authorisation_pdf(app, paper, ADDRESS))[BOTH.index(language)])
    for paragraph in full_text(language, Centimes(1_296_000_00)):
        assert bare(paragraph) in found


def test_french_brackets_open_and_close(pdf: bytes, pages: Pages) -> None:
    assert "(CACOBATPH)" in pages(pdf)[1] and "soussigné(e)" in pages(pdf)[1]


def test_latin_names_stand_in_arabic_lines_as_they_are_written(pdf: bytes, pages: Pages) -> None:
    assert "200 logements" in pages(pdf)[0]


@needs_eyes
def test_a_phone_reads_the_code_on_each_page_in_its_language(pdf: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "120", "-png", str(path), str(tmp_path / "p")], check=True)
    pictures = sorted(str(one) for one in tmp_path.glob("p-*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pictures], check=True, capture_output=True, text=True
    ).stdout.split()
    assert read == [f"{ADDRESS}/{code}/check/{PAPER.code}" for code in
                    ("ar", "fr")]  # fmt: skip


def test_the_code_to_type_stands_on_each_page_and_links_to_its_check(
    pdf: bytes, pages: Pages
) -> None:
    assert all(PAPER.code in page.replace("\n", "") for page in pages(pdf))
    links = [
        note.get_object()["/A"]["/URI"]
        for page in PdfReader(io.BytesIO(pdf)).pages
        for note in page.get("/Annots", [])
    ]
    assert len(links) == 2 and all(PAPER.code in link for link in links)


def test_each_language_has_its_page_with_embedded_fonts(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert reader.metadata is not None and PAPER.reference in str(reader.metadata.title)
    assert reader.trailer["/Root"]["/Lang"] == "ar"  # type: ignore[index]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described.get_object())


def test_the_same_paper_has_the_same_bytes(app: Flask, pdf: bytes) -> None:
    assert authorisation_pdf(app, PAPER, ADDRESS) == pdf
    assert authorisation_pdf(app, replace(PAPER, reference="KM00000000"), ADDRESS) != pdf


def test_what_was_signed_is_printed_even_after_the_wording_has_changed(
    app: Flask, pages: Pages
) -> None:
    text = "\n\n".join(("قصير", "نص قديم أرخّص به", "court", "un ancien texte que j'ai signé"))
    arabic, french = pages(authorisation_pdf(app, replace(PAPER, text=text), ADDRESS))
    assert bare("نص قديم أرخّص به") in bare(arabic) and "un ancien texte" in french
    assert bare(full_text(ARABIC)[1]) not in bare(arabic)


def test_an_older_paper_does_not_pretend_to_be_signed_here(app: Flask, pages: Pages) -> None:
    old = replace(PAPER, channel=SigningChannel.IMPORT, text="كان على الورق\n\nétait sur papier")
    arabic, french = pages(authorisation_pdf(app, old, ADDRESS))
    assert "Signée sur papier le" in french and "électroniquement" not in french
    assert "10:04" not in french and PAPER.text_sha256 not in arabic


def test_names_cannot_write_into_a_paper(app: Flask, pages: Pages) -> None:
    name = '<img src="https://evil.example/x.png">'
    evil = replace(PAPER, name_ar=name, name_fr=name, signatory_name=name)
    assert "evil.example" in pages(authorisation_pdf(app, evil, ADDRESS))[1]


@pytest.mark.parametrize("worksites", [(), ("ورشة",)])
def test_a_signed_text_is_taken_apart_as_it_was_put_together(worksites: tuple[str, ...]) -> None:
    ceiling = Centimes(5_00)
    text = signed_text(ceiling, worksites)
    for language in BOTH:
        assert paragraphs_on_paper(text, language) == full_text(language, ceiling, worksites)
        assert short_text(language, ceiling, worksites) in text.split("\n\n")
    assert paragraphs_on_paper("one", FRENCH) == paragraphs_on_paper("one", ARABIC) == ("one",)
    assert date(2026, 11, 25) == PAPER.signed_at.date()
