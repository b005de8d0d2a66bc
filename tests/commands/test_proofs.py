"""`flask proof-pack`: the proof of a debit into a folder, or one line that says why not."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from webapp.adapters import documents
from webapp.domain.errors import DocumentsUnavailable
from webapp.extensions import db
from webapp.models import Debit


@pytest.fixture
def reference(cli: FlaskCliRunner) -> str:
    """A debit that is announced."""
    assert cli.invoke(args=["run-debits", "--on", "2026-11-22", "--force"]).exit_code == 0
    with cli.app.app_context():
        return db.session().scalars(select(Debit.reference)).one()


def test_the_proof_lies_in_the_folder(cli: FlaskCliRunner, reference: str, tmp_path: Path) -> None:
    result = cli.invoke(args=["proof-pack", reference, str(tmp_path)])
    path = tmp_path / f"khatwa-{reference}.zip"
    assert (result.exit_code, result.output.strip()) == (0, str(path)), result.output
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read(f"khatwa-{reference}.json"))
        assert archive.read(f"khatwa-{reference}.pdf").startswith(b"%PDF-")
    assert told["debit"]["reference"] == reference and told["events"]


def test_an_unknown_debit_is_refused(cli: FlaskCliRunner, tmp_path: Path) -> None:
    result = cli.invoke(args=["proof-pack", "KM-none", str(tmp_path)])
    assert result.exit_code != 0 and "KM-none" in result.stderr
    assert not list(tmp_path.glob("*.zip"))


def test_a_machine_without_pango_says_what_to_install(
    cli: FlaskCliRunner, reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise DocumentsUnavailable(package="libpango-1.0-0")

    monkeypatch.setattr(documents, "_weasyprint", missing)
    result = cli.invoke(args=["proof-pack", reference, str(tmp_path)])
    assert result.exit_code != 0 and "libpango" in result.stderr
    assert not list(tmp_path.glob("*.zip"))
