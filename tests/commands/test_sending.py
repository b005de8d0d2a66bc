"""`flask send-messages` and `flask read-bounces`, as the office types them."""

from __future__ import annotations

import json
import mailbox
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests import builders
from tests.adapters.test_bounces import REPORT
from tests.services.collecting import FILED
from tests.services.people import ask, code_sent
from webapp.config import PROJECT, Config
from webapp.domain.moment import Moment
from webapp.extensions import db
from webapp.models import Message, MessageStatus
from webapp.services.outbox import tell
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
