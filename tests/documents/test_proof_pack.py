"""The proof of a debit as a ZIP file: a paper in both languages, and the same as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime

from flask import Flask

from tests.documents.conftest import Pages, bare, paper_of
from webapp.archives import proof_pack_zip
from webapp.authorisation import full_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.money import Centimes
from webapp.services.proof_packs import ProofPack

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TEXT = paper_of(Centimes(900_000_00), ()).text
PACK = ProofPack(
    debit={"reference": "KM-1", "status": "refused", "amount_centimes": 129_600_00,
           "planned_for_on": "2026-11-30", "hold_reason": None, "bank_code": "001"},
    lines=[{"worksite": "W1", "worksite_name": "200 logements", "kind": "contribution",
            "period": "2026-10", "amount_centimes": 129_600_00, "freed_at": None}],
    texts=[{"version": "2026-11", "sha256": "ab" * 32, "intact": True,
            "paragraphs": TEXT.split("\n\n")}],
    signatures=[{"number": 1, "signed_at": "2026-11-02T08:00:00+00:00", "channel": "self",
                 "quality": "manager", "code_id": 7}],
    papers=[],
    notices=[{"kind": "debit_announced", "status": "accepted", "accepted_on": "2026-11-22"}],
    attempts=[{"end_to_end_id": "KM-1-1", "file_name": "F1.xml", "file_sha256": "cd" * 32,
               "reason_code": "AM04", "reason": "InsufficientFunds"}],
    answers=[{"fact": "refused", "outcome": "applied", "reason_code": "AM04"}],
    events=[{"id": 1, "at": "2026-11-02T08:00:00+00:00", "actor": "employer:1",
             "subject": "debit", "source": None, "target": "refused", "sealed_as": 1}],
)  # fmt: skip


def rows(archive: bytes, ending: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (name,) = [one for one in opened.namelist() if one.endswith(ending)]
        return opened.read(name)


def test_the_json_holds_the_proof_and_the_same_proof_has_the_same_bytes(in_app: Flask) -> None:
    archive = proof_pack_zip(in_app, PACK, NOW)
    assert archive == proof_pack_zip(in_app, PACK, NOW)
    assert json.loads(rows(archive, ".json")) == PACK.as_json()


def test_the_paper_says_it_in_words_of_both_languages(in_app: Flask, pages: Pages) -> None:
    text = "".join(pages(rows(proof_pack_zip(in_app, PACK, NOW), ".pdf")))
    found = bare(text)
    for told in ("KM-1-1", "F1.xml", "ab" * 32, "cd" * 32, "129 600,00", "30/11/2026",
                 "22/11/2026", "02/11/2026 09:00", "AM04", "InsufficientFunds",
                 "Preuve d'un prélèvement", "إثبات اقتطاع", "rejeté", "مرفوض", "cotisation",
                 "Provision insuffisante", "الرصيد غير", "octobre 2026", "remis"):  # fmt: skip
        assert bare(told) in found, told
    for language in (ARABIC, FRENCH):
        for paragraph in full_text(language, Centimes(900_000_00)):
            assert bare(paragraph) in found, paragraph


def test_no_word_of_the_code_is_left_on_the_paper(in_app: Flask, pages: Pages) -> None:
    text = "".join(pages(rows(proof_pack_zip(in_app, PACK, NOW), ".pdf")))
    for word in ("_centimes", "refused", "debit_announced", "applied", "None", "True", "12960000"):
        assert word not in text, word
