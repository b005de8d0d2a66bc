"""E-mail through a real mail server on this machine: what it answers, and what arrives."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from webapp.adapters.messages import FAILURES_BEFORE_GIVING_UP, Delivery, SmtpMessenger

from .mail_server import HOST, NOTICE, SENDER, Mailbox, free_port, serve


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    yield from serve(mailbox)


@pytest.fixture
def messenger(server: Controller) -> Iterator[SmtpMessenger]:
    messenger = SmtpMessenger(HOST, server.port, SENDER, starttls=False)
    yield messenger
    messenger.close()


def test_an_accepted_message_arrives_as_it_was_written(
    messenger: SmtpMessenger, mailbox: Mailbox
) -> None:
    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    [mail] = mailbox.mails
    assert mail["Subject"] == NOTICE.subject
    assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == NOTICE.body.rstrip("\n")
    assert mail["To"] == NOTICE.address
    assert mail["From"].addresses[0].display_name == "كاكوبات"
    assert mail["From"].addresses[0].addr_spec == "no-reply@cacobatph.example"
    assert mail["Content-Language"] == "ar"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert abs(mail["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=1)
    assert mailbox.addressees == [[NOTICE.address]]


def test_a_message_sent_again_has_the_same_id_and_another_one_has_not(
    messenger: SmtpMessenger, mailbox: Mailbox
) -> None:
    for reference in ("D-4F7Q.1", "D-4F7Q.1", "D-4F7Q.2"):
        messenger.send(replace(NOTICE, reference=reference))
    first, again, other = (mail["Message-ID"] for mail in mailbox.mails)
    assert first == again == "<D-4F7Q.1@cacobatph.example>"
    assert other == "<D-4F7Q.2@cacobatph.example>"


def test_messages_share_one_connection(messenger: SmtpMessenger, mailbox: Mailbox) -> None:
    for _ in range(5):
        assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert len(mailbox.connections) == 1


@pytest.mark.parametrize(
    ("command", "answer", "delivery"),
    [
        ("RCPT", "550 no such user", Delivery.REFUSED),
        ("RCPT", "553 not allowed", Delivery.REFUSED),
        ("RCPT", "451 try later", Delivery.LATER),
        ("RCPT", "421 closing", Delivery.LATER),
        ("DATA", "554 looks like spam", Delivery.REFUSED),
        ("DATA", "452 no room", Delivery.LATER),
        ("DATA", "421 closing", Delivery.LATER),
        # What is wrong with our own address is no fault of the addressee.
        ("MAIL", "550 sender unknown", Delivery.LATER),
        ("MAIL", "451 try later", Delivery.LATER),
        ("MAIL", "421 closing", Delivery.LATER),
    ],
)
def test_the_servers_answer_decides(
    messenger: SmtpMessenger, mailbox: Mailbox, command: str, answer: str, delivery: Delivery
) -> None:
    mailbox.answers[command] = answer
    assert messenger.send(NOTICE) is delivery
    assert mailbox.mails == []
    mailbox.answers[command] = "250 OK"
    assert messenger.send(NOTICE) is Delivery.ACCEPTED


def test_a_refused_connection_is_tried_again_later() -> None:
    messenger = SmtpMessenger(HOST, free_port(), SENDER, starttls=False)
    assert messenger.send(NOTICE) is Delivery.LATER
    messenger.close()


def test_a_dead_server_is_not_asked_for_every_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    connect = socket.create_connection

    def counted(*arguments: Any, **named: Any) -> socket.socket:
        asked.append(arguments)
        return connect(*arguments, **named)

    monkeypatch.setattr(socket, "create_connection", counted)
    messenger = SmtpMessenger(HOST, free_port(), SENDER, starttls=False)
    answers = {messenger.send(NOTICE) for _ in range(20)}
    assert answers == {Delivery.LATER}
    assert len(asked) == FAILURES_BEFORE_GIVING_UP
    messenger.close()
    messenger.send(NOTICE)
    assert len(asked) == FAILURES_BEFORE_GIVING_UP + 1


def test_a_silent_server_is_not_waited_for() -> None:
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        messenger = SmtpMessenger(
            HOST, silent.getsockname()[1], SENDER, starttls=False, timeout=0.2
        )
        begun = time.monotonic()
        assert messenger.send(NOTICE) is Delivery.LATER
        assert time.monotonic() - begun < 2


def test_a_connection_that_the_server_closed_is_opened_again(
    messenger: SmtpMessenger, mailbox: Mailbox
) -> None:
    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert messenger._connection is not None
    assert messenger._connection.sock is not None
    messenger._connection.sock.shutdown(socket.SHUT_RDWR)
    assert messenger.send(NOTICE) is Delivery.ACCEPTED
    assert len(mailbox.connections) == 2


@pytest.mark.parametrize("breaking", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\0"])
def test_a_subject_cannot_add_a_header(
    messenger: SmtpMessenger, mailbox: Mailbox, breaking: str
) -> None:
    subject = f"مؤسسة{breaking}Bcc: thief@example.com{breaking}{breaking}body"
    assert messenger.send(replace(NOTICE, subject=subject)) is Delivery.ACCEPTED
    [mail] = mailbox.mails
    assert mail["Bcc"] is None
    assert mailbox.addressees == [[NOTICE.address]]
    assert "Bcc: thief@example.com" in mail["Subject"]
    assert mail.get_content().startswith("السلام")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: thief@example.com",
        "a@example.com\nRCPT TO:<thief@example.com>",
        "a@example.com, thief@example.com",
        "Name <a@example.com>",
        "<a@example.com>",
        "@relay.example:a@example.com",
        "شركة@example.com",
        "a b@example.com",
        "+213550000001",
        "a@",
        "",
    ],
)
def test_what_is_not_one_plain_address_is_refused_before_the_server_hears_of_it(
    messenger: SmtpMessenger, mailbox: Mailbox, address: str
) -> None:
    assert messenger.send(replace(NOTICE, address=address)) is Delivery.REFUSED
    assert mailbox.connections == set()


@pytest.mark.parametrize("reference", ["D-1\r\nBcc: x@example.com", "x@y", "..", "", "م" * 100])
def test_a_reference_cannot_break_the_message_id(
    messenger: SmtpMessenger, mailbox: Mailbox, reference: str
) -> None:
    assert messenger.send(replace(NOTICE, reference=reference)) is Delivery.ACCEPTED
    [mail] = mailbox.mails
    local_part, _, domain = mail["Message-ID"].strip("<>").partition("@")
    assert len(local_part) == 64
    assert domain == "cacobatph.example"
    assert mail["Bcc"] is None


def test_a_text_that_no_mail_can_carry_is_refused(messenger: SmtpMessenger) -> None:
    assert messenger.send(replace(NOTICE, body="\ud800")) is Delivery.REFUSED
    assert messenger.send(replace(NOTICE, subject="\ud800")) is Delivery.REFUSED


def test_a_server_without_encryption_gets_nothing(server: Controller, mailbox: Mailbox) -> None:
    messenger = SmtpMessenger(HOST, server.port, SENDER)
    assert messenger.send(NOTICE) is Delivery.LATER
    assert mailbox.connections == set()
    messenger.close()
