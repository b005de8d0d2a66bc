"""Kills a command of the service at a random moment of its work, and counts what it hit."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from tests.reliability.offices import Office
from tests.reliability.stages import Stage

LONGEST_WAIT: Final = 120.0  # seconds, on the busiest machine
BETWEEN_LOOKS: Final = 0.001
# 0 done, 3 done and a person must look at something.
DONE: Final = (0, 3)
# 5: a disk or the database failed, and the command says so.
MACHINE_FAILED: Final = 5
# 255: the process that forks had not yet told by what its child ended when it was asked.
KILLED: Final = (-signal.SIGKILL, 255)
# What every command leaves more and more of while it works, commit by commit.
PROGRESS: Final = "SELECT " + " + ".join(
    f"(SELECT count(*) FROM {what})"
    for what in ("runs", "debits", "debit_lines", "events", "event_seals", "bank_entries",
                 "postings", "notices WHERE status <> 'queued'")
)  # fmt: skip


@dataclass
class Tally:
    """How many kills were tried and hit a live process, and how long it all took."""

    hits: int = 0
    misses: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    def count(self, hit: bool) -> None:
        self.hits += hit
        self.misses += not hit
        self.ended = time.monotonic()

    @property
    def kills(self) -> int:
        return self.hits + self.misses

    def __str__(self) -> str:
        seconds = max(0.0, self.ended - self.began)
        return f"{self.kills} kills, {self.hits} hit a live process, {seconds:.0f} s"


@dataclass(frozen=True)
class Moment:
    """When to kill: after that share of the work, and then as many seconds later."""

    share: float
    seconds: float


def work_of(office: Office, stage: Stage) -> int:
    """Run the command as a person types it, to its end; how much work it has left behind."""
    with progress(office) as done:
        before = done()
        process = office.start(*typed(stage))
        process.wait(LONGEST_WAIT)
        assert process.returncode in DONE, f"ended with {process.returncode}: {office.output()}"
        return done() - before


def kill(office: Office, stage: Stage, work: int, moment: Moment) -> bool:
    """Start the command and kill it at that moment of its work; whether it was still alive."""
    with progress(office) as done:
        wanted = done() + 1 + int(moment.share * work)
        process = office.start_warm(*typed(stage))
        wait_until(lambda: not process.is_alive() or done() >= wanted, office)
    time.sleep(moment.seconds)
    process.kill()
    process.join(LONGEST_WAIT)
    assert process.exitcode in (*KILLED, *DONE), f"{process.exitcode}: {office.output()}"
    return process.exitcode in KILLED


def finish(office: Office, stage: Stage) -> None:
    """Run the command to its end."""
    process = office.start_warm(*typed(stage))
    process.join(LONGEST_WAIT)
    assert process.exitcode in DONE, f"ended with {process.exitcode}: {office.output()}"


def typed(stage: Stage) -> tuple[str, ...]:
    return (*stage.arguments, "--on", stage.on.isoformat())


def wait_until(reached: Callable[[], bool], office: Office) -> None:
    """Look again and again, for as long as the busiest machine may take."""
    give_up = time.monotonic() + LONGEST_WAIT
    while not reached():
        assert time.monotonic() < give_up, f"no progress: {office.output()}"
        time.sleep(BETWEEN_LOOKS)


@contextmanager
def progress(office: Office) -> Iterator[Callable[[], int]]:
    """Counts what the work has left so far, over a connection of its own."""
    connection: Any
    if office.server is None:
        connection = sqlite3.connect(office.sqlite_file, isolation_level=None, timeout=LONGEST_WAIT)
    else:
        connection = psycopg.connect(office.url.replace("+psycopg", ""), autocommit=True)
    with closing(connection):
        yield lambda: int(connection.execute(PROGRESS).fetchone()[0])
