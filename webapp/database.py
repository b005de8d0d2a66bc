"""How the service talks to its database engine; the same for Flask, workers and tests.

SQLite is set up to keep every commit it acknowledged and to take the write lock at BEGIN:
a transaction that first reads and then writes fails at once, without waiting, when another
one has written in between.
"""

from __future__ import annotations

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from webapp.domain.errors import UnsafeConfiguration

PRAGMAS_OF_SQLITE = {
    "journal_mode": "wal",  # readers go on while one writes
    "synchronous": 2,  # FULL: NORMAL loses acknowledged commits on a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # or REPLACE deletes rows past the triggers that keep them
    "busy_timeout": 30_000,  # milliseconds to wait for the writer before giving up
}


def configure_engine(engine: Engine) -> Engine:
    """Give `engine` the settings above (PostgreSQL needs none) and return it.

    A connection with the execution option `read_only` begins without the write lock, for pages
    and reports that only read while a run writes; a write on it is refused by SQLite.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def check_engine(engine: Engine) -> None:
    """Raise UnsafeConfiguration unless SQLite really took every setting.

    A database that cannot be opened just now (its disk is full) is looked at when it can: whoever
    asks it first is told.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            _check_pragmas(connection.connection.driver_connection)
    except OperationalError:
        event.listen(engine, "connect", _check_pragmas)
    engine.dispose()  # a process that forks after this check must not share the connection


def _check_pragmas(connection: Any, _record: Any = None) -> None:
    for name, wanted in PRAGMAS_OF_SQLITE.items():
        [found] = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            raise UnsafeConfiguration(
                setting="DATABASE_URL", why=f"SQLite has {name}={found}, not {wanted}"
            )


def _set_pragmas(connection: SqliteConnection, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin` does.
    connection.isolation_level = None
    for name, value in PRAGMAS_OF_SQLITE.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get("read_only", False))
    if connection.info.get("read_only", False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.info["read_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
