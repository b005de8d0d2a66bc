"""Backups of the database, taken while the service works, and the way back to one.

A backup holds no key. Beside the backups must be kept, each apart: the keys (KHATWA_KEYS), without
which no account number opens; the sent journal and the folders of KHATWA_HOME (outbox, inbox,
scans), which are files of their own.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DatabaseError

from webapp.adapters.backup_files import read_manifest, unpack_dump, write_backup
from webapp.adapters.postgresql_programs import dump_database, restore_database
from webapp.adapters.sqlite_files import check_database, copy_database, exchange_database
from webapp.adapters.storage import sha256_of
from webapp.domain.errors import BackupDamaged, BackupNotForHere, DatabaseNotEmpty
from webapp.domain.moment import Moment

FORMAT = 1
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
HIDDEN = ".khatwa-"
# The settings of libpq that an address of PostgreSQL may name after its question mark.
MORE_OF_LIBPQ = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE",
                 "sslrootcert": "PGSSLROOTCERT", "passfile": "PGPASSFILE"}  # fmt: skip
WITH_CONTENT = ("employers", "events", "staff_members")
# Written together with the return: until it is reconciled, nothing is sent (after_restore.py).
MARK = (
    "INSERT INTO restorations (restored_at, restored_by, backup_at, backup_sha256)"
    " VALUES (:at, :actor, :backup_at, :sha256)",
    "INSERT INTO events (at, actor, subject, subject_id, target, cause)"
    " SELECT :at, :actor, 'restoration', max(id), 'restored', 'backup_restored'"
    " FROM restorations",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    created_at: str
    engine: str
    revision: str
    event_head: str
    last_event: int
    sha256: str

    @classmethod
    def of(cls, told: dict[str, Any]) -> Manifest:
        """Raises BackupDamaged for one that lacks something."""
        try:
            datetime.fromisoformat(str(told["created_at"]))
            return cls(**{name: told[name] for name in cls.__slots__})
        except (KeyError, ValueError):
            raise BackupDamaged(reason="manifest") from None


def take_backup(url: str, moment: Moment, target: Path) -> tuple[Path, Manifest]:
    """Copy the database at `url` into one file: `target`, or a new one in that folder.

    Others go on writing meanwhile; the copy is of one instant. Raises BackupExists,
    DatabaseProgramMissing and DatabaseProgramFailed.
    """
    name = f"khatwa-{moment.now:%Y%m%dT%H%M%SZ}.backup"
    path = target / name if target.is_dir() else target
    with _hidden_folder(path.parent) as folder:
        dump = folder / "dump"
        place = make_url(url)
        if place.get_backend_name() == "sqlite":
            copy_database(Path(place.database or ""), dump)
            with _engine(f"sqlite:///{dump}") as engine, engine.connect() as connection:
                facts = _facts(connection)
        else:
            facts = _dump_postgresql(place, dump)
        manifest = {
            "format": FORMAT,
            "created_at": moment.now.isoformat(),
            "engine": place.get_backend_name(),
            **facts,
            "sha256": sha256_of(dump),
        }
        write_backup(path, manifest, dump)
    return path, Manifest.of(manifest)


def manifest_of(path: Path) -> Manifest:
    """What a backup says of itself. Raises BackupDamaged."""
    return Manifest.of(read_manifest(path))


def restore_backup(
    url: str,
    moment: Moment,
    actor: str,
    path: Path,
    *,
    workplace: Path,
    force: bool,
) -> Manifest:
    """Let the backup take the place of the database at `url`, or change nothing at all.

    The mark that blocks runs and sending is in it from its first instant on: on SQLite it is
    written before the files are exchanged, on PostgreSQL in the one transaction of the return.
    `workplace` is a folder with room for the dump of PostgreSQL.
    Raises BackupDamaged, BackupNotForHere, DatabaseNotEmpty (unless forced), DatabaseInUse,
    DatabaseProgramMissing and DatabaseProgramFailed.
    """
    place = make_url(url)
    on_sqlite = place.get_backend_name() == "sqlite"
    here = Path(place.database or "")
    with _hidden_folder(here.parent if on_sqlite else workplace) as folder:
        dump = folder / "dump"
        manifest = Manifest.of(unpack_dump(path, dump))
        if manifest.engine != place.get_backend_name():
            raise BackupNotForHere(reason="engine", found=manifest.engine)
        if manifest.revision not in known_revisions():
            raise BackupNotForHere(reason="revision", found=manifest.revision)
        if not force and has_content(url):
            raise DatabaseNotEmpty
        values = {
            "at": f"{moment.now:%Y-%m-%d %H:%M:%S.%f}",
            "actor": actor,
            "backup_at": f"{datetime.fromisoformat(manifest.created_at):%Y-%m-%d %H:%M:%S.%f}",
            "sha256": manifest.sha256,
        }
        if on_sqlite:
            _mark_sqlite(dump, manifest, values)
            exchange_database(dump, here)
        else:
            restore_database(_libpq(place), dump, _for_psql(MARK), values)
    return manifest


def known_revisions() -> list[str]:
    """The revisions of the tables that this version of the service knows, the newest first."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return [script.revision for script in scripts.walk_revisions()]


