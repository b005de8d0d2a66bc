"""The papers: their text in its order, their code as a phone reads it, and nothing fetched."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader
from pypdf import PdfReader

from tests import builders
from webapp.adapters.documents import Documents
from webapp.archives import data_export_zip, proof_pack_zip
from webapp.authorisation import full_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.documents import PaperOfAuthorisation, authorisation_pdf
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.services.data_exports import DataExport
from webapp.services.proof_packs import ProofPack

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PAPER = PaperOfAuthorisation(
    reference="KM4F7Q2ZXC",
    member_number="16/123456",
    name_ar="ش.ذ.م.م بناء الشرق",
    name_fr="SARL Bâtiment de l'Est",
    signatory="محمد بن علي",
    account=Rib.of("001", "00123", "0023456789").grouped,
    bank_code="001",
    ceiling=Centimes(2_500_000_00),
    worksites=("ورشة سد بني هارون", "200 logements"),
    signed_on=date(2026, 11, 25),
    check_address="https://khatwa.example/ar/check/KM4F7Q2ZXC/0123456789abcdef0123",
)
needs = {
    program: pytest.mark.skipif(
        shutil.which(program) is None, reason=f"{program} is not installed: SKIPPED"
    )
    for program in ("pdftotext", "pdftoppm", "zbarimg")
}


@pytest.fixture
def pdf(app: Flask, tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(authorisation_pdf(app, PAPER))
    return path


def bare(text: str) -> str:
    """Letters, digits and signs in their order: without marks, spaces, directions."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        one for one in decomposed
        if unicodedata.category(one) not in {"Mn", "Cf", "Zs", "Cc"} and one not in "()«»"
    )  # fmt: skip


@needs["pdftotext"]
def test_the_text_comes_out_in_its_order_in_both_languages(pdf: Path) -> None:
    pages = subprocess.run(
        ["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout.split("\f")
    for language, page in zip((ARABIC, FRENCH), pages, strict=False):
        found = bare(page)
        for paragraph in full_text(language, PAPER.ceiling)[1:]:
            assert bare(paragraph) in found, paragraph
        for value in ("16/123456", PAPER.account, PAPER.reference, "25/11/2026"):
            assert bare(value) in found
        for name in (PAPER.signatory, PAPER.worksites[0]):
            assert bare(name) in found
    assert bare(PAPER.name_ar) in bare(pages[0]) and bare(PAPER.name_fr) in bare(pages[1])
    assert "(CACOBATPH)" in pages[1]


@needs["pdftoppm"]
@needs["zbarimg"]
def test_a_phone_reads_the_code_on_both_pages(pdf: Path, tmp_path: Path) -> None:
    subprocess.run(["pdftoppm", "-r", "120", "-png", str(pdf), str(tmp_path / "p")], check=True)
    pictures = sorted(str(path) for path in tmp_path.glob("p-*.png"))
    assert len(pictures) == 2
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pictures], check=True, capture_output=True, text=True
    ).stdout.split()
    assert read == [PAPER.check_address] * 2


def test_each_language_has_its_page_with_embedded_fonts(pdf: Path) -> None:
    reader = PdfReader(pdf)
    assert len(reader.pages) == 2
    assert reader.metadata is not None and PAPER.reference in str(reader.metadata.title)
    assert reader.trailer["/Root"]["/Lang"] == "ar"  # type: ignore[index]
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described.get_object())


def test_the_same_paper_has_the_same_bytes(app: Flask, pdf: Path) -> None:
    assert authorisation_pdf(app, PAPER) == pdf.read_bytes()
    assert authorisation_pdf(app, replace(PAPER, reference="KM00000000")) != pdf.read_bytes()


@pytest.mark.parametrize(
    "address", ["https://evil.example/x.png", "file:///etc/passwd", "../employer/home.html"]
)
def test_nothing_is_fetched_but_what_lies_beside_the_papers(tmp_path: Path, address: str) -> None:
    loader = DictLoader({"documents/x.html": f'<img src="{address}"><p>x</p>'})
    with pytest.raises(BaseException, match="not one of our own files"):
        Documents(loader, tmp_path).render_pdf("x.html", {})


def test_names_cannot_write_into_a_paper(app: Flask) -> None:
    name = '<img src="https://evil.example/x.png">'
    assert authorisation_pdf(app, replace(PAPER, name_ar=name, signatory=name))


def rows(archive: bytes, ending: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (name,) = [one for one in opened.namelist() if one.endswith(ending)]
        return opened.read(name)


def test_a_proof_is_told_as_pdf_and_as_json(app: Flask) -> None:
    pack = ProofPack(
        debit={"reference": "KM-1", "amount_centimes": 129_600_00, "hold_reason": None},
        lines=[{"worksite": "W1"}],
        texts=[{"version": "2026-11", "sha256": "ab", "paragraphs": ["أرخّص", "J'autorise"]}],
        signatures=[{"number": 1}],
        notices=[],
        attempts=[{"end_to_end_id": "KM-1-1"}],
        answers=[{"fact": "settled"}],
        events=[{"id": 1, "sealed_as": 1}],
    )
    archive = proof_pack_zip(app, pack, NOW)
    assert archive == proof_pack_zip(app, pack, NOW)
    assert json.loads(rows(archive, ".json")) == pack.as_json()
    pages = PdfReader(io.BytesIO(rows(archive, ".pdf"))).pages
    text = "".join(page.extract_text() for page in pages)
    for part in ("KM-1-1", "settled", "12960000", "2026-11"):
        assert part in text


def test_a_copy_of_many_rows_stays_a_paper(app: Flask) -> None:
    dues = [{"period": "2026-10", "worksite": f"W{n}"} for n in range(300)]
    export = DataExport("بناء", {"employer": [{"name": "بناء"}], "dues": dues, "looks": []})
    archive = data_export_zip(app, export, NOW)
    assert len(json.loads(rows(archive, ".json"))["dues"]) == 300
    assert builders.VAULT is not None
