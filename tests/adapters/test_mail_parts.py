"""An e-mail in its parts, as a real mail server gets it: words, the same in HTML, a paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from webapp.adapters.messages import Attachment, Delivery, SmtpMessenger

from .mail_server import HOST, NOTICE, SENDER, Mailbox, serve

HTML = '<!DOCTYPE html><html lang="ar" dir="rtl"><body>السلام عليكم</body></html>'
PAPER = Attachment("khatwa-KM4F7Q.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40)


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


def arrived(mailbox: Mailbox) -> EmailMessage:
    (mail,) = mailbox.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ar"
    assert mail["Subject"] == NOTICE.subject
    return mail


def words(part: EmailMessage | None) -> str:
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n").rstrip("\n")


def test_words_and_html_are_two_ways_to_read_one_mail(
    messenger: SmtpMessenger, mailbox: Mailbox
) -> None:
    assert messenger.send(replace(NOTICE, html=HTML)) is Delivery.ACCEPTED
    mail = arrived(mailbox)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert words(mail.get_body(("plain",))) == NOTICE.body.rstrip("\n")
    assert words(mail.get_body(("html",))) == HTML


def test_a_paper_goes_with_both(messenger: SmtpMessenger, mailbox: Mailbox) -> None:
    messenger.send(replace(NOTICE, html=HTML, attachment=PAPER))
    mail = arrived(mailbox)
    assert mail.get_content_type() == "multipart/mixed"
    assert words(mail.get_body(("plain",))) == NOTICE.body.rstrip("\n")
    assert words(mail.get_body(("html",))) == HTML
    (paper,) = mail.iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", PAPER.name)
    assert paper.get_content() == PAPER.content


def test_a_paper_goes_with_words_alone(messenger: SmtpMessenger, mailbox: Mailbox) -> None:
    messenger.send(replace(NOTICE, attachment=PAPER))
    (paper,) = arrived(mailbox).iter_attachments()
    assert paper.get_content() == PAPER.content


@pytest.mark.parametrize("name", ['a"\r\nBcc: x@example.com\r\n.pdf', "ورقة.pdf", "a\n\nb"])
def test_the_name_of_a_paper_adds_no_header(
    messenger: SmtpMessenger, mailbox: Mailbox, name: str
) -> None:
    messenger.send(replace(NOTICE, attachment=Attachment(name, b"%PDF")))
    for mail in mailbox.mails:
        assert mail["Bcc"] is None
        assert mailbox.addressees == [[NOTICE.address]]
        assert [part["Bcc"] for part in mail.walk()] == [None] * len(list(mail.walk()))


def test_every_line_is_seven_bits_and_short_enough_for_any_server(
    messenger: SmtpMessenger,
) -> None:
    mail = messenger.compose(replace(NOTICE, html=HTML + "ا" * 5_000, attachment=PAPER))
    assert mail is not None
    raw = mail.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("command", "says", "kept"),
    [
        ("DATA", "250 2.0.0 Ok: queued as 4XyZ", "250 2.0.0 Ok: queued as 4XyZ"),
        ("RCPT", "550 5.1.1 <contact@entreprise.example>: unknown", "550 5.1.1 … unknown"),
        ("RCPT", "421 4.3.2 come back later", "421 4.3.2 come back later"),
        ("MAIL", "550 5.7.1 no-reply@cacobatph.example is not you", "550 5.7.1 … is not you"),
        ("MAIL", "421 4.7.0 too many", "421 4.7.0 too many"),
        ("DATA", "452 4.3.1 no room", "452 4.3.1 no room"),
    ],
)
def test_what_the_server_says_is_kept_without_addresses(
    messenger: SmtpMessenger, mailbox: Mailbox, command: str, says: str, kept: str
) -> None:
    mailbox.answers[command] = says
    messenger.send(NOTICE)
    assert messenger.answer == kept
