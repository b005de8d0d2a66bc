"""Papers with their figures beside them: a PDF to read and the same as JSON, in one ZIP file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

from flask import Flask

from webapp.documents import data_export_pdf, proof_pack_pdf
from webapp.services.data_exports import DataExport
from webapp.services.proof_packs import ProofPack


def proof_pack_zip(app: Flask, pack: ProofPack, made_at: datetime) -> bytes:
    """The proof of a debit as a ZIP file. Raises DocumentsUnavailable."""
    name = f"khatwa-{pack.debit['reference']}"
    return _zip(name, proof_pack_pdf(app, pack, made_at), pack.as_json(), made_at)


def data_export_zip(app: Flask, export: DataExport, made_at: datetime) -> bytes:
    """The copy of an employer's data as a ZIP file. Raises DocumentsUnavailable."""
    return _zip("khatwa", data_export_pdf(app, export, made_at), dict(export.tables), made_at)


def _zip(name: str, pdf: bytes, values: object, made_at: datetime) -> bytes:
    told = json.dumps(values, ensure_ascii=False, indent=2).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in (("pdf", pdf), ("json", told)):
            entry = zipfile.ZipInfo(f"{name}.{ending}", made_at.timetuple()[:6])
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
