"""Sends SMS through the HTTP gateway of an operator, and counts the parts a text is cut into.

A gateway takes one POST with four fields (to, from, text, reference) as a form or as JSON, and
basic authentication, and answers with a status; that is what the aggregators and the usual
gateways in front of an operator's SMPP have in common. (`apprise` knows 130 services and none of
Algeria's operators; its answer is yes or no, which does not tell a wrong number from a full queue.)
"""

from __future__ import annotations

import base64
import http.client
import json
import logging
import re
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from webapp.adapters.messages import Delivery, OutgoingMessage

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT: Final = 10.0
FAILURES_BEFORE_GIVING_UP: Final = 3
LONGEST_ANSWER: Final = 4_000
# It is the number or the text that is wrong; 401 to 403 are about us, 408 and 429 about the hour.
REFUSING: Final = frozenset({400, 404, 410, 413, 422})

# What gateways answer beside a status: a number of theirs, or what is wrong. Some give the whole
# message back as well, which nobody shall read in a table.
TOLD_IN_JSON: Final = re.compile(
    r"id|(message|msg|batch)_?id|sid|status|code|error|errors|(error|status)_?(code|message)?"
    r"|message|detail|details|description|reason|title",
    re.IGNORECASE,
)
DIGITS: Final = re.compile(r"\d{4,}")

# The states of a message that will not arrive: SMPP 3.4, 5.2.28, and their English names.
FAILED: Final = frozenset(
    {"undeliv", "undelivered", "undeliverable", "failed", "rejectd", "rejected", "expired",
     "deleted"}
)  # fmt: skip
REFERENCE: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")

# GSM 03.38: one septet each; those of the extension table take two.
GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED: Final = frozenset("^{}\\[~]|€")
SEPTETS, SEPTETS_OF_A_PART = 160, 153
UNITS, UNITS_OF_A_PART = 70, 67


def parts_of(text: str) -> int:
    """Into how many messages a text is cut: 160 or 153 characters of the GSM alphabet a part,
    70 or 67 of any other, such as Arabic."""
    if set(text) <= GSM | GSM_EXTENDED:
        length = sum(2 if character in GSM_EXTENDED else 1 for character in text)
        whole, part = SEPTETS, SEPTETS_OF_A_PART
    else:
        length = len(text.encode("utf-16-be")) // 2
        whole, part = UNITS, UNITS_OF_A_PART
    return 1 if length <= whole else -(-length // part)


def failure_in_report(fields: Mapping[str, object]) -> tuple[str, str] | None:
    """The reference of an SMS that did not arrive, and why, from a gateway's delivery report.

    `fields` are reference (ours), status (UNDELIV, failed…) and, where given, error. None for a
    report of anything else. Raises ValueError for what is no report.
    """
    reference, status = str(fields.get("reference", "")), str(fields.get("status", ""))
    if not REFERENCE.fullmatch(reference) or not status:
        raise ValueError("a delivery report has a reference and a status")
    if status.strip().lower() not in FAILED:
        return None
    error = re.sub(r"[^\w .:-]|\d{5,}", "", str(fields.get("error", "")))[:60]
    return reference, f"{status.strip().lower()} {error}".strip()


class SmsGateway:
    """One gateway. After three failures in a row it answers LATER without trying, until `close`."""

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        as_json: bool = False,
        tls: ssl.SSLContext | None = None,
        timeout: float = SECONDS_TO_WAIT,
    ) -> None:
        self._url = urlsplit(url)
        self._path = urlunsplit(("", "", self._url.path or "/", self._url.query, ""))
        self._sender = sender
        self._login = base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
        self._as_json = as_json
        self._tls = tls
        self._timeout = timeout
        self._failures = 0
        self.answer = ""

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand over one SMS. REFUSED is for the number or the text alone; a gateway that is
        unwell, unreachable or does not know us is LATER: it is no employer's fault."""
        if not message.address:
            self.answer = "not a number"
            return Delivery.REFUSED
        if self._failures >= FAILURES_BEFORE_GIVING_UP:
            self.answer = "no connection"
            return Delivery.LATER
        try:
            status, said = self._post(message)
        except (OSError, http.client.HTTPException) as error:
            self._failures += 1
            self.answer = type(error).__name__
            logger.warning("%s: not sent: %s", message.reference, self.answer)
            return Delivery.LATER
        self._failures = 0
        self.answer = f"{status} {_without_secrets(said, message)}".strip()
        return _delivery(status)

    def close(self) -> None:
        """The next message tries the gateway again."""
        self._failures = 0

    def _post(self, message: OutgoingMessage) -> tuple[int, str]:
        fields = {
            "to": message.address,
            "from": self._sender,
            "text": message.body,
            "reference": message.reference,
        }
        kind = "json" if self._as_json else "x-www-form-urlencoded; charset=utf-8"
        headers = {"Content-Type": f"application/{kind}"}
        content = json.dumps(fields) if self._as_json else urlencode(fields)
        if self._login:
            headers["Authorization"] = f"Basic {self._login}"
        connection = self._connect()
        try:
            connection.request("POST", self._path, content.encode(), headers)
            response = connection.getresponse()
            said = response.read(LONGEST_ANSWER).decode(errors="replace")
        finally:
            connection.close()
        return response.status, said

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            context = self._tls or ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)


def _delivery(status: int) -> Delivery:
    if status in range(200, 300):
        return Delivery.ACCEPTED
    return Delivery.REFUSED if status in REFUSING else Delivery.LATER


def _without_secrets(said: str, message: OutgoingMessage) -> str:
    """What a gateway answered, on one line: without the number, the text and the code in it."""
    try:
        told = _told(json.loads(said))
    except (ValueError, RecursionError):
        told = said
    told = " ".join(told.replace(message.body, "…").split())
    subscriber = re.sub(r"\D", "", message.address)[-8:]
    if subscriber:
        told = re.sub(rf"\+?\d*{subscriber}", "…", told)
    for number in DIGITS.findall(message.body):
        told = told.replace(number, "…")
    return told


def _told(answer: object) -> str:
    """The id or the error in a JSON answer, wherever in it."""
    if isinstance(answer, list):
        return " ".join(filter(None, map(_told, answer)))
    if isinstance(answer, dict):
        parts = (
            f"{name}={value}"
            if isinstance(value, str | int) and TOLD_IN_JSON.fullmatch(name)
            else _told(value)
            for name, value in answer.items()
        )
        return " ".join(filter(None, parts))
    return ""
