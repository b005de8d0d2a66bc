"""What services are handed of the world outside: keys, messengers, transports, written words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.adapters.message_texts import MessageTexts
from webapp.adapters.messages import (
    FileMessenger,
    Messenger,
    OutgoingMessage,
    PortalMessenger,
    RoutedMessenger,
    Sent,
    SmtpMessenger,
)
from webapp.adapters.sms import SmsGateway
from webapp.adapters.transports import FolderTransport, Transport
from webapp.adapters.vault import Vault as Vault  # who is handed one may name it
from webapp.adapters.vault import create_keys, load_vault
from webapp.config import Config
from webapp.data.loader import load_banks
from webapp.documents import authorisation_pdf, find_paper
from webapp.domain.errors import DocumentsUnavailable
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules, MessageRules
from webapp.extensions import db
from webapp.models import Channel
from webapp.services.notices import NoticeToSend, SendNotice
from webapp.services.sending import Clock, MessageToSend, SendMessage, send_message
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
    gateway = config.sms_gateway
    if gateway is not None:
        routes["sms"] = SmsGateway(
            gateway.url, gateway.sender, user=gateway.user, password=gateway.password
        )
    messenger = RoutedMessenger(routes)
    try:
        yield messenger
    finally:
        messenger.close()


def notice_sender(app: Flask, messenger: Messenger) -> SendNotice:
    """Write each notice in the employer's language and hand it to the messenger."""
    texts, banks, rules = texts_of(app), load_banks(), CollectionRules()

    def send(notice: NoticeToSend) -> Sent:
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


def message_sender(app: Flask, messenger: Messenger) -> SendMessage:
    """Write each message of the outbox in its language and hand it to the messenger."""
    texts = texts_of(app)

    banks = load_banks()

    def send(message: MessageToSend) -> Sent:
        values = dict(message.values)
        if "bank_code" in values:
            bank = banks.get(str(values["bank_code"]))
            name = getattr(bank, f"name_{message.language}", values["bank_code"])
            values["institution"] = name
        return _write(texts, messenger, message.kind, message, values, _paper(app, message))

    return send


def send_at_once(app: Flask, read_clock: Clock, reference: str) -> None:
    """Send one message of the outbox, when the answer that led to it has left.

    What goes wrong here is only told to the log: the message stays in the outbox, and the worker
    sends it.
    """
    now = read_clock()
    with app.app_context():
        try:
            with make_messenger(app.config["KHATWA"], Moment.at(now).today) as messenger:
                send_message(
                    db.session(),
                    read_clock,
                    vault_of(app),
                    MessageRules(),
                    message_sender(app, messenger),
                    reference,
                )
        except (OSError, SQLAlchemyError):
            app.logger.exception("message %s is left to the worker", reference)


def _paper(app: Flask, message: MessageToSend) -> tuple[str, bytes] | None:
    """The paper that goes with a signed authorisation by e-mail; its account is masked there.

    None where nobody knows our address for its code, or this machine writes no PDF.
    """
    config: Config = app.config["KHATWA"]
    mailed = message.kind == "mandate_signed" and message.channel == "email"
    if not mailed or not config.public_address or message.employer_id is None:
        return None
    reference = str(message.values["reference"])
    paper = find_paper(
        db.session(), vault_of(app), message.employer_id, reference, config.public_address
    )
    try:
        return f"khatwa-{reference}.pdf", authorisation_pdf(app, paper)
    except DocumentsUnavailable:
        app.logger.exception("the paper of %s is not sent along", reference)
        return None


def _write(
    texts: MessageTexts,
    messenger: Messenger,
    kind: str,
    to: NoticeToSend | MessageToSend,
    values: Mapping[str, object],
    attachment: tuple[str, bytes] | None = None,
) -> Sent:
    text = texts.render(kind, to.channel, to.language, values)
    delivery = messenger.send(
        OutgoingMessage(
            reference=to.reference,
            channel=to.channel,
            language=to.language,
            address=to.address,
            subject=text.subject,
            body=text.body,
            html=text.html,
            attachment=attachment,
        )
    )
    return Sent(delivery, messenger.answer)


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
