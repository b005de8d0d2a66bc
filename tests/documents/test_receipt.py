"""The paper of a receipt: what was paid, in Arabic then French, and a code that checks it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.documents.conftest import ADDRESS, Pages, bare
from tests.documents.seeing import is_tagged, made_once, squares
from tests.documents.test_statement import in_order
from webapp.documents import receipt_pdf
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import DueKind
from webapp.services.receipts import Receipt, ReceiptLine

OCTOBER = Period.parse("2026-10")
RECEIPT = Receipt(
    number="KQ0000002F",
    code="KQ00-0000-2F7Z-0M14-CK9W",
    debit_reference="KM4F7Q2ZXC-261130",
    attempt_reference="KM4F7Q2ZXC-261130-1",
    mandate_reference="KM4F7Q2ZXC",
    amount=Centimes(25_820_000),
    settled_on=date(2026, 11, 30),
    settled_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    member_number="16-204518",
    name_ar="ش.ذ.م.م بناء الشرق",
    name_fr="SARL Bâtiment de l'Est",
    bank_code="001",
    account_last4="6789",
    lines=(
        ReceiptLine("ورشة سد بني هارون", DueKind.CONTRIBUTION, OCTOBER, Centimes(12_960_000)),
        ReceiptLine("200 logements", DueKind.CONTRIBUTION, OCTOBER, Centimes(12_960_000)),
        ReceiptLine("", DueKind.CREDIT, OCTOBER, Centimes(-100_000)),
    ),
)


@pytest.fixture
def pdf(in_app: Flask) -> bytes:
    return made_once("receipt", lambda: receipt_pdf(in_app, RECEIPT, ADDRESS))


def test_arabic_comes_first_with_every_due_and_the_sum(pdf: bytes, pages: Pages) -> None:
    arabic, _ = pages(pdf)
    in_order(
        arabic, "وصل الدفع", RECEIPT.code, RECEIPT.number, "ش.ذ.م.م بناء الشرق", "16-204518",
        "258 200,00", "30/11/2026", "البنك الوطني الجزائري", "6789", "KM4F7Q2ZXC-261130-1",
        "ورشة سد بني هارون", "أكتوبر 2026", "129 600,00", "200 logements", "-1 000,00",
        "258 200,00",
    )  # fmt: skip


def test_french_follows_with_the_same_figures(pdf: bytes, pages: Pages) -> None:
    _, french = pages(pdf)
    in_order(
        french, "Reçu de paiement", RECEIPT.code, RECEIPT.number, "SARL Bâtiment de l'Est",
        "16-204518", "258 200,00", "30/11/2026", "Banque Nationale d'Algérie", "6789",
        "octobre 2026", "129 600,00", "200 logements", "-1 000,00", "Total", "258 200,00",
    )  # fmt: skip
    assert bare("le reprend") in bare(french)


def test_a_phone_reads_the_code_on_each_page_in_its_language(pdf: bytes, tmp_path: Path) -> None:
    assert squares(pdf, tmp_path) == [
        f"{ADDRESS}/{code}/check/{RECEIPT.code}" for code in ("ar", "fr")
    ]


def test_it_can_be_read_aloud_and_is_always_the_same(in_app: Flask, pdf: bytes) -> None:
    assert is_tagged(pdf) and receipt_pdf(in_app, RECEIPT, ADDRESS) == pdf
