"""`flask send-bank-files --loop`: what is asked for on a page leaves without anybody's command."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING
from webapp.commands import desk, leaving
from webapp.config import Config
from webapp.domain.errors import TransportRefused
from webapp.domain.moment import Moment
from webapp.extensions import db
from webapp.models import BankFile
from webapp.services.bank_file_acts import ask_to_send
from webapp.services.bank_files import approve_bank_file
from webapp.services.runs import run_due_debits


def approved_file(config: Config) -> str:
    session = db.session()
    for on in (ANNOUNCING, FREEZING):
        day = builders.working_day(session, on)
        run_due_debits(session, day, builders.tools(config.outbox))
    reference = session.scalars(db.select(BankFile.reference)).one()
    session.rollback()
    day = builders.working_day(session, FREEZING, "salima")
    approve_bank_file(session, day, reference, config.outbox)
    return str(reference)


def test_the_worker_sends_what_is_asked_for_and_survives_a_bank_that_is_away(
    filed: Flask,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with filed.app_context():
        reference = approved_file(config)
    make, waits = leaving.make_transports, []
    away: list[bool] = []

    def ask() -> None:
        day = builders.working_day(db.session(), FREEZING, "salima")
        ask_to_send(db.session(), day, reference, config.outbox)

    # What happens after each round: nothing was asked for; the bank is away; it is there again.
    between: list[Callable[[], Any]] = [ask, lambda: away.append(True), lambda: None]

    def make_transports(*tools: Any) -> Any:
        if not away:
            raise TransportRefused(name=reference, reason="unreachable")
        return make(*tools)

    def wait(ended: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        between.pop(0)()
        if not between:
            ended.set()
        return True

    with monkeypatch.context() as patched:
        patched.setattr(desk, "right_now", lambda: Moment.morning_of(FREEZING))
        patched.setattr(leaving, "make_transports", make_transports)
        patched.setattr(leaving, "end_when_told", threading.Event)
        patched.setattr(threading.Event, "wait", wait)
        result = filed.test_cli_runner().invoke(args=["send-bank-files", "--loop"])
    assert result.output == f"{reference}: sent\n" and result.exit_code == 0
    usual = leaving.MessageRules().seconds_between_rounds
    assert waits == [usual, leaving.SECONDS_AFTER_TROUBLE, usual]
    assert "did not end well" in caplog.text
    (path,) = (config.transport_folder / "BNA").iterdir()
    assert path.stem == reference