def has_content(url: str) -> bool:
    """Whether anybody or anything is in the database; one that cannot be read counts as full."""
    with _engine(url) as engine:
        try:
            with engine.connect() as connection:
                there = set(engine.dialect.get_table_names(connection))
                return any(
                    connection.scalar(text(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608
                    for table in WITH_CONTENT
                    if table in there
                )
        except DatabaseError:
            return True


def _mark_sqlite(dump: Path, manifest: Manifest, values: dict[str, str]) -> None:
    check_database(dump)
    with _engine(f"sqlite:///{dump}") as engine, engine.begin() as connection:
        facts = _facts(connection)
        told = {name: getattr(manifest, name) for name in facts}
        if facts != told:
            raise BackupDamaged(reason="content")
        for statement in MARK:
            connection.execute(text(statement), values)


def _for_psql(statements: Sequence[str]) -> str:
    """The same SQL with its values as variables of psql, quoted by it."""
    quoted = [re.sub(r":(\w+)", r":'\1'", statement) for statement in statements]
    return "SET search_path = public;\n" + ";\n".join(quoted) + ";\n"


def _dump_postgresql(place: URL, dump: Path) -> dict[str, object]:
    with _engine(place.render_as_string(hide_password=False)) as engine:
        level = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**level) as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            facts = _facts(connection)
            dump_database(_libpq(place), dump, str(snapshot))
    return facts


def _facts(connection: Connection) -> dict[str, object]:
    """The revision of the tables and the end of the events, at the instant of a connection."""
    head = connection.scalar(text("SELECT digest FROM event_seals ORDER BY position DESC LIMIT 1"))
    return {
        "revision": connection.scalar(text("SELECT version_num FROM alembic_version")),
        "event_head": bytes(head or b"").hex(),
        "last_event": connection.scalar(text("SELECT max(id) FROM events")) or 0,
    }


def _libpq(place: URL) -> dict[str, str]:
    """Where the database is and how to enter it, as the variables of libpq."""
    told = {
        "PGHOST": place.host,
        "PGPORT": str(place.port) if place.port else None,
        "PGUSER": place.username,
        "PGPASSWORD": str(place.password) if place.password else None,
        "PGDATABASE": place.database,
        **{MORE_OF_LIBPQ[name]: str(value) for name, value in place.query.items()
           if name in MORE_OF_LIBPQ},
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _hidden_folder(parent: Path) -> Iterator[Path]:
    """A folder of our own, which is gone afterwards with all that is in it."""
    with tempfile.TemporaryDirectory(prefix=HIDDEN, dir=parent) as folder:
        yield Path(folder)
