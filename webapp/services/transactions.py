"""Where a transaction begins and ends, who watches a long phase, and who may end it early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from sqlalchemy.orm import Session

from webapp.domain.errors import RunStopped

STOP_ASKED: Final = "stop_asked"


class Progress(Protocol):
    """Told how far a long phase has come; the command line draws a bar with it."""

    def __call__(self, phase: str, done: int, total: int) -> None: ...


def no_progress(phase: str, done: int, total: int) -> None:
    """Nobody is watching."""


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """One short transaction: all of it or nothing, and nothing held afterwards.

    Reads go through it as well, for on SQLite every transaction takes the write lock. Raises
    RunStopped after the commit when the work of a `stoppable` session was told to end.
    """
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    end_if_told(session)


@contextmanager
def stoppable(session: Session, stop_asked: Callable[[], bool]) -> Iterator[None]:
    """Inside, the work of the session ends with RunStopped once somebody has asked for it.

    After a transaction and never before one: what was sent is written down first.
    """
    session.info[STOP_ASKED] = stop_asked
    try:
        yield
    finally:
        del session.info[STOP_ASKED]


def may_go_on(session: Session) -> bool:
    """Whether nobody has told the work of this session to end."""
    stop_asked: Callable[[], bool] | None = session.info.get(STOP_ASKED)
    return stop_asked is None or not stop_asked()


def end_if_told(session: Session) -> None:
    """Raise RunStopped when the work was told to end; only where nothing is half done."""
    if not may_go_on(session):
        raise RunStopped()


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
