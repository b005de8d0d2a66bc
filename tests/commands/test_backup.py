"""`flask backup`, `flask restore`, `flask reconcile-sent` and `flask health`, as they are typed."""

from __future__ import annotations

import json
import sqlite3
import stat
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING
from webapp.commands import desk
from webapp.config import TestConfig
from webapp.domain.moment import Moment
from webapp.extensions import db
from webapp.models import BankFile, Employer

ON = [f"--on={day}" for day in (ANNOUNCING, FREEZING)]


def ok(cli: FlaskCliRunner, *arguments: str) -> str:
    result = cli.invoke(args=list(arguments))
    assert result.exit_code in (0, 3), result.output
    return str(result.output)


def send_everything(cli: FlaskCliRunner, office: Flask) -> None:
    with office.app_context():
        reference = db.session.scalars(select(BankFile.reference)).one()
    ok(cli, "approve-bank-file", reference, ON[1], "--by=salima")
    assert "sent" in ok(cli, "send-bank-files", ON[1])


@pytest.fixture
def backed_up(cli: FlaskCliRunner, filed: Flask, tmp_path: Path) -> Path:
    """A backup from before the file was frozen; then it left for the bank."""
    for name in ("BNA", "POST"):
        (tmp_path / "delivered" / name).mkdir(parents=True, exist_ok=True)
    ok(cli, "run-debits", ON[0])
    (tmp_path / "backups").mkdir()
    ok(cli, "backup", str(tmp_path / "backups"))
    ok(cli, "run-debits", ON[1])
    send_everything(cli, filed)
    (path,) = (tmp_path / "backups").iterdir()
    return path


def content_of(config: TestConfig) -> list[str]:
    with sqlite3.connect(config.database_folder / "khatwa.sqlite3") as connection:
        return list(connection.iterdump())


def test_a_backup_is_one_file_for_its_owner_with_all_that_proves_it(backed_up: Path) -> None:
    assert stat.S_IMODE(backed_up.stat().st_mode) == 0o600
    with tarfile.open(backed_up) as tar:
        assert tar.getnames() == ["manifest.json", "manifest.sha256", "dump"]
        manifest = json.load(tar.extractfile("manifest.json") or pytest.fail())
    assert set(manifest) == {
        "format", "created_at", "engine", "revision", "event_head", "last_event", "sha256",
    }  # fmt: skip
    assert len(manifest["event_head"]) == len(manifest["sha256"]) == 64
    assert manifest["last_event"] > 0


def test_a_backup_holds_no_key(backed_up: Path, config: TestConfig) -> None:
    bytes_of_backup = backed_up.read_bytes()
    keys = [path.read_bytes().strip() for path in config.keys.iterdir() if path.is_file()]
    long = [key for key in keys if len(key) >= 32]
    assert len(long) >= 2
    for key in long:
        assert key not in bytes_of_backup
        assert bytes.fromhex(key.decode()) not in bytes_of_backup
    assert config.secret_key.encode() not in bytes_of_backup


def test_no_backup_is_overwritten(cli: FlaskCliRunner, backed_up: Path) -> None:
    before = backed_up.read_bytes()
    result = cli.invoke(args=["backup", str(backed_up)])
    assert result.exit_code == 1
    assert "aucune sauvegarde" in result.output and "نسخة احتياطية" in result.output
    assert backed_up.read_bytes() == before
    assert list(backed_up.parent.iterdir()) == [backed_up]


def test_a_full_database_is_replaced_only_when_asked_for_twice(
    cli: FlaskCliRunner, backed_up: Path, config: TestConfig
) -> None:
    before = content_of(config)
    result = cli.invoke(args=["restore", str(backed_up)])
    assert result.exit_code == 1 and "--force" in result.output
    result = cli.invoke(args=["restore", str(backed_up), "--force"], input="n\n")
    assert result.exit_code == 1 and "Continuer" in result.output and "هل تواصلون" in result.output
    assert content_of(config) == before


def test_the_whole_drill(cli: FlaskCliRunner, backed_up: Path) -> None:
    output = ok(cli, "restore", str(backed_up), "--force", "--yes", "--by=salima")
    assert "est restaurée" in output and "أُعيدت" in output
    for refused in (["send-bank-files", ON[1]], ["run-debits", ON[1]]):
        result = cli.invoke(args=refused)
        assert result.exit_code == 1
        assert result.output.count("flask reconcile-sent") == 2  # in both languages
    result = cli.invoke(args=["health"])
    assert result.exit_code == 1 and "not_reconciled" in result.output
    output = ok(cli, "reconcile-sent", "--by=salima")
    assert "peuvent reprendre" in output and "يمكن استئناف" in output
    assert "Prélèvements rétablis comme ils sont partis\u00a0: 1" in output
    ok(cli, "verify-books")
    ok(cli, "verify-events")
    assert "No approved file waits" in ok(cli, "send-bank-files", ON[1])
    assert ": 0" in ok(cli, "reconcile-sent", "--by=salima")


