"""What services are handed of the world outside: keys, messengers, transports, written words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.message_texts import MessageTexts
from webapp.adapters.messages import (
    Delivery,
    FileMessenger,
    Messenger,
    OutgoingMessage,
    PortalMessenger,
    RoutedMessenger,
    SmtpMessenger,
)
from webapp.adapters.transports import FolderTransport, Transport
from webapp.adapters.vault import Vault as Vault  # who is handed one may name it
from webapp.adapters.vault import create_keys, load_vault
from webapp.config import Config
from webapp.data.loader import load_banks
from webapp.domain.rules import AccessRules, CollectionRules
from webapp.models import Channel
from webapp.services.announcing import NoticeToSend, SendNotice
from webapp.services.codes import CodeToSend
from webapp.services.transactions import transaction

VAULT, TEXTS = "khatwa vault", "khatwa message texts"


def vault_of(app: Flask) -> Vault:
    """The keys of the account numbers, read once; in development they are made on first use."""
    if VAULT not in app.extensions:
        config: Config = app.config["KHATWA"]
        if not config.in_production and not config.keys.exists():
            create_keys(config.keys)
        app.extensions[VAULT] = load_vault(config.keys)
    vault: Vault = app.extensions[VAULT]
    return vault


def texts_of(app: Flask) -> MessageTexts:
    """The words of messages; each template is compiled once."""
    texts: MessageTexts = app.extensions.setdefault(TEXTS, MessageTexts(app))
    return texts


@contextmanager
def make_messenger(config: Config, today: date) -> Iterator[Messenger]:
    """The way of each kind of message: files in development, a mail server where one is set."""
    routes: dict[str, Messenger] = {"portal": PortalMessenger()}
    if not config.in_production:
        files = FileMessenger(config.messages_folder, today)
        routes |= {"sms": files, "email": files}
    server = config.mail_server
    if server is not None:
        routes["email"] = SmtpMessenger(
            host=server.host,
            port=server.port,
            sender=server.sender,
            user=server.user,
            password=server.password,
            starttls=server.starttls,
        )
    messenger = RoutedMessenger(routes)
    try:
        yield messenger
    finally:
        messenger.close()


def notice_sender(app: Flask, messenger: Messenger) -> SendNotice:
    """Write each notice in the employer's language and hand it to the messenger."""
    texts, banks, rules = texts_of(app), load_banks(), CollectionRules()

    def send(notice: NoticeToSend) -> Delivery:
        bank = banks.get(notice.bank_code)
        values = {
            "amount": notice.amount,
            "collect_on": notice.collect_on,
            "last4": notice.account_last4,
            "worksites": notice.worksites,
            "institution": getattr(bank, f"name_{notice.language}", notice.bank_code),
            "attempt": notice.attempt,
            "max_attempts": rules.max_attempts,
            "reason_code": notice.reason_code,
        }
        return _write(texts, messenger, notice.kind, notice, values)

    return send


def send_code(app: Flask, today: date, code: CodeToSend) -> Delivery:
    """Write a one-time code in the language of the page and hand it over at once."""
    values = {"code": code.code, "minutes": AccessRules().code_minutes}
    with make_messenger(app.config["KHATWA"], today) as messenger:
        return _write(texts_of(app), messenger, f"{code.purpose}_code", code, values)


def send_message(
    app: Flask,
    today: date,
    kind: str,
    reference: str,
    channel: str,
    language: str,
    address: str,
    values: Mapping[str, object],
) -> Delivery:
    """Write a message of this kind in a language and hand it over at once."""
    to = _Addressee(reference, channel, language, address)
    with make_messenger(app.config["KHATWA"], today) as messenger:
        return _write(texts_of(app), messenger, kind, to, values)


@dataclass(frozen=True, slots=True)
class _Addressee:
    reference: str
    channel: str
    language: str
    address: str


def _write(
    texts: MessageTexts,
    messenger: Messenger,
    kind: str,
    to: NoticeToSend | CodeToSend | _Addressee,
    values: Mapping[str, object],
) -> Delivery:
    text = texts.render(kind, to.channel, to.language, values)
    return messenger.send(
        OutgoingMessage(
            reference=to.reference,
            channel=to.channel,
            language=to.language,
            address=to.address,
            subject=text.subject,
            body=text.body,
        )
    )


def make_transports(config: Config, session: Session) -> dict[str, Transport]:
    """The folder of each channel, from which its files are carried to the bank."""
    with transaction(session):
        codes = session.scalars(select(Channel.code)).all()
    transports: dict[str, Transport] = {}
    for code in codes:
        folder = config.transport_folder / code
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        transports[code] = FolderTransport(folder)
    return transports
