"""One run at a time: a courtesy that keeps reports readable. The keys alone keep money safe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from webapp.adapters.locks import FileLock
from webapp.domain.errors import RunAlreadyInProgress
from webapp.services.transactions import end_if_told

# Any number will do, as long as nobody else takes the same advisory lock.
ADVISORY_LOCK = 0x4B484154574120
# The kind of the locks that runs hold, each under its number.
KIND_OF_RUNS = 0x4B4857
HELD = """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND classid = :kind AND objid = :run AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""
SECONDS_BETWEEN_TRIES = 0.2


@contextmanager
def run_lock(session: Session, home: Path, *, wait: bool) -> Iterator[None]:
    """Hold the run's lock: an advisory lock on PostgreSQL, a locked file beside SQLite.

    Both are let go by the system when the process dies. Raises RunAlreadyInProgress when the
    lock is taken and `wait` is false, and RunStopped when it is told to end while it waits.
    """
    engine = session.get_bind().engine
    if engine.dialect.name != "postgresql":
        with ExitStack() as stack:
            _retry(session, lambda: stack.enter_context(FileLock(home / "run.lock")), wait=wait)
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _retry(session, lambda: _take_advisory_lock(connection), wait=wait)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": ADVISORY_LOCK})


@contextmanager
def hold_run(session: Session, run_id: int) -> Iterator[None]:
    """Let workers see that the process of this run lives: on PostgreSQL, a lock of its number."""
    engine = session.get_bind().engine
    values = {"kind": KIND_OF_RUNS, "run": run_id}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:kind, :run)"), values)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:kind, :run)"), values)


def run_is_alive(session: Session, run_id: int) -> bool:
    """Whether the process of this run holds its lock."""
    return bool(session.scalar(text(HELD), {"kind": KIND_OF_RUNS, "run": run_id}))


def _retry(session: Session, take: Callable[[], object], *, wait: bool) -> None:
    while True:
        end_if_told(session)
        try:
            take()
        except RunAlreadyInProgress:
            if not wait:
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return


def _take_advisory_lock(connection: Connection) -> None:
    taken = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ADVISORY_LOCK})
    if not taken:
        raise RunAlreadyInProgress
