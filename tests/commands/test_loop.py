"""The loop as the office types it: run, approve, send, import, verify."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.bank import Bank
from tests.services.collecting import AMOUNT
from webapp.adapters.archive import open_file
from webapp.adapters.locks import FileLock
from webapp.adapters.vault import load_vault
from webapp.config import TestConfig

A_PERSON_MUST_LOOK = 3


def run(cli: FlaskCliRunner, command: str, *arguments: str, code: int = 0) -> str:
    result = cli.invoke(args=[command, *arguments])
    assert result.exit_code == code, result.output
    return result.output


def freeze(cli: FlaskCliRunner, config: TestConfig) -> str:
    """Run as far as a written file; its reference."""
    for on in ("2026-11-22", "2026-11-26"):
        run(cli, "run-debits", "--on", on)
    (path,) = config.outbox.iterdir()
    return path.stem


def test_the_loop_by_command(cli: FlaskCliRunner, config: TestConfig, tmp_path: Path) -> None:
    reference = freeze(cli, config)
    assert "approved by salima" in run(
        cli, "approve-bank-file", reference, "--by", "salima", "--on", "2026-11-26"
    )
    assert f"{reference}: sent" in run(cli, "send-bank-files", "--on", "2026-11-26")
    (delivered,) = config.transport_folder.glob("*/*.xml")
    assert delivered.stem == reference
    answer = Bank(tmp_path).settled({end_to_end_id(delivered): AMOUNT})
    assert "1 applied" in run(cli, "import-answers", str(answer), "--on", "2026-11-30")
    (kept,) = config.inbox.iterdir()
    read = b"".join(open_file(kept, answer.name, load_vault(config.keys)))
    assert read == answer.read_bytes()
    assert "The books balance." in run(cli, "verify-books")
    assert "0 not sealed" in run(cli, "run-debits", "--on", "2026-11-30") + run(
        cli, "verify-events"
    )
    status = run(cli, "status")
    assert "settled" in status
    assert "Last run: 30/11/2026" in status


def end_to_end_id(file: Path) -> str:
    return file.read_text().partition("<EndToEndId>")[2].partition("<")[0]


def test_the_report_is_written_as_json(cli: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    run(cli, "run-debits", "--on", "2026-11-22", "--report", str(path))
    report = json.loads(path.read_text())
    assert report["debits"] == {"announced": {"count": 1, "centimes": AMOUNT}}
    assert report["declared"]["centimes"] == AMOUNT


def test_a_dry_run_says_so_and_writes_no_file(cli: FlaskCliRunner, config: TestConfig) -> None:
    run(cli, "run-debits", "--on", "2026-11-22")
    told = run(cli, "run-debits", "--on", "2026-11-26", "--dry-run")
    assert "Dry run, nothing written" in told
    assert list(config.outbox.iterdir()) == []


def test_the_exit_code_says_whether_a_person_must_look(
    cli: FlaskCliRunner, filed: Flask, config: TestConfig
) -> None:
    from webapp.extensions import db
    from webapp.models import Employer

    with filed.app_context():
        db.session.execute(Employer.__table__.update().values(phone=""))
        db.session.commit()
    told = run(cli, "run-debits", "--on", "2026-11-22", code=A_PERSON_MUST_LOOK)
    assert "no_contact" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run-debits", "--on", "2026-11-01"), "run_in_the_past"),
        (("run-debits", "--on", "2027-06-01"), "run_in_the_future"),
        (("approve-bank-file", "KHATWA-NONE"), "not_found"),
        (("approve-bank-file", "REF", "--by", "run"), "second_person_needed"),
        (("release-debit", "KM-none"), "not_found"),
        (("cancel-debit", "KM-none"), "not_found"),
        (("record-bounce", "KM-none.1"), "not_found"),
        (("confirm-bank-file", "REF"), "illegal_move"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_one(
    cli: FlaskCliRunner, config: TestConfig, arguments: tuple[str, ...], told: str
) -> None:
    reference = freeze(cli, config)
    typed = [reference if argument == "REF" else argument for argument in arguments]
    output = run(cli, *typed, code=1)
    assert f"refused: {told}" in output
    assert "Traceback" not in output


def test_a_broken_answer_does_not_stop_the_others(
    cli: FlaskCliRunner, config: TestConfig, tmp_path: Path
) -> None:
    reference = freeze(cli, config)
    run(cli, "approve-bank-file", reference, "--by", "salima", "--on", "2026-11-26")
    run(cli, "send-bank-files", "--on", "2026-11-26")
    broken = tmp_path / "broken.xml"
    broken.write_bytes(b"<Document>")
    (delivered,) = config.transport_folder.glob("*/*.xml")
    good = Bank(tmp_path).settled({end_to_end_id(delivered): AMOUNT})
    output = run(cli, "import-answers", str(broken), str(good), code=1)
    assert "broken.xml: refused" in output
    assert "1 applied" in output


def test_nothing_approved_is_said(cli: FlaskCliRunner) -> None:
    assert "No approved file" in run(cli, "send-bank-files")


def test_status_before_the_first_run(cli: FlaskCliRunner) -> None:
    assert "No run has ended yet." in run(cli, "status")


def test_a_person_decides_about_a_debit_only_between_runs(
    cli: FlaskCliRunner, config: TestConfig
) -> None:
    with ThreadPoolExecutor() as pool:
        with FileLock(config.home / "run.lock"):
            cancelling = pool.submit(cli.invoke, args=["cancel-debit", "KM-none"])
            with pytest.raises(TimeoutError):
                cancelling.result(timeout=0.5)
        assert "not_found" in cancelling.result(timeout=20).output
