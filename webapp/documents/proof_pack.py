"""The proof of a debit as a paper: both languages side by side."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from webapp.catalogs import ARABIC, FRENCH
from webapp.documents.fields import Section, section
from webapp.documents.labels import heading
from webapp.documents.rendering import direction, paragraph, render
from webapp.services.proof_packs import Plain, ProofPack

# Each row by itself, its fields under each other; the others are tables.
STACKED = ("debit", "signatures", "papers", "notices", "attempts", "answers")
PARTS = ("debit", "lines", "signatures", "papers", "notices", "attempts", "answers", "events")


def proof_pack_pdf(app: Flask, pack: ProofPack, made_at: datetime) -> bytes:
    """The proof of a debit, Arabic headings beside French ones. Raises DocumentsUnavailable."""
    values = {
        "titles": heading("proof"),
        "title": " · ".join(heading("proof")),
        "reference": pack.debit["reference"],
        "created": made_at.isoformat(timespec="minutes"),
        "sections": [_section(pack, part) for part in PARTS],
        "text_headings": heading("texts"),
        "texts": [_text(text) for text in pack.texts],
    }
    return render(app, "proof_pack.html", values)


def _section(pack: ProofPack, part: str) -> Section:
    rows = [pack.debit] if part == "debit" else getattr(pack, part)
    return section(part, heading(part), rows, stacked=part in STACKED)


def _text(text: Plain) -> dict[str, object]:
    paragraphs = text["paragraphs"]
    assert isinstance(paragraphs, list)  # noqa: S101  (gather_proof makes one)
    languages = {"rtl": ARABIC.code, "ltr": FRENCH.code}
    return {
        "version": text["version"],
        "sha256": text["sha256"],
        "paragraphs": [
            (direction(one), languages[direction(one)], paragraph(one)) for one in paragraphs
        ],
    }
