"""News is told by the commands: after answers were taken in, and after every run."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests.bank import Bank
from tests.commands.test_loop import end_to_end_id, freeze, run
from tests.services.collecting import AMOUNT
from webapp.config import TestConfig
from webapp.extensions import db
from webapp.models import Message


def told(cli: FlaskCliRunner) -> list[str]:
    with cli.app.app_context():
        return list(db.session().scalars(select(Message.kind).order_by(Message.id)))


def test_answers_and_runs_tell_the_news_once(
    cli: FlaskCliRunner, config: TestConfig, tmp_path: Path
) -> None:
    file = freeze(cli, config)
    run(cli, "approve-bank-file", file, "--by", "salima", "--on", "2026-11-26")
    run(cli, "send-bank-files", "--on", "2026-11-26")
    (delivered,) = config.transport_folder.glob("*/*.xml")
    reference = end_to_end_id(delivered)
    assert told(cli) == []
    answer = str(Bank(tmp_path).settled({reference: AMOUNT}))
    for _ in range(2):
        run(cli, "import-answers", answer, "--on", "2026-11-30")
        assert told(cli) == ["debit_settled"]
    # November is due on 30 December, and not filed.
    run(cli, "run-debits", "--on", "2026-12-20", "--dry-run")
    assert told(cli) == ["debit_settled"]
    for _ in range(2):
        run(cli, "run-debits", "--on", "2026-12-20")
        assert told(cli) == ["debit_settled", "declaration_due"]
