"""A reversal by command: it leaves with the next sending, and the employer is told once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests import builders
from tests.bank import Bank
from tests.commands.test_loop import end_to_end_id, freeze, run
from tests.services.collecting import AMOUNT, COLLECTION
from webapp.config import TestConfig
from webapp.domain.errors import TransportRefused
from webapp.domain.roles import Scope
from webapp.extensions import db
from webapp.models import Debit, Message
from webapp.services import bank_files, sending_reversals
from webapp.services.staff.office_requests import decide
from webapp.services.staff.reversal_requests import ask_for_reversal

ON = ("--on", "2026-11-30")


def agree() -> None:
    """Two people agree on giving the one debit back."""
    session, country = db.session(), Scope(None)
    debit = session.execute(select(Debit.employer_id, Debit.reference)).one()
    session.rollback()
    day = builders.working_day(session, COLLECTION, "staff:1")
    asked = ask_for_reversal(session, day, builders.VAULT, country, *debit, "x")
    day = builders.working_day(session, COLLECTION, "staff:2")
    decide(session, day, builders.VAULT, lambda *_: None, country, asked, granted=True)


def told() -> list[str]:
    kinds = db.session().scalars(select(Message.kind)).all()
    db.session().rollback()
    return [kind for kind in kinds if kind == "debit_reversed"]


def test_it_leaves_with_the_files_and_the_employer_is_told_once(
    cli: FlaskCliRunner, config: TestConfig, tmp_path: Path
) -> None:
    file = freeze(cli, config)
    run(cli, "approve-bank-file", file, "--by", "salima", "--on", "2026-11-26")
    run(cli, "send-bank-files", "--on", "2026-11-26")
    (delivered,) = config.transport_folder.glob("*/*.xml")
    reference, bank = end_to_end_id(delivered), Bank(tmp_path)
    run(cli, "import-answers", str(bank.settled({reference: AMOUNT})), *ON)
    with cli.app.app_context():
        agree()
    assert f"RVSL-{reference}: sent" in run(cli, "send-bank-files", *ON)
    assert "No approved file waits" in run(cli, "send-bank-files", *ON)
    (reversal,) = config.transport_folder.glob("*/RVSL-*.xml")
    assert f"<OrgnlMsgId>{file}</OrgnlMsgId>" in reversal.read_text()
    for _ in range(2):
        answer = bank.given_back({reference: AMOUNT}, f"RVSL-{reference}")
        run(cli, "import-answers", str(answer), *ON)
    with cli.app.app_context():
        assert told() == ["debit_reversed"]
    assert "The books balance." in run(cli, "verify-books")


def test_a_bank_that_refuses_its_file_keeps_no_reversal_back(
    cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def refuse(*_: object, **__: object) -> list[str]:
        tried.append("files")
        raise TransportRefused(name="x", reason="no_folder")

    def send(*_: object) -> list[str]:
        tried.append("reversals")
        return []

    monkeypatch.setattr(bank_files, "send_bank_files", refuse)
    monkeypatch.setattr(sending_reversals, "send_reversals", send)
    assert cli.invoke(args=["send-bank-files", *ON]).exit_code == 1
    assert tried == ["files", "reversals"]
