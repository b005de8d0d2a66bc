"""Hands messages to whoever delivers them: a file that anyone can read, or a mail server.

The words come ready made (message_texts); nothing here knows what a message is about.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import smtplib
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from webapp.domain.contacts import ADDRESS

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with an e-mail."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message, in one language, to one address (a phone number for an SMS).

    `reference` is the notice's own: a message that is sent again carries the same one.
    `channel` is sms, email or portal.
    """

    reference: str
    channel: str
    language: str
    address: str
    subject: str
    body: str
    # The same words for a reader of e-mail that shows HTML.
    html: str = ""
    attachment: Attachment | None = None


class Delivery(StrEnum):
    """What the provider said."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: another try would be refused as well
    LATER = "later"  # not now: try again in the next run


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a try, and the provider's own words."""

    delivery: Delivery
    answer: str = ""


class Messenger(Protocol):
    @property
    def answer(self) -> str:
        """What the provider said of the last message, in its own words, without the address."""
        ...

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand over one message. Never raises because of a provider or an address."""
        ...

    def close(self) -> None:
        """Let go of connections and files; a later `send` takes them up again."""
        ...


class FileMessenger:
    """Appends each message as one JSON line to `folder`/YYYY-MM-DD.jsonl, day after day."""

    answer = ""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / f"{day.isoformat()}.jsonl"
        self._descriptor: int | None = None

    def send(self, message: OutgoingMessage) -> Delivery:
        """Accepted, unless the message has no address to go to."""
        if message.channel != "portal" and not message.address:
            return Delivery.REFUSED
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        shown = asdict(message) | {"attachment": message.attachment and message.attachment.name}
        del shown["html"]
        line = json.dumps(shown, ensure_ascii=False).encode(errors="replace") + b"\n"
        os.write(self._descriptor, line)
        return Delivery.ACCEPTED

    def close(self) -> None:
        if self._descriptor is not None:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


class PortalMessenger:
    """A message for the portal alone goes nowhere: its notice, in the database, is the message."""

    answer = ""

    def send(self, message: OutgoingMessage) -> Delivery:
        return Delivery.ACCEPTED

    def close(self) -> None:
        return


class RoutedMessenger:
    """Gives each message to the messenger of its channel.

    A channel without one refuses: its debits are then held and shown to the agency, for nobody
    was told of them.
    """

    def __init__(self, routes: Mapping[str, Messenger]) -> None:
        self.routes = dict(routes)
        self.answer = ""

    def send(self, message: OutgoingMessage) -> Delivery:
        messenger = self.routes.get(message.channel)
        if messenger is None:
            self.answer = f"no way for {message.channel}"
            return Delivery.REFUSED
        delivery = messenger.send(message)
        self.answer = messenger.answer
        return delivery

    def close(self) -> None:
        for messenger in self.routes.values():
            messenger.close()


PLAIN_REFERENCE: Final = re.compile(r"(?=.{1,60}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
CLOSING: Final = 421  # RFC 5321: the server closes the connection
PERMANENT: Final = 500
SECONDS_TO_WAIT: Final = 20.0
FAILURES_BEFORE_GIVING_UP: Final = 3


class SmtpMessenger:
    """Sends e-mail through one mail server, over one connection as long as the server keeps it.

    After three connections that failed in a row it answers LATER without trying, until `close`:
    a run with many notices must not wait for a dead server once per notice.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        starttls: bool = True,
        tls: ssl.SSLContext | None = None,
        timeout: float = SECONDS_TO_WAIT,
    ) -> None:
        """`sender` is an address, or a name and an address: `CACOBATPH <no-reply@…>`."""
        self.host = host
        self.port = port
        self.sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2]
        self._login = (user, password)
        self._tls = (tls or ssl.create_default_context()) if starttls else None
        self._timeout = timeout
        self._connection: _Connection | None = None
        self._failures = 0
        self.answer = ""

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand the message to the server, and say what the server said.

        REFUSED is for the addressee and the message alone. What is wrong with the server, the
        connection or our own sender's address is LATER: it is no employer's fault.
        """
        mail = self.compose(message)
        if mail is None:
            self.answer = "not an address"
            return Delivery.REFUSED
        if self._failures >= FAILURES_BEFORE_GIVING_UP:
            self.answer = "no connection"
            return Delivery.LATER
        try:
            delivery = self._send_connected(mail)
        except OSError as error:  # Every error of smtplib is one.
            self._drop()
            self._failures += 1
            self.answer = _said_by(error)
            logger.warning("%s: not sent: %s", message.reference, self.answer)
            return Delivery.LATER
        self._failures = 0
        return delivery

    def compose(self, message: OutgoingMessage) -> EmailMessage | None:
        """The mail as it goes out; None when it can be sent to nobody as it stands.

        The Message-ID derives from the reference, so that whoever receives a message twice can
        see that it is the same. Line breaks in a subject become spaces; an address is refused
        unless it is one plain ASCII address: nothing can slip in another header or addressee.
        """
        if not ADDRESS.fullmatch(message.address):
            return None
        mail = EmailMessage(policy=SMTP)
        try:
            mail["From"] = self.sender
            mail["To"] = message.address
            mail["Subject"] = _one_line(message.subject)
            mail["Date"] = datetime.now(UTC)
            mail["Message-ID"] = f"<{_local_part(message.reference)}@{self._domain}>"
            mail["Auto-Submitted"] = "auto-generated"
            # Seven-bit, whatever the servers on the way can carry.
            mail.set_content(message.body, charset="utf-8", cte="base64")
            if message.html:
                mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="base64")
            if message.attachment:
                mail.add_attachment(
                    message.attachment.content,
                    maintype="application",
                    subtype="pdf",
                    filename=message.attachment.name,
                )
            # Last: parts that are added take the headers of the content with them.
            mail["Content-Language"] = message.language
            mail.as_bytes()
        except ValueError:
            return None
        return mail

    def close(self) -> None:
        connection, self._connection, self._failures = self._connection, None, 0
        if connection is not None:
            try:
                connection.quit()
            except OSError:
                connection.close()

    def _send_connected(self, mail: EmailMessage) -> Delivery:
        """Send over the open connection, or over a new one when the server has closed it."""
        if self._connection is not None:
            try:
                return self._transmit(self._connection, mail)
            except (smtplib.SMTPServerDisconnected, ConnectionError):
                self._drop()
            except smtplib.SMTPResponseException as closing:
                if closing.smtp_code != CLOSING:
                    raise
                self._drop()
        self._connection = self._connect()
        return self._transmit(self._connection, mail)

    def _connect(self) -> _Connection:
        # Our own name is given, or smtplib asks the DNS for it.
        connection = _Connection(
            self.host, self.port, local_hostname=self._domain, timeout=self._timeout
        )
        try:
            if self._tls is not None:
                connection.starttls(context=self._tls)
            if self._login[0]:
                connection.login(*self._login)
        except BaseException:
            connection.close()
            raise
        return connection

    def _transmit(self, connection: _Connection, mail: EmailMessage) -> Delivery:
        said: bytes | str
        try:
            connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            [(code, said)] = refusal.recipients.values()
        except smtplib.SMTPDataError as refusal:
            code, said = refusal.smtp_code, refusal.smtp_error
        else:
            self.answer = _answer(*connection.taken)
            return Delivery.ACCEPTED
        if code == CLOSING:
            raise smtplib.SMTPResponseException(code, said)
        self.answer = _answer(code, said)
        return Delivery.REFUSED if code >= PERMANENT else Delivery.LATER

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Connection(smtplib.SMTP):
    """Remembers what the server said when it took a mail: most give it a number of theirs."""

    taken: tuple[int, bytes] = (250, b"")

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.taken = super().data(msg)
        return self.taken


def _said_by(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    """The words of a server, on one line; who reads them later need not know to whom."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return re.sub(r"\S+@\S+", "…", _one_line(f"{code} {text}"))


def _one_line(text: str) -> str:
    """Without control characters; amounts keep their no-break spaces, numbers their direction."""
    return "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in text
    ).strip()


def _local_part(reference: str) -> str:
    if PLAIN_REFERENCE.fullmatch(reference):
        return reference
    return hashlib.sha256(reference.encode()).hexdigest()
