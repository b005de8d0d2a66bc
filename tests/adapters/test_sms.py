"""SMS through a real HTTP gateway on this machine, and the parts that texts are cut into."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.messages import Delivery, OutgoingMessage
from webapp.adapters.sms import GSM, SmsGateway, failure_in_report, parts_of

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
    paths: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def address(operator: Operator) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_json = self.headers["Content-Type"] == "application/json"
            operator.asked.append(json.loads(body) if is_json else parse_qs(body))
            operator.paths.append(self.path)
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


def test_a_gateway_that_wants_json_gets_json_at_its_whole_address(
    operator: Operator, address: str
) -> None:
    gateway = SmsGateway(f"{address}?account=7", "CACOBATPH", as_json=True)
    assert gateway.send(CODE) is Delivery.ACCEPTED
    (asked,) = operator.asked
    assert asked == {"to": CODE.address, "from": "CACOBATPH", "text": CODE.body,
                     "reference": "4f7q"}  # fmt: skip
    assert operator.paths == ["/send?account=7"]


@pytest.mark.parametrize(
    ("says", "kept"),
    [
        (b"", ""),
        (b"id=77", "id=77"),
        (b"OK 00213550123456", "OK …"),
        (b"0550123456 queued", "… queued"),
        (b"your code 123456 was queued", "your code … was queued"),
        (b'{"messageId": "a-77", "to": "213550123456"}', "messageId=a-77"),
        (b'{"messages": [{"id": 77, "text": "code 123456"}]}', "id=77"),
        (b'{"error": {"code": 4, "message": "no such number 213550123456"}}',
         "code=4 message=no such number …"),
        ('{"body": "كاكوبات: رمز التأكيد 123456", "status": "queued"}'.encode(), "status=queued"),
        ("كاكوبات: رمز التأكيد 123456".encode(), "…"),
        (b"[" * 3_000, "[" * 3_000),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)  # fmt: skip
def test_of_an_answer_neither_number_nor_code_is_kept(
    operator: Operator, address: str, says: bytes, kept: str
) -> None:
    operator.says = says
    gateway = SmsGateway(address, "CACOBATPH")
    assert gateway.send(CODE) is Delivery.ACCEPTED
    assert gateway.answer == f"200 {kept}".strip()


@pytest.mark.parametrize(
    ("report", "failure"),
    [
        ({"reference": "4f7q", "status": "UNDELIV", "error": "001"}, ("4f7q", "undeliv 001")),
        ({"reference": "KM-1-261130-1.2", "status": "failed"}, ("KM-1-261130-1.2", "failed")),
        ({"reference": "4f7q", "status": "expired", "error": "<b>+213550123456"},
         ("4f7q", "expired b")),
        ({"reference": "4f7q", "status": "DELIVRD"}, None),
        ({"reference": "4f7q", "status": "ACCEPTD"}, None),
        ({"reference": "4f7q", "status": "ENROUTE"}, None),
    ],
)  # fmt: skip
def test_a_report_tells_only_what_will_not_arrive(
    report: dict[str, str], failure: tuple[str, str] | None
) -> None:
    assert failure_in_report(report) == failure


@pytest.mark.parametrize(
    "fields", [{}, {"reference": "4f7q"}, {"status": "failed"}, {"reference": "a b", "status": "x"}]
)
def test_what_is_no_report_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="delivery report"):
        failure_in_report(fields)


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
