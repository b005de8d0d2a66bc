"""`flask send-messages` and `flask read-bounces`, as the office types them."""

from __future__ import annotations

import json
import mailbox
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests import builders
from tests.adapters.test_bounces import REPORT
from tests.services.collecting import ANNOUNCING, FILED
from tests.services.people import ask, code_sent
from webapp.adapters.messages import Attachment, Delivery
from webapp.commands import desk, sending
from webapp.config import PROJECT, Config
from webapp.domain.moment import Moment
from webapp.extensions import db
from webapp.models import Message, MessageStatus, NoticeChannel
from webapp.outside import ATTACHMENTS
from webapp.services.locking import run_lock
from webapp.services.outbox import tell
from webapp.services.runs import run_due_debits
from webapp.services.sending import MessageToSend
from webapp.services.transactions import transaction


def lines(config: Config) -> list[dict[str, str]]:
    files = sorted(config.messages_folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_what_stands_in_the_outbox_leaves_and_what_comes_back_is_recorded(
    office: Flask, config: Config, tmp_path: Path
) -> None:
    with office.app_context():
        session = db.session()
        owner = builders.employer(session)
        day = builders.working_day(session, FILED)
        told = {"last4": "6789", "reference": "KM-4F7Q", "on": FILED}
        with transaction(session):
            tell(session, day, builders.VAULT, owner.id, "mandate_revoked", told)
    runner = office.test_cli_runner()
    result = runner.invoke(args=["send-messages"])
    assert result.output == "1 messages and 0 notices accepted\n", result.output
    (sent,) = lines(config)
    assert "6789" in sent["body"]
    assert runner.invoke(args=["send-messages"]).output == ""

    box = mailbox.Maildir(tmp_path / "bounces")
    ours = REPORT.replace(b"KM-4F7Q-261130-1.1", sent["reference"].encode())
    for raw in (ours, REPORT):
        box.add(raw)
    result = runner.invoke(args=["read-bounces", str(tmp_path / "bounces")])
    assert f"{sent['reference']}: not delivered (5.1.1)" in result.output
    assert "KM-4F7Q-261130-1.1: not one of ours (5.1.1)" in result.output
    assert len(box) == 1
    with office.app_context():
        assert db.session.scalars(select(Message.status)).one() is MessageStatus.BOUNCED


def test_a_message_without_words_stops_no_other_and_waits(
    office: Flask, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    with office.app_context():
        session = db.session()
        owner = builders.employer(session)
        day = builders.working_day(session, FILED)
        with transaction(session):
            for kind in ("no_such_kind", "mandate_revoked", "debit_cancelled"):
                # Of the last one nearly everything is missing.
                tell(session, day, builders.VAULT, owner.id, kind, {"last4": "6789", "on": FILED})
    result = office.test_cli_runner().invoke(args=["send-messages"])
    assert result.output == "1 messages and 0 notices accepted\n", result.output
    assert caplog.text.count("cannot be worded") == 2
    with office.app_context():
        found = db.session.execute(select(Message.kind, Message.status, Message.answer)).all()
    assert {row.kind: (row.status, row.answer) for row in found} == {
        "no_such_kind": (MessageStatus.QUEUED, "cannot be worded"),
        "mandate_revoked": (MessageStatus.ACCEPTED, ""),
        "debit_cancelled": (MessageStatus.QUEUED, "cannot be worded"),
    }


def test_a_paper_is_made_when_its_e_mail_is_sent_and_never_for_an_sms(
    office: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(app: Flask, message: MessageToSend) -> Attachment:
        made.append(message.channel)
        return Attachment(f"khatwa-{message.values['last4']}.pdf", b"%PDF")

    monkeypatch.setitem(ATTACHMENTS, "mandate_revoked", make)
    with office.app_context():
        session = db.session()
        day = builders.working_day(session, FILED)
        told = {"last4": "6789", "reference": "KM4F7Q", "on": FILED}
        for channel in (NoticeChannel.SMS, NoticeChannel.EMAIL):
            owner = builders.employer(session, notice_channel=channel, email="chef@example.dz")
            with transaction(session):
                tell(session, day, builders.VAULT, owner.id, "mandate_revoked", told)
    office.test_cli_runner().invoke(args=["send-messages"])
    assert made == ["email"]
    assert [line["attachment"] for line in lines(config)] == [None, "khatwa-6789.pdf"]


def test_notices_are_left_to_the_run_that_is_under_way_and_codes_are_not(
    filed: Flask, config: Config
) -> None:
    with filed.app_context():
        session = db.session()
        day = builders.working_day(session, ANNOUNCING)
        tools = builders.tools(config.outbox, builders.Provider(Delivery.LATER))
        run_due_debits(session, day, tools)
        owner = builders.employer(session)
        present = replace(day, moment=desk.right_now())
        ask(session, present, owner.member_number)
        runner = filed.test_cli_runner()
        with run_lock(session, config.home, wait=False):
            told = runner.invoke(args=["send-messages"]).output
        assert told == "1 messages and 0 notices accepted\n"
        assert runner.invoke(args=["send-messages"]).output == "0 messages and 1 notices accepted\n"


def test_a_worker_goes_on_when_the_database_was_away_for_a_moment(
    office: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[threading.Event] = []

    def one_round(ended: threading.Event) -> int:
        rounds.append(ended)
        if len(rounds) == 1:
            raise OperationalError("SELECT", {}, Exception("gone"))
        ended.set()
        return 0

    monkeypatch.setattr(sending, "_one_round", one_round)
    monkeypatch.setattr(sending.MessageRules, "seconds_between_rounds", 0)
    monkeypatch.setattr(sending.signal, "signal", lambda *_: None)
    result = office.test_cli_runner().invoke(args=["send-messages", "--loop"])
    assert (result.exit_code, len(rounds)) == (0, 2), result.output
    assert "left to the next" in caplog.text


def test_a_worker_sends_what_comes_and_ends_when_it_is_told_to(
    office: Flask, config: Config
) -> None:
    environment = os.environ | {
        "KHATWA_ENV": "development",
        "KHATWA_HOME": str(config.home),
        "KHATWA_KEYS": str(config.keys),
        "FLASK_APP": "wsgi.py",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "send-messages", "--loop"],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
    )
    try:
        with office.app_context():
            session = db.session()
            owner = builders.employer(session)
            day = builders.working_day(session, FILED)
            present = replace(day, moment=Moment.at(datetime.now(UTC)))
            code = code_sent(ask(session, present, owner.member_number))
        deadline = time.monotonic() + 60
        while not lines(config) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert code in lines(config)[0]["body"]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.wait()
