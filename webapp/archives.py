"""Papers with their figures beside them: a PDF to read and the same as JSON, in one ZIP file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Flask

from webapp.documents import data_export_pdf, proof_pack_pdf
from webapp.documents.data_export import Excerpt
from webapp.domain.moment import ALGIERS
from webapp.services.data_exports import Take
from webapp.services.proof_packs import Plain, ProofPack


def proof_pack_zip(app: Flask, pack: ProofPack, made_at: datetime) -> bytes:
    """The proof of a debit as a ZIP file. Raises DocumentsUnavailable."""
    out, name = io.BytesIO(), f"khatwa-{pack.debit['reference']}"
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, f"{name}.pdf", made_at, proof_pack_pdf(app, pack, made_at))
        _add(archive, f"{name}.json", made_at, _json(pack.as_json(), 2).encode())
    return out.getvalue()


def data_export_zip(
    app: Flask, owner: str, export: Callable[[Take], None], made_at: datetime
) -> bytes:
    """The copy of an employer's data as a ZIP file; `export` hands over its tables.

    The rows are written as they come: what is held in memory is the packed file, and of each
    table the few rows that the PDF shows. Raises DocumentsUnavailable.
    """
    out, excerpts = io.BytesIO(), dict[str, Excerpt]()
    with zipfile.ZipFile(out, "w") as archive:
        with archive.open(_entry("khatwa.json", made_at), "w", force_zip64=True) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
            text.write(f'{{"made_at": {_json(made_at.isoformat(timespec="seconds"))}')

            def take(name: str, rows: Iterable[Plain]) -> None:
                excerpts[name] = Excerpt()
                _write_table(text, name, excerpts[name].passing(rows))

            export(take)
            text.write("\n}\n")
            text.detach()
        _add(archive, "khatwa.pdf", made_at, data_export_pdf(app, owner, excerpts, made_at))
    return out.getvalue()


def _write_table(text: io.TextIOBase, name: str, rows: Iterable[Plain]) -> None:
    text.write(f",\n{_json(name)}: [")
    between = "\n  "
    for row in rows:
        text.write(f"{between}{_json(row)}")
        between = ",\n  "
    text.write("]")


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _add(archive: zipfile.ZipFile, name: str, made_at: datetime, content: bytes) -> None:
    archive.writestr(_entry(name, made_at), content)


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made_at.astimezone(ALGIERS).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
