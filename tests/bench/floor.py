"""The floor under the run: its inserts and updates in bare SQL, and the same bytes on disk.

What two runs have written is written again, row by row, into a copy of the database on which
they started: by Python's sqlite3 or by psycopg alone, into the same tables with the same keys and
triggers, with the service's own settings, one transaction for 25,000 rows. Nothing is looked up,
checked, decrypted or validated. Reading the rows to be written is not counted.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.bench.places import database_in, is_on_server, url_of
from webapp.database import PRAGMAS_OF_SQLITE

ROWS_AT_ONCE = 25_000
Rows = Sequence[tuple[Any, ...]]


def floor_seconds(before: Path, after: Path) -> float:
    """Seconds that bare SQL and bare files need to make the folder `before` like `after`.

    `before` is a prepared folder that is used up, `after` one in which the runs have worked.
    """
    bare = _PostgreSQL if is_on_server(before) else _SQLite
    done, connection = bare(after), bare(before)
    seconds = 0.0
    for statement, source in _steps(done):
        rows = done.rows(source)
        start = time.perf_counter()
        for part in _parts(rows):
            connection.write(statement, part)
        seconds += time.perf_counter() - start
    for path in sorted((after / "outbox").iterdir()):
        content = path.read_bytes()
        start = time.perf_counter()
        _write(before / path.name, content)
        seconds += time.perf_counter() - start
    _compare(connection, done)
    for one in (done, connection):
        one.connection.close()
    return seconds


class _Bare(Protocol):
    """A connection without anything around it."""

    connection: Any

    def rows(self, query: str) -> Rows: ...

    def write(self, statement: str, rows: Rows) -> None:
        """Write the rows in one transaction."""

    def columns(self, table: str) -> list[str]: ...

    def tables(self) -> list[str]: ...


class _SQLite:
    def __init__(self, folder: Path) -> None:
        self.connection: Any = sqlite3.connect(database_in(folder), isolation_level=None)
        for name, value in PRAGMAS_OF_SQLITE.items():
            self.connection.execute(f"PRAGMA {name}={value}")

    def rows(self, query: str) -> Rows:
        return list(self.connection.execute(query))

    def write(self, statement: str, rows: Rows) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(statement, rows)
        self.connection.execute("COMMIT")

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.rows(f"PRAGMA table_info({table})")]

    def tables(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]


class _PostgreSQL:
    def __init__(self, folder: Path) -> None:
        self.connection: Any = psycopg.connect(
            url_of(folder).replace("+psycopg", ""), autocommit=True
        )

    def rows(self, query: str) -> Rows:
        return list(self.connection.execute(query))

    def write(self, statement: str, rows: Rows) -> None:
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), rows)

    def columns(self, table: str) -> list[str]:
        return [
            row[0]
            for row in self.rows(
                f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
                " AND table_schema = 'public' ORDER BY ordinal_position"
            )
        ]

    def tables(self) -> list[str]:
        return [
            row[0]
            for row in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]


def _steps(done: _Bare) -> Iterator[tuple[str, str]]:
    """Each statement of the two runs, and where its rows stand in the finished database."""
    last_event = "(SELECT min(id) - 1 FROM events WHERE subject = 'debit')"
    announced = "SELECT max(id) FROM events WHERE target = 'announced'"
    yield _insert(done, "debits", "debits", status="'planned'", notice_version="0")
    yield _insert(done, "debit_lines", "debit_lines")
    yield "UPDATE dues SET status = ? WHERE id = ?", "SELECT status, id FROM dues"
    yield _insert(done, "events", f"events WHERE id > {last_event} AND id <= ({announced})")
    yield _insert(done, "notices", "notices", status="'queued'", accepted_on="NULL")
    yield (
        "UPDATE debits SET status = 'announced', notice_version = ? WHERE id = ?",
        "SELECT notice_version, id FROM debits",
    )
    yield (
        "UPDATE notices SET status = ?, accepted_on = ? WHERE id = ?",
        "SELECT status, accepted_on, id FROM notices",
    )
    yield _insert(
        done,
        "event_seals",
        f"event_seals WHERE event_id > {last_event} AND event_id <= ({announced})",
    )
    yield _insert(done, "runs", "runs")
    yield _insert(done, "bank_files", "bank_files", status="'frozen'", sha256="NULL")
    yield _insert(done, "attempts", "attempts")
    yield "UPDATE debits SET status = ? WHERE id = ?", "SELECT status, id FROM debits"
    yield _insert(done, "events", f"events WHERE id > ({announced})")
    yield (
        "UPDATE bank_files SET status = ?, sha256 = ? WHERE id = ?",
        "SELECT status, sha256, id FROM bank_files",
    )
    yield _insert(done, "event_seals", f"event_seals WHERE event_id > ({announced})")


def _insert(done: _Bare, table: str, rows: str, **given: str) -> tuple[str, str]:
    """Insert the rows as they are, but for the columns that got their value later."""
    columns = done.columns(table)
    marks = ", ".join("?" for _ in columns)
    values = ", ".join(given.get(column, column) for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
        f"SELECT {values} FROM {rows} ORDER BY 1",
    )


def _parts(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _compare(connection: _Bare, done: _Bare) -> None:
    """The floor has left out nothing that the runs wrote."""
    for table in done.tables():
        count = f"SELECT count(*) FROM {table}"
        ours, theirs = connection.rows(count)[0][0], done.rows(count)[0][0]
        if ours != theirs:
            raise RuntimeError(f"the floor has {ours} rows of {table}, the runs wrote {theirs}")
