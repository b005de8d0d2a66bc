"""The queue of the workers: its tables, and a worker that is told to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, create_engine, text

from tests.adapters.slow_worker import RULES
from tests.databases import Server
from webapp import create_app
from webapp.adapters.job_queue import JobQueue
from webapp.config import PROJECT, TestConfig
from webapp.extensions import db

LONGEST_WAIT = 60.0
LONGEST_GOODBYE = 5.0
MIGRATION = PROJECT / "webapp/migrations/versions/0014_queue.sql"

pytestmark = pytest.mark.postgresql


@pytest.fixture
def engine(migrated_server: Server) -> Iterator[Engine]:
    with migrated_server.lend("migrated") as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


def statuses(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT status FROM procrastinate_jobs")))


def test_the_tables_are_those_of_the_package_that_is_installed() -> None:
    """When it moves on, its changes need a migration of ours."""
    assert MIGRATION.read_text().endswith(SchemaManager.get_schema())


def test_the_migrations_are_complete_on_postgresql(migrated_server: Server, tmp_path: Path) -> None:
    with migrated_server.lend("migrated") as url:
        app = create_app(TestConfig.under(tmp_path, url))
        with app.app_context():
            flask_migrate.check()
            db.engine.dispose()


@contextmanager
def worker(engine: Engine, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own, killed at the end."""
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.slow_worker", url, *arguments],
        cwd=PROJECT,
        env=os.environ,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(LONGEST_WAIT)


def wait_until(connection: Connection, wanted: list[str]) -> None:
    """Until the jobs stand like that."""
    give_up = time.monotonic() + LONGEST_WAIT
    while statuses(connection) != wanted:
        assert time.monotonic() < give_up, statuses(connection)
        time.sleep(0.05)


def test_a_worker_told_to_end_stops_amid_a_long_job_and_leaves_it(engine: Engine) -> None:
    queue = JobQueue(engine, RULES)
    with engine.begin() as connection:
        queue.defer(connection, [{"first": 1}])
    with worker(engine) as one, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        wait_until(connection, ["doing"])
        one.terminate()
        assert one.wait(LONGEST_GOODBYE) == 0
        assert statuses(connection) == ["aborted"]
        assert queue.take_abandoned(connection) == [{"first": 1}]


def test_what_a_killed_worker_held_is_done_by_another_one(engine: Engine) -> None:
    """No run is there that would do it instead."""
    queue = JobQueue(engine, RULES)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE noted (first INTEGER)"))
        queue.defer(connection, [{"first": 1}])
    with worker(engine) as holding, engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        wait_until(connection, ["doing"])
        with worker(engine, "notes"), worker(engine, "notes"):
            while queue.living_workers(connection) < 3:
                time.sleep(0.05)
            assert statuses(connection) == ["doing"]
            holding.kill()
            wait_until(connection, [])
            assert connection.scalars(text("SELECT first FROM noted")).all() == [1]
