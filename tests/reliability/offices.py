"""An office of its own in a folder: what commands need, what they leave, and copies of it all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests.databases import Server
from tests.reliability.warm import APPLICATION, run_command, run_traced, run_until_statement
from webapp.adapters.journal import SentJournal
from webapp.config import PROJECT
from webapp.database import configure_engine

# The keys of `builders.VAULT`, so that tests and commands open the same accounts.
KEYS = {"current": "k1", "k1": bytes(range(64)).hex(), "index": bytes(range(32)).hex()}
FOLDERS = ("instance/database", "instance/outbox", "instance/inbox", "delivered/BNA",
           "delivered/POST", "keys", "answers")  # fmt: skip

# A process that has loaded the service and does nothing but fork: a command starts in some
# milliseconds instead of a second, and is a process like any other.
WARM = get_context("forkserver")
WARM.set_forkserver_preload(["tests.reliability.warm"])


@dataclass(frozen=True)
class Office:
    """The folders and the database of one service. `server` is None where SQLite is embedded."""

    folder: Path
    server: Server | None = None
    database: str = ""

    @property
    def home(self) -> Path:
        return self.folder / "instance"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def delivered(self) -> Path:
        return self.folder / "delivered"

    @property
    def answers(self) -> Path:
        return self.folder / "answers"

    @property
    def journal(self) -> SentJournal:
        return SentJournal(self.home / "sent-journal.jsonl")

    @property
    def sqlite_file(self) -> Path:
        return self.home / "database" / "khatwa.sqlite3"

    @property
    def url(self) -> str:
        return self.server.url(self.database) if self.server else f"sqlite:///{self.sqlite_file}"

    @property
    def engine_name(self) -> str:
        return "PostgreSQL" if self.server else "SQLite"

    def prepare(self) -> None:
        """Make the folders and the keys."""
        for name in FOLDERS:
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in KEYS.items():
            (self.folder / "keys" / name).write_text(text)
            (self.folder / "keys" / name).chmod(0o600)

    def copy(self, folder: Path) -> Office:
        """A second office, the same to the last byte, which nobody else uses."""
        shutil.copytree(self.folder, folder)
        if self.server is None:
            return Office(folder)
        self.server.create(folder.name, template=self.database)
        return Office(folder, self.server, folder.name)

    def discard(self) -> None:
        """Delete what this office left."""
        shutil.rmtree(self.folder)
        if self.server is not None:
            self.server.drop(self.database)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of this process on the office's database."""
        engine = self.engine()
        with Session(engine) as session:
            yield session
        engine.dispose()

    def engine(self) -> Engine:
        return configure_engine(create_engine(self.url))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the service as a person would type it."""
        with self.printed.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", APPLICATION, *arguments],
                cwd=PROJECT,
                env=os.environ | self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_warm(self, *arguments: str) -> ForkServerProcess:
        """Start the same command in a process that has the service's code loaded already."""
        process = WARM.Process(
            target=run_command, args=(self._environment(), str(self.printed), arguments)
        )
        process.start()
        return process

    def start_doomed(self, *arguments: str, begins: str, times: int) -> ForkServerProcess:
        """Start it in such a process, to be killed amid its work: see `run_until_statement`."""
        process = WARM.Process(
            target=run_until_statement,
            args=(self._environment(), str(self.printed), arguments, begins, times),
        )
        process.start()
        return process

    def start_traced(self, *arguments: str) -> ForkServerProcess:
        """Start it in such a process, where it waits for a tracer: see `run_traced`."""
        process = WARM.Process(
            target=run_traced, args=(self._environment(), str(self.printed), arguments)
        )
        process.start()
        return process

    @property
    def printed(self) -> Path:
        return self.folder / "output.txt"

    def output(self) -> str:
        """What the commands have printed so far."""
        return self.printed.read_text() if self.printed.exists() else ""

    def _environment(self) -> dict[str, str]:
        return {
            "KHATWA_ENV": "development",
            # Given, as in production: a refused disk is met by the command, not by its settings.
            "SECRET_KEY": "a secret that protects nothing but a test",
            "KHATWA_HOME": str(self.home),
            "KHATWA_KEYS": str(self.folder / "keys"),
            "TRANSPORT_FOLDER": str(self.delivered),
            "DATABASE_URL": self.url if self.server else "",
            "MESSAGES": "file",
        }
