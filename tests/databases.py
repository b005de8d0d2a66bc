"""The two databases under every test of tables and services: real SQLite, real PostgreSQL.

Both are made by the migrations once for all tests; each test gets a copy of its own.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from sqlalchemy import URL, Engine, QueuePool, create_engine, make_url
from sqlalchemy.orm import Session

from webapp import create_app
from webapp.config import TestConfig
from webapp.database import configure_engine
from webapp.extensions import db

MISSING = (
    "PostgreSQL's server programs are not installed: tests on it are SKIPPED. "
    "Install them with: apt-get install postgresql"
)
numbers = count(1)


def find_postgresql() -> Path | None:
    """The folder that holds initdb and pg_ctl."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    return Path(folders[-1]) if folders else None


@dataclass(frozen=True)
class Server:
    """A private PostgreSQL server that listens on a socket in its own folder only."""

    programs: Path
    folder: Path
    user: str | None

    def start(self, *, durable: bool) -> None:
        self.call("initdb", "-D", "data", "-U", "khatwa", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self.come_back(durable=durable)

    def come_back(self, *, durable: bool = False) -> None:
        """Begin to serve; after `die`, with what was committed before."""
        fsync = "on" if durable else "off"
        options = f"-k {self.folder} -c listen_addresses='' -c fsync={fsync} -c max_connections=50"
        self.call("pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start")

    def die(self) -> None:
        """End amid whatever it does, as if it had crashed."""
        kept = self.__dict__.pop("clerk", None)
        if kept is not None:
            kept.close()
        self.call("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def stop(self) -> None:
        self.die()
        shutil.rmtree(self.folder)

    def call(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(
            command, cwd=self.folder, user=self.user, check=True, stdout=subprocess.DEVNULL
        )

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://khatwa@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> str:
        # A copy of the files is faster than writing every page to the log as well.
        copying = " STRATEGY file_copy" if self.clerk.info.server_version >= 15_00_00 else ""
        self.clerk.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{copying}')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Delete a database; thousands of them would fill the memory or the disk."""
        self.clerk.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @cached_property
    def clerk(self) -> psycopg.Connection[Any]:
        """The connection that makes and deletes databases, kept until the server ends."""
        return psycopg.connect(
            host=str(self.folder), user="khatwa", dbname="postgres", autocommit=True
        )

    @contextmanager
    def lend(self, template: str) -> Iterator[str]:
        """The address of a copy of a database, which goes when it is given back."""
        name = f"test{next(numbers)}"
        yield self.create(name, template)
        self.drop(name)


def start_server(*, durable: bool = False) -> Server | None:
    """A running private server, or None where the programs are missing.

    `durable`: what is committed is on disk, which tests do not need.
    """
    programs = find_postgresql()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="khatwa-pg-"))
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
        user = "postgres" if any(p.pw_name == "postgres" for p in pwd.getpwall()) else "nobody"
        shutil.chown(folder, user)
    server = Server(programs, folder, user)
    server.start(durable=durable)
    return server


def migrate(folder: Path, url: str = "") -> None:
    """Bring an empty database to the present tables with the migrations."""
    app = create_app(TestConfig.under(folder, url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = start_server()
    if running is None:
        pytest.skip(MISSING)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def migrated_server(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    migrate(tmp_path_factory.mktemp("postgresql"), server.create("migrated"))
    return server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    migrate(folder)
    return folder / "instance" / "database" / "khatwa.sqlite3"


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("migrated_file"), tmp_path)
        return
    server: Server = request.getfixturevalue("migrated_server")
    with server.lend("migrated") as url:
        yield url


def sqlite_copy(migrated: Path, folder: Path) -> str:
    target = folder / f"khatwa-{next(numbers)}.sqlite3"
    shutil.copy(migrated, target)
    return f"sqlite:///{target}"


@dataclass
class Switch:
    """One engine for all tests of a database kind: what it has compiled once, it keeps.

    Its connections go to the database of the test that runs.
    """

    url: URL

    def connect(self) -> Any:
        if self.url.drivername == "sqlite":
            return sqlite3.connect(self.url.database or "", check_same_thread=False)
        return psycopg.connect(
            host=str(self.url.query["host"]), user=self.url.username, dbname=self.url.database
        )


@cache
def engine_of(drivername: str, of: str = "tests") -> tuple[Engine, Switch]:
    """The engine of a database kind, and what points it to a database; one for each user."""
    switch = Switch(make_url("sqlite://"))
    engine = create_engine(f"{drivername}://", creator=switch.connect, poolclass=QueuePool)
    return configure_engine(engine), switch


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    url = make_url(database_url)
    engine, switch = engine_of(url.drivername)
    switch.url = url
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
