"""SMS through a real HTTP gateway on this machine, and the parts that texts are cut into."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.messages import Delivery, OutgoingMessage
from webapp.adapters.sms import GSM, SmsGateway, parts_of

HOST = "127.0.0.1"
CODE = OutgoingMessage(
    reference="4f7q",
    channel="sms",
    language="ar",
    address="+213550123456",
    subject="",
    body="كاكوبات: رمز التأكيد 123456",
)


@dataclass
class Operator:
    """What the gateway was asked, and what it answers."""

    status: int = 200
    says: bytes = b"id=77"
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def address(operator: Operator) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            operator.asked.append(parse_qs(body))
            operator.logins.append(self.headers.get("Authorization", ""))
            self.send_response(operator.status)
            self.end_headers()
            self.wfile.write(operator.says)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://{HOST}:{server.server_address[1]}/send"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_the_words_as_they_are(operator: Operator, address: str) -> None:
    gateway = SmsGateway(address, "CACOBATPH", user="khatwa", password="s3cret")
    assert gateway.send(CODE) is Delivery.ACCEPTED
    assert gateway.answer == "200 id=77"
    assert operator.asked == [
        {
            "to": [CODE.address],
            "from": ["CACOBATPH"],
            "text": [CODE.body],
            "reference": ["4f7q"],
        }
    ]
    assert operator.logins == ["Basic a2hhdHdhOnMzY3JldA=="]


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        (200, Delivery.ACCEPTED),
        (202, Delivery.ACCEPTED),
        (400, Delivery.REFUSED),
        (422, Delivery.REFUSED),
        (401, Delivery.LATER),  # it is us whom the gateway does not know
        (403, Delivery.LATER),
        (408, Delivery.LATER),
        (429, Delivery.LATER),
        (302, Delivery.LATER),
        (500, Delivery.LATER),
        (503, Delivery.LATER),
    ],
)
def test_what_the_gateway_answers_decides(
    operator: Operator, address: str, status: int, delivery: Delivery
) -> None:
    operator.status, operator.says = status, b"to +213550123456:\nno"
    gateway = SmsGateway(address, "CACOBATPH")
    assert gateway.send(CODE) is delivery
    assert gateway.answer == f"{status} to …: no"


def test_a_gateway_that_is_away_is_not_waited_for_again_and_again() -> None:
    gateway = SmsGateway(f"http://{HOST}:9/send", "CACOBATPH", timeout=1)
    assert [gateway.send(CODE) for _ in range(5)] == [Delivery.LATER] * 5
    assert gateway.answer == "no connection"
    gateway.close()
    gateway.send(CODE)
    assert gateway.answer == "ConnectionRefusedError"


def test_without_a_number_there_is_nobody_to_send_to(operator: Operator, address: str) -> None:
    assert SmsGateway(address, "X").send(replace(CODE, address="")) is Delivery.REFUSED
    assert operator.asked == []


def test_a_gateway_with_an_unknown_certificate_is_not_trusted(address: str) -> None:
    gateway = SmsGateway(address.replace("http:", "https:"), "X", timeout=2)
    assert gateway.send(CODE) is Delivery.LATER


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_text_is_cut_as_phones_cut_it(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@given(st.text(alphabet=sorted(GSM), max_size=400), st.text(alphabet="مرحبا", min_size=1))
def test_one_arabic_letter_makes_a_text_longer_never_shorter(latin: str, arabic: str) -> None:
    assert parts_of(latin) <= parts_of(latin + arabic[0])
