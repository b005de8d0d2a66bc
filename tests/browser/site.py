"""The site under a browser: a real server on 127.0.0.1 over a database of its own.

Its clock stands where the test puts it; the codes it sends are read as an employer reads them.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import builders
from webapp import create_app
from webapp.config import TestConfig
from webapp.extensions import db
from webapp.outside import VAULT
from webapp.views import desk

MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SECONDS_TO_WAIT = 30.0


class Server(ThreadingMixIn, WSGIServer):
    """Serves each request in a thread, and closes every answer: then codes are sent."""

    daemon_threads = True
    # A page asks for many things at once. With the five of the library, one that finds no place
    # is asked for again after a second, three, seven: on a busy machine longer than a test waits.
    request_queue_size = 128


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A test says by itself what went wrong."""


class Site:
    """A served application with its clock and its messages."""

    def __init__(self, folder: Path) -> None:
        self.config = TestConfig.under(folder)
        self.app: Flask = create_app(self.config)
        # Whatever builders seal, the pages must open.
        self.app.extensions[VAULT] = builders.VAULT
        self.now = MORNING
        self._sent: list[dict[str, str]] = []
        self._read: Counter[Path] = Counter()
        self._server = make_server("127.0.0.1", 0, self.app, Server, Quiet)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(desk, "read_clock", lambda: self.now)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        with self.app.app_context():
            db.engine.dispose()

    def later(self, **time_passed: int) -> None:
        """Let time pass: minutes=20."""
        self.now += timedelta(**time_passed)

    def session(self) -> Session:
        """A session on the site's database, from outside of it."""
        with self.app.app_context():
            return Session(db.engine)

    def sent(self) -> list[dict[str, str]]:
        """Every message that was sent, the oldest first: a day's file may grow after the next's."""
        for file in sorted(self.config.messages_folder.glob("*.jsonl")):
            lines = file.read_text().splitlines()
            self._sent += [json.loads(line) for line in lines[self._read[file] :]]
            self._read[file] = len(lines)
        return list(self._sent)

    def newest_code(self, after: int) -> str:
        """The code of the message that comes after so many: it is sent when the page has left."""
        end = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < end:
            for message in reversed(self.sent()[after:]):
                # Something else may have waited to be sent along with it.
                if code := re.findall(r"\b[0-9]{6}\b", message["body"]):
                    return str(code[0])
            time.sleep(0.02)
        raise AssertionError("no code was sent")
