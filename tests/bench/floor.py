"""The floor under the run: its inserts and updates in bare SQL, and the same bytes on disk.

What two runs have written is written again, row by row, into a copy of the database on which
they started: by Python's sqlite3 alone, into the same tables with the same keys and triggers,
with the service's own settings, one transaction for 25,000 rows. Nothing is looked up, checked,
decrypted or validated. Reading the rows to be written is not counted.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.prepare import database_in
from webapp.database import PRAGMAS_OF_SQLITE

ROWS_AT_ONCE = 25_000
Rows = Sequence[tuple[Any, ...]]


def floor_seconds(before: Path, after: Path) -> float:
    """Seconds that bare SQL and bare files need to make the folder `before` like `after`.

    `before` is a prepared folder that is used up, `after` one in which the runs have worked.
    """
    done = sqlite3.connect(database_in(after))
    connection = sqlite3.connect(database_in(before), isolation_level=None)
    for name, value in PRAGMAS_OF_SQLITE.items():
        connection.execute(f"PRAGMA {name}={value}")
    seconds = 0.0
    for statement, source in _steps(done):
        rows = done.execute(source).fetchall()
        start = time.perf_counter()
        for part in _parts(rows):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, part)
            connection.execute("COMMIT")
        seconds += time.perf_counter() - start
    done.close()
    for path in sorted((after / "outbox").iterdir()):
        content = path.read_bytes()
        start = time.perf_counter()
        _write(before / path.name, content)
        seconds += time.perf_counter() - start
    _compare(connection, database_in(after))
    connection.close()
    return seconds


def _steps(done: sqlite3.Connection) -> Iterator[tuple[str, str]]:
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


def _insert(done: sqlite3.Connection, table: str, rows: str, **given: str) -> tuple[str, str]:
    """Insert the rows as they are, but for the columns that got their value later."""
    columns = [row[1] for row in done.execute(f"PRAGMA table_info({table})")]
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


def _compare(connection: sqlite3.Connection, after: Path) -> None:
    """The floor has left out nothing that the runs wrote."""
    connection.execute("ATTACH ? AS done", (str(after),))
    tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
    for (table,) in tables.fetchall():
        differ = connection.execute(
            f"SELECT count(*) FROM (SELECT * FROM done.{table} EXCEPT SELECT * FROM main.{table})"
        ).fetchone()[0]
        if differ:
            raise RuntimeError(f"the floor left out {differ} rows of {table}")
