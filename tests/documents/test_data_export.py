"""The copy of an employer's data as a ZIP file: all of it as JSON, the latest of it to read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Flask

from tests.documents.conftest import Pages, bare
from webapp.archives import data_export_zip
from webapp.documents.data_export import ROWS_ON_PAPER
from webapp.services.data_exports import Take
from webapp.services.proof_packs import Plain

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MANY = 20_000
NAME = '=HYPERLINK("https://evil.example") «ش.ذ.م.م» \\ </script>'


def lines() -> Iterator[Plain]:
    for number in range(MANY):
        yield {"worksite": f"W{number}", "period": "2026-10", "amount_centimes": number}


def export(take: Take) -> None:
    take("employer", iter([{"name_ar": NAME, "phone": None}]))
    take("dues", lines())
    take("looks", iter([]))


def opened(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return file.read(name)


def test_the_json_holds_every_row_and_the_paper_the_latest(in_app: Flask, pages: Pages) -> None:
    archive = data_export_zip(in_app, "بناء", export, NOW)
    told = json.loads(opened(archive, "khatwa.json"))
    assert told["made_at"] == "2026-11-25T09:00:00+00:00"
    assert told["employer"] == [{"name_ar": NAME, "phone": None}] and told["looks"] == []
    assert told["dues"] == list(lines())
    text = "".join(pages(opened(archive, "khatwa.pdf")))
    assert f"W{MANY - 1}" in text and f"W{MANY - ROWS_ON_PAPER}\n" in text
    assert f"W{MANY - ROWS_ON_PAPER - 1}\n" not in text
    assert bare(f"Les {ROWS_ON_PAPER} derniers sur {MANY}") in bare(text)
    assert bare("والملف الرقمي المرافق يضم الكل") in bare(text)


def test_titles_stand_in_both_languages(in_app: Flask, pages: Pages) -> None:
    text = bare("".join(pages(opened(data_export_zip(in_app, "بناء", export, NOW), "khatwa.pdf"))))
    for told in ("معطياتكم", "Vos données", "المبالغ المستحقة", "Montants dus", "الورشة",
                 "Chantier", "199,99"):  # fmt: skip
        assert bare(told) in text, told


def test_the_same_copy_has_the_same_bytes(in_app: Flask) -> None:
    archives = [data_export_zip(in_app, "بناء", export, NOW) for _ in range(2)]
    assert archives[0] == archives[1]
    assert len(archives[0]) < 1_000_000
