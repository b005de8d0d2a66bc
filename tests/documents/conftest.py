"""Fixtures of the papers: what one says, and its text as a program reads it."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from webapp.authorisation import TEXT_VERSION, signed_text
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import MandateStatus
from webapp.models import SignatoryQuality, SigningChannel
from webapp.services.authorisation_papers import PaperOfAuthorisation

ADDRESS = "https://khatwa.example"
WORKSITES = ("ورشة سد بني هارون", "200 logements")
Pages = Callable[[bytes], list[str]]


def paper_of(
    ceiling: Centimes | None = Centimes(2_500_000_00),  # noqa: B008  (a number that never changes)
    worksites: tuple[str, ...] = WORKSITES,
) -> PaperOfAuthorisation:
    text = signed_text(ceiling, worksites)
    return PaperOfAuthorisation(
        reference="KM4F7Q2ZXC",
        status=MandateStatus.ACTIVE,
        member_number="16-204518",
        name_ar="ش.ذ.م.م بناء الشرق",
        name_fr="SARL Bâtiment de l'Est",
        bank_code="001",
        account=Rib.of("001", "00123", "0023456789").grouped,
        signatory_name="محمد بن علي",
        quality=SignatoryQuality.MANAGER,
        channel=SigningChannel.SELF,
        signed_at=datetime(2026, 11, 25, 9, 4, tzinfo=UTC),
        text=text,
        text_version=TEXT_VERSION,
        text_sha256=sha256(text.encode()).hexdigest(),
        code="KM4F-7Q2Z-XC01-2345-6789",
    )


def bare(text: str) -> str:
    """Letters, digits and signs in their order: without marks, spaces, directions, brackets.

    Which way a bracket opens is a matter of the direction it is read in, not of the order.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        one for one in decomposed
        if unicodedata.category(one) not in {"Mn", "Cf", "Zs", "Cc"} and one not in "()«»"
    )  # fmt: skip


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """The text of each page, as poppler finds it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: THE ORDER OF TEXT IS NOT TESTED")

    def read(pdf: bytes) -> list[str]:
        path = tmp_path / "read.pdf"
        path.write_bytes(pdf)
        answer = subprocess.run(
            ["pdftotext", str(path), "-"], check=True, capture_output=True, text=True
        )
        return answer.stdout.split("\f")[:-1]

    return read
