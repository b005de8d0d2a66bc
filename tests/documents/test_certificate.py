"""The paper of a certificate: what it says and until when, in both languages, with its code."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.documents.conftest import ADDRESS, Pages, bare
from tests.documents.seeing import is_tagged, made_once, squares
from tests.documents.test_statement import in_order
from webapp.documents import certificate_pdf
from webapp.services.certificates.papers import CertificatePaper

CERTIFICATE = CertificatePaper(
    reference="KT4F7Q2ZXC",
    code="KT4F-7Q2Z-XC7Z-0M14-CK9W",
    member_number="16-204518",
    name_ar="ش.ذ.م.م بناء الشرق",
    name_fr="SARL Bâtiment de l'Est",
    issued_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    issued_on=date(2026, 11, 22),
    valid_until_on=date(2026, 12, 30),
)


@pytest.fixture
def pdf(in_app: Flask) -> bytes:
    return made_once("certificate", lambda: certificate_pdf(in_app, CERTIFICATE, ADDRESS))


def test_it_says_in_both_languages_what_is_certified_and_until_when(
    pdf: bytes, pages: Pages
) -> None:
    arabic, french = pages(pdf)
    in_order(
        arabic, "شهادة أداء المستحقات", CERTIFICATE.code, "يشهد الصندوق", CERTIFICATE.reference,
        "ش.ذ.م.م بناء الشرق", "16-204518", "22/11/2026", "30/12/2026",
    )  # fmt: skip
    in_order(
        french, "Attestation de mise à jour", CERTIFICATE.code, "La Caisse atteste",
        CERTIFICATE.reference, "SARL Bâtiment de l'Est", "16-204518", "22/11/2026", "30/12/2026",
    )  # fmt: skip
    assert bare("échéancier de paiement respecté") in bare(french), "the rule stands on it"


def test_a_phone_reads_the_code_on_each_page_in_its_language(pdf: bytes, tmp_path: Path) -> None:
    assert squares(pdf, tmp_path) == [
        f"{ADDRESS}/{code}/check/{CERTIFICATE.code}" for code in ("ar", "fr")
    ]


def test_it_can_be_read_aloud_and_is_always_the_same(in_app: Flask, pdf: bytes) -> None:
    assert is_tagged(pdf) and certificate_pdf(in_app, CERTIFICATE, ADDRESS) == pdf
