"""Tries to break the keys: writes past the use cases, and tells which key has refused it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Index, UniqueConstraint, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.services.collecting import FILED
from webapp.domain.moment import Moment
from webapp.models import Base

NOW = Moment.morning_of(FILED).now


def row_of(session: Session, model: type[Any], number: int = 0) -> dict[str, Any]:
    """A row of the table as it stands, without its id: the `number`-th in the order of its key."""
    table = model.__table__
    row = session.execute(select(table).order_by(*table.primary_key).offset(number)).first()
    assert row is not None, f"{table.name} is empty"
    values = dict(row._mapping)
    values.pop("id", None)
    return values


def write(session: Session, model: type[Any], values: dict[str, Any], **changes: Any) -> None:
    """Insert a row with these values, some of them changed."""
    session.execute(insert(model.__table__).values(values | changes))


@contextmanager
def refused_by(session: Session, key: str) -> Iterator[None]:
    """What happens inside is refused by the key of that name, and by no other."""
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        yield
    told = str(caught.value.orig)
    wanted = name_in_error(session, key)
    assert wanted in told, f"{wanted!r} is not what refused it: {told}"


@contextmanager
def refused_by_wall(session: Session, message: str) -> Iterator[None]:
    """What happens inside is refused by the trigger that says `message`."""
    with pytest.raises(DBAPIError, match=message), session.begin_nested():
        yield


def name_in_error(session: Session, key: str) -> str:
    """How the database tells which key refused a row.

    PostgreSQL names the key. SQLite names a check, but of a unique key only its columns, and of
    a foreign key nothing: the tests of those change one column of a row that is valid otherwise.
    """
    if session.get_bind().dialect.name != "sqlite" or key.startswith("ck_"):
        return key
    if key.startswith("fk_"):
        return "FOREIGN KEY constraint failed"
    return "UNIQUE constraint failed: " + ", ".join(columns_of(key))


def columns_of(key: str) -> list[str]:
    for table in Base.metadata.tables.values():
        if table.primary_key.name == key:
            return [f"{table.name}.{column.name}" for column in table.primary_key]
        uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        for found in (*uniques, *(one for one in table.indexes if one.unique)):
            if found.name == key:
                assert isinstance(found, Index | UniqueConstraint)
                return [f"{table.name}.{column.name}" for column in found.columns]
    raise AssertionError(f"no unique key is called {key}")
