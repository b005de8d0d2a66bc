"""What of the machine has failed: the errors of the system and of the databases, as ours.

A database that refuses what is wrong with a statement has not failed: that is a fault of the code.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from typing import Final

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError

from webapp.domain.errors import DatabaseAway, DiskFailed, DiskFull, MachineFailed

FOREIGN: Final = (OSError, SQLAlchemyError, sqlite3.Error, psycopg.Error, ConnectorException)
BY_NUMBER: Final[dict[int, type[MachineFailed]]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EIO: DiskFailed,
    errno.EROFS: DiskFailed,
}
# By the beginnings of SQLite's own names.
OF_SQLITE: Final[dict[str, type[MachineFailed]]] = {
    "SQLITE_FULL": DiskFull,
    "SQLITE_IOERR": DiskFailed,
    "SQLITE_CANTOPEN": DiskFailed,
    "SQLITE_READONLY": DiskFailed,
    "SQLITE_BUSY": DatabaseAway,
}
# By the beginnings of PostgreSQL's states. Class 08: the connection; 53: no room for one more.
OF_POSTGRESQL: Final[dict[str, type[MachineFailed]]] = {
    "53100": DiskFull,
    "58030": DiskFailed,
    "08": DatabaseAway,
    "53": DatabaseAway,
    "57P01": DatabaseAway,
    "57P02": DatabaseAway,
    "57P03": DatabaseAway,
}


def failure_of(error: BaseException) -> MachineFailed | None:
    """What of the machine an error tells of, itself or by what caused it; None for any other."""
    for one in _causes(error):
        kind = _kind_of(one)
        if kind is not None:
            said = " ".join(str(one).split())
            return kind(cause=f"{type(one).__module__}.{type(one).__qualname__}: {said}")
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _kind_of(error: BaseException) -> type[MachineFailed] | None:
    if isinstance(error, sqlite3.Error):
        return _beginning(OF_SQLITE, getattr(error, "sqlite_errorname", ""))
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return DatabaseAway  # It was never reached, or went away without a word.
    if isinstance(error, psycopg.Error):
        return _beginning(OF_POSTGRESQL, error.sqlstate or "")
    return BY_NUMBER.get(error.errno or 0) if isinstance(error, OSError) else None


def _beginning(kinds: dict[str, type[MachineFailed]], name: str) -> type[MachineFailed] | None:
    return next((kind for start, kind in kinds.items() if name.startswith(start)), None)
