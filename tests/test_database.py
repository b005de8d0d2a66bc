"""The embedded database keeps what it acknowledged and does not fail under load."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from webapp.database import check_engine, configure_engine
from webapp.domain.errors import UnsafeConfiguration


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = configure_engine(create_engine(f"sqlite:///{tmp_path}/test.sqlite3"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield engine
    engine.dispose()


def test_every_setting_is_taken(engine: Engine) -> None:
    check_engine(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


def test_a_database_that_loses_commits_is_refused(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/careless.sqlite3")
    with pytest.raises(UnsafeConfiguration, match="journal_mode"):
        check_engine(engine)
    engine.dispose()


def test_one_that_cannot_be_opened_now_is_looked_at_when_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "away"
    engine = create_engine(f"sqlite:///{folder}/careless.sqlite3")
    check_engine(engine)
    folder.mkdir()
    with pytest.raises(UnsafeConfiguration, match="journal_mode"), engine.connect():
        pass
    engine.dispose()


def test_transactions_that_read_before_they_write_wait_for_each_other(engine: Engine) -> None:
    def count_up() -> None:
        for _ in range(20):
            with engine.begin() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 80


def test_a_page_reads_while_a_run_writes(engine: Engine) -> None:
    with engine.begin() as writing:
        writing.execute(text("UPDATE counter SET n = 7"))
        with engine.connect().execution_options(read_only=True) as reading:
            assert reading.execute(text("SELECT n FROM counter")).scalar_one() == 0


def test_a_transaction_that_only_reads_cannot_write(engine: Engine) -> None:
    with engine.connect().execution_options(read_only=True) as reading:
        with pytest.raises(OperationalError, match="readonly"):
            reading.execute(text("UPDATE counter SET n = 9"))
        reading.rollback()
    with engine.begin() as writing:
        writing.execute(text("UPDATE counter SET n = 1"))
