"""A browser as small as the measures need: cookies, forms with their token, the code sent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

from tests.bench.site import cookie_header

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
LONGEST_WAIT = 20.0  # seconds


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire: its body is still compressed."""

    status: int
    location: str
    encoding: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """One visitor of the site at 127.0.0.1:port, slow enough for a new connection each time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return cookie_header(self.cookies)

    def get(self, address: str, **headers: str) -> Answer:
        return self._send("GET", address, None, headers)

    def submit(self, address: str, **typed: str) -> Answer:
        """Fill in the form of a page and send it, with the token that stands on the page."""
        found = TOKEN.search(self.get(address).text)
        if found is None:
            raise RuntimeError(f"no form on {address}")
        body = urlencode({"csrf_token": found[1], **typed})
        return self._send(
            "POST", address, body, {"Content-Type": "application/x-www-form-urlencoded"}
        )

    def ask_for_code(self, home: Path, member_number: str) -> str:
        """The code for signing in, out of what the development machine has sent."""
        before = len(_messages(home))
        self.submit("/ar/sign-in", member_number=member_number)
        return _next_code(home, before)

    def sign_in(self, home: Path, member_number: str) -> None:
        code = self.ask_for_code(home, member_number)
        answer = self.submit("/ar/sign-in/code", code=code)
        if answer.status != 302:
            raise RuntimeError(f"{member_number} was not let in: {answer.status}")

    def _send(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_WAIT)
        connection.request(method, address, body, {"Cookie": self.cookie, **headers})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        for line in response.headers.get_all("Set-Cookie", ()):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(
            response.status,
            response.headers.get("Location", ""),
            response.headers.get("Content-Encoding", ""),
            content,
        )


def _messages(home: Path) -> list[str]:
    files = sorted((home / "messages").glob("*.jsonl"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def _next_code(home: Path, before: int) -> str:
    """The code of the next message: it is written after the answer has left."""
    until = monotonic() + LONGEST_WAIT
    while monotonic() < until:
        for line in _messages(home)[before:]:
            found = CODE.search(json.loads(line)["body"])
            if found is not None:
                return found[0]
        sleep(0.02)
    raise RuntimeError("no code was sent")
