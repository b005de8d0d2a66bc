"""Where a transaction begins and ends, and who watches a long phase."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy.orm import Session


class Progress(Protocol):
    """Told how far a long phase has come; the command line draws a bar with it."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


def no_progress(phase: str, done: int, total: int) -> None:
    """Nobody is watching."""


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """One short transaction: all of it or nothing, and nothing held afterwards.

    Reads go through it as well, for on SQLite every transaction takes the write lock.
    """
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading(session: Session) -> Iterator[None]:
    """One transaction that only reads: on SQLite it never waits for a run that writes.

    Rows of tables must not be used after it; what leaves it are plain values. Inside a
    transaction that is open already it is a part of that one.
    """
    if session.in_transaction():
        yield
        return
    session.connection(execution_options={"read_only": True})
    try:
        yield
    finally:
        session.rollback()
