"""Sets of rows: long lists cut into short ranges, and inserts that the keys may refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def ranges(ids: Sequence[int], size: int) -> Iterator[tuple[int, int, int]]:
    """Cut a frozen, sorted list of ids into parts: (first, last, how many so far)."""
    for start in range(0, len(ids), size):
        part = ids[start : start + size]
        yield part[0], part[-1], start + len(part)


def insert_ignoring(session: Session, model: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out, without an error, the rows that a unique key refuses."""
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        return sqlite.insert(model).on_conflict_do_nothing()
    return postgresql.insert(model).on_conflict_do_nothing()