def damage(path: Path, member: str) -> None:
    with tarfile.open(path) as tar:
        place = tar.getmember(member).offset_data
        size = tar.getmember(member).size
    content = bytearray(path.read_bytes())
    content[place + size // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("member", ["manifest.json", "manifest.sha256", "dump"])
def test_a_damaged_backup_changes_nothing(
    cli: FlaskCliRunner, backed_up: Path, config: TestConfig, member: str
) -> None:
    before = content_of(config)
    damage(backed_up, member)
    result = cli.invoke(args=["restore", str(backed_up), "--force", "--yes"])
    assert result.exit_code == 1
    assert "endommagée" in result.output and "تالفة" in result.output
    assert content_of(config) == before
    assert not list(config.database_folder.glob(".khatwa-*"))


@pytest.mark.parametrize("length", [0, 700, 5_000, -2_000])
def test_a_backup_that_was_cut_off_changes_nothing(
    cli: FlaskCliRunner, backed_up: Path, config: TestConfig, length: int
) -> None:
    before = content_of(config)
    backed_up.write_bytes(backed_up.read_bytes()[: length or 0])
    if length < 0:
        # The end of a tar is padding: without a part of the dump it is no backup.
        content = backed_up.read_bytes()
        backed_up.write_bytes(content[: len(content) - 20_000])
    result = cli.invoke(args=["restore", str(backed_up), "--force", "--yes"])
    assert result.exit_code == 1 and "endommagée" in result.output
    assert content_of(config) == before


def test_no_database_is_exchanged_under_a_process_at_work(
    cli: FlaskCliRunner, backed_up: Path, config: TestConfig
) -> None:
    other = sqlite3.connect(config.database_folder / "khatwa.sqlite3", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM employers").fetchone()
    before = len(content_of(config))
    result = cli.invoke(args=["restore", str(backed_up), "--force", "--yes"])
    other.execute("COMMIT")
    other.close()
    assert result.exit_code == 1 and "Arrêtez" in result.output
    assert len(content_of(config)) == before


def test_what_was_written_to_the_log_of_the_old_database_is_gone_with_it(
    cli: FlaskCliRunner, filed: Flask, backed_up: Path, config: TestConfig
) -> None:
    with filed.app_context():
        builders.employer(db.session())
        members = db.session.scalars(select(Employer.id)).all()
    ok(cli, "restore", str(backed_up), "--force", "--yes")
    with filed.app_context():
        assert len(db.session.scalars(select(Employer.id)).all()) == len(members) - 1
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_lost_journal_unblocks_nothing(
    cli: FlaskCliRunner, backed_up: Path, config: TestConfig
) -> None:
    ok(cli, "restore", str(backed_up), "--force", "--yes")
    journal = config.home / "sent-journal.jsonl"
    journal.rename(config.home / "elsewhere.jsonl")
    result = cli.invoke(args=["reconcile-sent"])
    assert result.exit_code == 1 and "journal des envois" in result.output
    assert cli.invoke(args=["send-bank-files", ON[1]]).exit_code == 1
    (config.home / "elsewhere.jsonl").rename(journal)
    ok(cli, "reconcile-sent")


def test_a_folder_that_is_not_there_is_named(cli: FlaskCliRunner, tmp_path: Path) -> None:
    result = cli.invoke(args=["backup", str(tmp_path / "nowhere" / "one.backup")])
    assert result.exit_code == 2 and "nowhere is no folder" in result.output


def test_health_ends_with_0_when_all_is_well(
    cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    friday = Moment.at(datetime(2027, 1, 1, 9, tzinfo=UTC))  # no bank works
    monkeypatch.setattr(desk, "right_now", lambda: friday)
    result = cli.invoke(args=["health"])
    assert result.exit_code == 0, result.output
    assert "Le service va bien." in result.output and "الخدمة سليمة." in result.output
    monkeypatch.setattr(
        desk, "right_now", lambda: Moment.at(datetime(2027, 1, 3, 8, 1, tzinfo=UTC))
    )
    result = cli.invoke(args=["health"])
    assert result.exit_code == 1
    assert "run_missing: 03/01/2027" in result.output
    assert "Le traitement du 03/01/2027 manque." in result.output
