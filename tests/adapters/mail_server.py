"""A real mail server on this machine for the tests, which answers as a test tells it to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from webapp.adapters.messages import OutgoingMessage

HOST = "127.0.0.1"
SENDER = "كاكوبات <no-reply@cacobatph.example>"
NOTICE = OutgoingMessage(
    reference="D-4F7Q.1",
    channel="email",
    language="ar",
    address="contact@entreprise.example",
    subject="اقتطاع \u2066129\u00a0600,00\u2069\u00a0دج يوم 29/10/2026",
    body="السلام عليكم،\n\nسيُقتطع المبلغ من الحساب ••••\u00a06789.\n\n" + "ورشة بئر خادم\n" * 40,
)


class Mailbox:
    """Answers as a test tells it to, and keeps what it accepted."""

    def __init__(self) -> None:
        self.answers = {"MAIL": "250 OK", "RCPT": "250 OK", "DATA": "250 OK"}
        self.mails: list[EmailMessage] = []
        self.addressees: list[list[str]] = []
        self.connections: set[Any] = set()
        self.logins: list[bytes] = []

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.connections.add(session.peer)
        envelope.mail_from = address
        return self.answers["MAIL"]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.answers["RCPT"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers["RCPT"]

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answers["DATA"].startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.addressees.append(envelope.rcpt_tos)
        return self.answers["DATA"]

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        right = data == LoginPassword(b"khatwa", b"a password")
        return AuthResult(success=right, handled=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def serve(mailbox: Mailbox, **settings: Any) -> Iterator[Controller]:
    controller = Controller(mailbox, hostname=HOST, port=free_port(), **settings)
    controller.start()
    yield controller
    controller.stop(no_assert=True)
