"""The embedded database as a file: copied while others write, and exchanged as a whole."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from webapp.adapters.storage import sync_folder
from webapp.domain.errors import BackupDamaged, DatabaseInUse

SECONDS_TO_WAIT: Final = 5.0


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of the database at one instant; nobody who writes has to wait for it."""
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)


def check_database(path: Path) -> None:
    """Raise BackupDamaged unless SQLite finds the file's structure whole."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        found = "no database"
    if found != "ok":
        raise BackupDamaged(reason="content")


def exchange_database(new: Path, target: Path) -> None:
    """Let `new`, on the same disk, take the place of the database at `target` at once.

    What the old one still held in its log goes with it: a log beside a database that it does
    not belong to would be read into it. Raises DatabaseInUse while another process is at work.
    """
    _sync(new)
    if not target.exists():
        _take_place(new, target)
        return
    with closing(sqlite3.connect(target, SECONDS_TO_WAIT, isolation_level=None)) as old:
        try:
            (mode,) = old.execute("PRAGMA journal_mode=DELETE").fetchone()
            if mode != "delete":
                raise DatabaseInUse
            old.execute("BEGIN EXCLUSIVE")  # whoever comes now waits until it is exchanged
        except sqlite3.OperationalError:
            raise DatabaseInUse from None
        except sqlite3.DatabaseError:
            pass  # It is no database any more: that is why a backup takes its place.
        _take_place(new, target)


def _take_place(new: Path, target: Path) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    new.rename(target)
    sync_folder(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
