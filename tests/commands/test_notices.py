"""Notices leave as real e-mails in the employer's language, and as files in development."""

from __future__ import annotations

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask.testing import FlaskCliRunner

from tests import builders
from tests.services.collecting import FILED
from webapp import create_app
from webapp.adapters.vault import load_vault
from webapp.config import MailServer, MessageRoute, TestConfig
from webapp.extensions import db
from webapp.models import Language, NoticeChannel


class Mailbox:
    """A mail server's handler that keeps what it accepts."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.received.append(envelope)
        return "250 OK"


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.ARABIC, ("12\u00a0960\u00a0000", "ورشة 1")), (Language.FRENCH, ("prélev", "129"))],
)
def test_a_debit_is_announced_by_mail_in_the_employers_language(
    config: TestConfig, monkeypatch: pytest.MonkeyPatch, language: Language, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(builders, "VAULT", load_vault(config.keys))
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    try:
        port = server.server.sockets[0].getsockname()[1]
        mail = MailServer(host="127.0.0.1", port=port, sender="khatwa@example.dz", starttls=False)
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
        assert result.exit_code == 0, result.output
    finally:
        server.stop()
    (envelope,) = mailbox.received
    assert envelope.rcpt_tos == ["chef@example.dz"]
    message = message_from_bytes(envelope.content, policy=default)
    body = message.get_content()
    assert "259\u00a0200,00" in body
    assert "ورشة 1" in body and "ورشة 2" in body
    assert words[0] is not None


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
