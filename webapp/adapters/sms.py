"""Sends SMS through the HTTP gateway of an operator, and counts the parts a text is cut into.

A gateway takes one POST with a form (to, from, text, reference) and basic authentication, and
answers with a status; that is what the aggregators and the usual gateways in front of an
operator's SMPP have in common. (`apprise` knows 130 services and none of Algeria's operators; its
answer is yes or no, which does not tell a wrong number from a full queue.)
"""

from __future__ import annotations

import base64
import http.client
import logging
import ssl
from typing import Final
from urllib.parse import urlencode, urlsplit

from webapp.adapters.messages import Delivery, OutgoingMessage

logger = logging.getLogger(__name__)

SECONDS_TO_WAIT: Final = 10.0
FAILURES_BEFORE_GIVING_UP: Final = 3
LONGEST_ANSWER: Final = 120
# The gateway is busy: the message itself is not refused.
BUSY: Final = {408, 425, 429}

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


class SmsGateway:
    """One gateway. After three failures in a row it answers LATER without trying, until `close`."""

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
        timeout: float = SECONDS_TO_WAIT,
    ) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._login = base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""
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
        self.answer = f"{status} {said}".replace(message.address, "…")
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
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        if self._login:
            headers["Authorization"] = f"Basic {self._login}"
        connection = self._connect()
        try:
            path = self._url.path or "/"
            connection.request("POST", path, urlencode(fields).encode(), headers)
            response = connection.getresponse()
            said = response.read(LONGEST_ANSWER).decode(errors="replace")
        finally:
            connection.close()
        return response.status, " ".join(said.split())

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            context = self._tls or ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)


def _delivery(status: int) -> Delivery:
    if status in range(200, 300):
        return Delivery.ACCEPTED
    if status in {400, 404, 410, 413, 422}:
        return Delivery.REFUSED
    return Delivery.LATER
