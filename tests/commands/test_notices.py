"""Notices leave as real e-mails in the employer's language, and as files in development."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskCliRunner

from tests import builders
from tests.adapters.mail_server import HOST, SENDER, Mailbox, serve
from tests.services.collecting import FILED
from webapp import create_app
from webapp.adapters.vault import load_vault
from webapp.config import MailServer, MessageRoute, TestConfig
from webapp.extensions import db
from webapp.models import Language, NoticeChannel


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    yield from serve(mailbox)


@pytest.mark.parametrize(
    ("language", "word"), [(Language.ARABIC, "الاقتطاع"), (Language.FRENCH, "prélèvement")]
)
def test_a_debit_is_announced_by_mail_in_the_employers_language(
    config: TestConfig,
    monkeypatch: pytest.MonkeyPatch,
    server: Controller,
    mailbox: Mailbox,
    language: Language,
    word: str,
) -> None:
    monkeypatch.setattr(builders, "VAULT", load_vault(config.keys))
    mail = MailServer(host=HOST, port=server.port, sender=SENDER, starttls=False)
    app = create_app(replace(config, messages=MessageRoute.SMTP, mail_server=mail))
    with app.app_context():
        session = db.session()
        builders.foundations(session)
        day = builders.working_day(session, FILED)
        owner = builders.employer(
            session,
            language=language,
            notice_channel=NoticeChannel.EMAIL,
            email="chef@example.dz",
            worksites=2,
        )
        builders.mandate(session, day, owner)
        builders.declaration(session, day, owner, worksites=("W1", "W2"))
    result = app.test_cli_runner().invoke(args=["run-debits", "--on", "2026-11-22"])
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 0, result.output
    (message,) = mailbox.mails
    assert message["To"] == "chef@example.dz"
    body = message.get_body(("plain",)).get_content()
    assert word in body
    assert "259\u00a0200,00" in body
    assert "ورشة 1" in body
    assert "ورشة 2" in body


def test_in_development_a_notice_is_a_line_of_a_file(
    cli: FlaskCliRunner, config: TestConfig
) -> None:
    result = cli.invoke(args=["run-debits", "--on", "2026-11-22"])
    assert result.exit_code == 0, result.output
    (path,) = config.messages_folder.iterdir()
    (line,) = path.read_text().splitlines()
    told = json.loads(line)
    assert told["address"] == "0550123456"
    assert "129\u00a0600,00" in told["body"]
