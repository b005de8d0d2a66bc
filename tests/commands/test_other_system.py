"""`flask import-dues` and `flask export-postings`: what they say, write, and end with."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from tests.services.assessing import assessed, sheet
from webapp.commands.desk import EXIT_A_PERSON_MUST_LOOK, EXIT_REFUSED
from webapp.extensions import db
from webapp.models import Due, Employer


@pytest.fixture
def number(filed: Flask) -> str:
    with filed.app_context():
        return db.session.scalars(select(Employer.member_number)).one()


def dues(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Due)) or 0


def test_good_lines_are_kept_once(
    cli: FlaskCliRunner, filed: Flask, number: str, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "dues.csv", assessed(number, "A-1"))
    for options, expected in ((["--dry-run"], 1), ([], 2), ([], 2)):
        told = cli.invoke(args=["import-dues", str(path), *options])
        assert (told.exit_code, dues(filed)) == (0, expected), told.output
    assert told.output == "1 lines read: 0 added, 1 known, 0 refused\n"


def test_refused_lines_are_told_and_written_in_both_languages(
    cli: FlaskCliRunner, number: str, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path / "dues.csv",
        assessed(number, "A-1"),
        assessed(number, "A-1", amount="1"),
        assessed(number, "A-2", period="=1"),
    )
    report = tmp_path / "refused.csv"
    told = cli.invoke(args=["import-dues", str(path), "--refused", str(report)])
    assert told.exit_code == EXIT_A_PERSON_MUST_LOOK
    assert "line 3, amount" in told.stderr
    written = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:2] for row in written[1:]] == [["3", "amount"], ["4", "period"]]
    assert all(cell for row in written[1:] for cell in row[3:])
    assert written[2][2] == "'=1"


def test_the_postings_after_a_known_one_are_written_whole_or_not_at_all(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    told = cli.invoke(args=["export-postings"])
    first, *rows, last = list(csv.reader(told.output.splitlines()))
    assert (told.exit_code, first[0], last) == (0, "id", ["last", rows[-1][0]])
    output = tmp_path / "postings.csv"
    asked = ["export-postings", "--after", rows[0][0], "--output", str(output)]
    assert cli.invoke(args=asked).exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    written = list(csv.reader(output.read_text(encoding="utf-8").splitlines()))
    assert written == [first, *rows[1:], last]


def test_a_later_posting_than_there_is_is_refused_and_leaves_no_file(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    output = tmp_path / "postings.csv"
    told = cli.invoke(args=["export-postings", "--after", "999", "--output", str(output)])
    assert told.exit_code == EXIT_REFUSED and "unknown_posting" in told.stderr
    assert list(tmp_path.glob("*postings*")) == []
