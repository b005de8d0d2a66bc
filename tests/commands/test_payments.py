"""`flask import-payments`: what it says, keeps, and ends with."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from webapp.commands.desk import EXIT_A_PERSON_MUST_LOOK
from webapp.extensions import db
from webapp.models import Due, Employer, Message, Payment
from webapp.services.payment_lines import PAYMENT_COLUMNS


@pytest.fixture
def number(filed: Flask) -> str:
    with filed.app_context():
        return db.session.scalars(select(Employer.member_number)).one()


def sheet(folder: Path, *lines: tuple[str, ...]) -> Path:
    path = folder / "payments.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([PAYMENT_COLUMNS, *lines])
    return path


def test_good_lines_are_booked_once_and_bad_ones_told(
    cli: FlaskCliRunner, filed: Flask, number: str, tmp_path: Path
) -> None:
    good = (number, "cheque", "77", "2026-10", "2026-11-20", "129600")
    path = sheet(tmp_path, good, (number, "cash", "78", "", "2026-11-20", "1"))
    report = tmp_path / "refused.csv"
    for options, expected in (
        (["--dry-run"], "1 added, 0 known, 1 refused (nothing was kept)"),
        (["--by", "salima"], "1 added, 0 known, 1 refused"),
        (["--refused", str(report)], "0 added, 1 known, 1 refused"),
    ):
        told = cli.invoke(args=["import-payments", str(path), *options])
        assert told.exit_code == EXIT_A_PERSON_MUST_LOOK
        assert told.output.strip().endswith(f"2 lines read: {expected}")
    assert "3,way,cash" in report.read_text(encoding="utf-8-sig")
    with filed.app_context():
        assert db.session.scalars(select(Due.status)).one() == "paid_elsewhere"
        assert db.session.scalars(select(Payment.entered_by)).one() == "salima"


def test_who_was_told_of_a_debit_gets_a_message(
    cli: FlaskCliRunner, filed: Flask, number: str, tmp_path: Path
) -> None:
    cli.invoke(args=["run-debits", "--on", "2026-11-22"])
    path = sheet(tmp_path, (number, "transfer", "1", "", "2026-11-20", "100000"))
    assert cli.invoke(args=["import-payments", str(path)]).exit_code == 0
    with filed.app_context():
        assert db.session.scalars(select(Message.kind)).all() == ["debit_lowered"]
