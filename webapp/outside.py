"""What services are handed of the world outside: keys, messengers, transports, written words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from flask import Flask
from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.adapters.message_texts import MessageTexts
from webapp.adapters.message_texts import Text as Text  # who reads them may name it
from webapp.adapters.messages import (
    Attachment,
    Delivery,
    FileMessenger,
    Messenger,
    OutgoingMessage,
    PortalMessenger,
    RoutedMessenger,
    Sent,
    SmtpMessenger,
)
from webapp.adapters.sftp import SftpTransport
from webapp.adapters.sms import SmsGateway
from webapp.adapters.sms import failure_in_report as failure_in_report  # for who gets one
from webapp.adapters.transports import FolderTransport, Transport
from webapp.adapters.vault import Vault as Vault  # who is handed one may name it
from webapp.adapters.vault import create_keys, load_vault
from webapp.config import Config
from webapp.data.loader import load_banks
from webapp.documents import authorisation_pdf
from webapp.domain.channel_terms import SftpServer
from webapp.domain.errors import KhatwaError
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules, MessageRules
from webapp.extensions import db
from webapp.services.authorisation_papers import find_paper
from webapp.services.channels import list_channels
from webapp.services.notices import NoticeToSend, SendNotice
from webapp.services.sending import (
    Clock,
    MessageToSend,
    Outbox,
    SendMessage,
    always,
    send_message,
)

logger = logging.getLogger(__name__)

VAULT, TEXTS, SENDERS = "khatwa vault", "khatwa message texts", "khatwa message senders"
SENDERS_AT_ONCE = 2
# What goes wrong where the words of a message and what they say do not fit.
UNWORDED = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)

# The file that goes with an e-mail, made when it is sent; None where there is none to make.
MakeAttachment = Callable[[Flask, MessageToSend], Attachment | None]


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
            gateway.url,
            gateway.sender,
            user=gateway.user,
            password=gateway.password,
            as_json=gateway.as_json,
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
    """Write each message of the outbox in its language and hand it to the messenger.

    An e-mail takes its attachment (ATTACHMENTS) along.
    """
    texts = texts_of(app)

    def send(message: MessageToSend) -> Sent:
        values = _with_institution(message.values, message.language)
        attachment = _attachment(app, message) if message.channel == "email" else None
        return _write(texts, messenger, message.kind, message, values, attachment)

    return send


def words_of(
    app: Flask, kind: str, channel: str, language: str, values: Mapping[str, object]
) -> Text | None:
    """A message in the words in which it was sent; None where they are not to be had any more."""
    try:
        return texts_of(app).render(kind, channel, language, _with_institution(values, language))
    except UNWORDED:
        logger.exception("a message of the kind %s cannot be worded any more", kind)
        return None


def _with_institution(values: Mapping[str, object], language: str) -> dict[str, object]:
    """What the words say, with the name of the bank where its code is there."""
    if "bank_code" not in values:
        return dict(values)
    code = str(values["bank_code"])
    return dict(values) | {"institution": getattr(load_banks().get(code), f"name_{language}", code)}


def outbox_of(
    app: Flask, messenger: Messenger, read_clock: Clock, go_on: Callable[[], bool] = always
) -> Outbox:
    """What the sending of messages needs."""
    return Outbox(vault_of(app), MessageRules(), message_sender(app, messenger), read_clock, go_on)


def send_soon(app: Flask, read_clock: Clock, reference: str) -> None:
    """Send one message of the outbox beside the pages, now.

    Whoever asked does not wait for the provider, on this connection or in this thread: how long
    it takes would tell a stranger that there is somebody to tell. In a test it has been sent
    afterwards. What is lost with the process is sent by the worker.
    """
    if app.testing:
        send_at_once(app, read_clock, reference)
        return
    if SENDERS not in app.extensions:
        app.extensions[SENDERS] = ThreadPoolExecutor(SENDERS_AT_ONCE, "messages")
    senders: ThreadPoolExecutor = app.extensions[SENDERS]
    senders.submit(send_at_once, app, read_clock, reference).add_done_callback(_tell_log)


def send_at_once(app: Flask, read_clock: Clock, reference: str) -> None:
    """Send one message of the outbox, whatever else waits.

    What goes wrong here is only told to the log: the message stays in the outbox, and the worker
    sends it.
    """
    today = Moment.at(read_clock()).today
    with app.app_context():
        try:
            with make_messenger(app.config["KHATWA"], today) as messenger:
                send_message(db.session(), outbox_of(app, messenger, read_clock), reference)
        except (OSError, SQLAlchemyError):
            app.logger.exception("message %s is left to the worker", reference)


def _tell_log(sending: Future[None]) -> None:
    error = sending.exception()
    if error is not None:
        logger.error("a message is left to the worker", exc_info=error)


def _attachment(app: Flask, message: MessageToSend) -> Attachment | None:
    """What goes with an e-mail; one that cannot be made keeps no message back."""
    make = ATTACHMENTS.get(message.kind)
    try:
        return make(app, message) if make else None
    except KhatwaError:
        logger.exception("the paper of message %s is not sent along", message.reference)
        return None


def _paper(app: Flask, message: MessageToSend) -> Attachment | None:
    """The paper of a signed authorisation; its account is masked there.

    None where nobody knows our address for its code. Raises DocumentsUnavailable, NotFound.
    """
    config: Config = app.config["KHATWA"]
    if not config.public_address or message.employer_id is None:
        return None
    reference = str(message.values["reference"])
    paper = find_paper(db.session(), vault_of(app), message.employer_id, reference)
    pdf = authorisation_pdf(app, paper, config.public_address)
    return Attachment(f"khatwa-{reference}.pdf", pdf)


# By the kind of message.
ATTACHMENTS: dict[str, MakeAttachment] = {"mandate_signed": _paper}


def _write(
    texts: MessageTexts,
    messenger: Messenger,
    kind: str,
    to: NoticeToSend | MessageToSend,
    values: Mapping[str, object],
    attachment: Attachment | None = None,
) -> Sent:
    """Hand over one message in words; one that cannot be worded waits, and stops no other."""
    try:
        text = texts.render(kind, to.channel, to.language, values)
    except UNWORDED:
        logger.exception("message %s cannot be worded", to.reference)
        return Sent(Delivery.LATER, "cannot be worded")
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
    """Of each channel: its bank's server, or the folder from which its files are carried on."""
    return {
        channel.code: _transport(config, channel.code, channel.terms.server)
        for channel in list_channels(session)
    }


def sent_journal(config: Config) -> SentJournal:
    """The record of what was about to leave for the banks."""
    return SentJournal(config.home / "sent-journal.jsonl")


def _transport(config: Config, code: str, server: SftpServer | None) -> Transport:
    if server is not None:
        return SftpTransport(server, config.sftp_keys / code)
    folder = config.transport_folder / code
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FolderTransport(folder)
