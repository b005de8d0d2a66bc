"""`flask import-mandates` and `flask ask-for-paper`: what they say, write, and end with."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests import builders
from webapp.commands.desk import EXIT_A_PERSON_MUST_LOOK, EXIT_REFUSED
from webapp.extensions import db
from webapp.models import Mandate
from webapp.services.mandate_lines import MANDATE_COLUMNS


@pytest.fixture
def numbers(filed: Flask) -> list[str]:
    """Two employers without a mandate."""
    with filed.app_context():
        return [builders.employer(db.session()).member_number for _ in range(2)]


def sheet(folder: Path, *lines: tuple[str, ...]) -> Path:
    path = folder / "mandates.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([MANDATE_COLUMNS, *lines])
    return path


def line(member_number: str, account: str = "", **changed: str) -> tuple[str, ...]:
    cells = {
        "member_number": member_number,
        "account": account or builders.account().digits,
        "signed_on": "31/05/2019",
        "paper_reference": "C12",
        **changed,
    }
    return tuple(cells.get(column, "") for column in MANDATE_COLUMNS)


def mandates(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Mandate)) or 0


def test_good_lines_are_kept_and_waiting_ones_told(
    cli: FlaskCliRunner, filed: Flask, numbers: list[str], tmp_path: Path
) -> None:
    path = sheet(tmp_path, line(numbers[0]), line(numbers[1], paper_reference=""))
    for dry, expected in ((["--dry-run"], 1), ([], 3), ([], 3)):
        told = cli.invoke(args=["import-mandates", str(path), *dry])
        assert (told.exit_code, mandates(filed)) == (0, expected), told.output
    assert "2 lines read: 0 added, 2 known, 0 refused" in told.output


def test_refused_lines_are_told_and_written_in_both_languages(
    cli: FlaskCliRunner, filed: Flask, numbers: list[str], tmp_path: Path
) -> None:
    wrong = builders.account().digits[:-2] + "00"
    path = sheet(
        tmp_path,
        line(numbers[0]),
        line(numbers[1], wrong),
        line(numbers[1], quality="=cmd()"),
        line("99/999", ""),
    )
    report = tmp_path / "refused.csv"
    told = cli.invoke(args=["import-mandates", str(path), "--refused", str(report)])
    assert told.exit_code == EXIT_A_PERSON_MUST_LOOK
    assert mandates(filed) == 2
    assert "line 3, account" in told.stderr and wrong not in told.output + told.stderr
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    written = report.read_text(encoding="utf-8-sig")
    assert wrong not in written
    first, *rows = list(csv.reader(written.splitlines()))
    assert first == ["line", "column", "value", "reason_ar", "reason_fr"]
    assert [row[:2] for row in rows] == [
        ["3", "account"], ["4", "quality"], ["5", "member_number"],
    ]  # fmt: skip
    assert rows[1][2] == "'=cmd()", "a cell that looks like a formula is never one"
    assert rows[0][3] == "المفتاح لا يطابق رقم الحساب."
    assert rows[0][4] == "La clé ne correspond pas au numéro de compte."


def test_a_sheet_that_cannot_be_read_changes_nothing(
    cli: FlaskCliRunner, filed: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("member_number,account\n", encoding="utf-8")
    assert cli.invoke(args=["import-mandates", str(path)]).exit_code == EXIT_REFUSED
    assert mandates(filed) == 1


def test_a_bank_asks_for_paper_and_no_more(cli: FlaskCliRunner) -> None:
    asked = cli.invoke(args=["ask-for-paper", "004", "--days", "15"])
    assert (asked.exit_code, asked.output) == (0, "004: paper within 15 days\n")
    no_more = cli.invoke(args=["ask-for-paper", "004", "--no"])
    assert (no_more.exit_code, no_more.output) == (0, "")


@pytest.mark.parametrize(
    ("given", "code"),
    [(["999", "--days", "5"], EXIT_REFUSED), (["004"], 2), (["004", "--days", "0"], 2),
     (["004", "--days", "5", "--no"], 2)],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(cli: FlaskCliRunner, given: list[str], code: int) -> None:
    assert cli.invoke(args=["ask-for-paper", *given]).exit_code == code
