"""Sets of rows: long lists cut into short ranges, and inserts that the keys may refuse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

Key = TypeVar("Key")
Line = TypeVar("Line")

# A statement takes some 32,000 values at most.
KEYS_AT_ONCE = 10_000


def ranges(ids: Sequence[int], size: int) -> Iterator[tuple[int, int, int]]:
    """Cut a frozen, sorted list of ids into parts: (first, last, how many so far)."""
    for start in range(0, len(ids), size):
        part = ids[start : start + size]
        yield part[0], part[-1], start + len(part)


def parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Cut a list of keys into parts that a statement can take."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def portions(lines: Iterable[Line], size: int) -> Iterator[list[Line]]:
    """What comes one by one, so many at once; the last portion may be smaller."""
    rest = iter(lines)
    while part := list(islice(rest, size)):
        yield part


def insert_ignoring(session: Session, model: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out, without an error, the rows that a unique key refuses."""
    return insert_for(session, model).on_conflict_do_nothing()


def upserting(
    session: Session, model: type[Any], key: Sequence[str], columns: Iterable[str]
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that changes the row instead, where one with the same unique `key` is there."""
    statement = insert_for(session, model)
    values = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=values)


def insert_for(session: Session, model: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows what its database does about a conflict."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(model.__table__)
    return postgresql.insert(model.__table__)


def insert_rows(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once; every row names the same columns."""
    if rows:
        session.execute(insert(model.__table__), rows)


def insert_keyed(
    session: Session,
    model: type[Any],
    key: InstrumentedAttribute[str],
    rows: Sequence[Mapping[str, Any]],
) -> list[int]:
    """Insert many rows and return their ids in the order of the rows, found by a unique key.

    Neither database promises to return the ids of many rows in the order of insertion.
    """
    insert_rows(session, model, rows)
    wanted = [row[key.key] for row in rows]
    found: dict[str, int] = {}
    for part in parts(wanted):
        rows_found = session.execute(select(key, model.id).where(key.in_(part))).all()
        found.update((row[0], row[1]) for row in rows_found)
    return [found[one] for one in wanted]
