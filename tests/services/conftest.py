"""Fixtures of the use cases: a database with its foundations, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import create_engine, delete
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import ENGINES, Server, sqlite_copy
from tests.services.beginnings import BEGINNINGS, Beginnings
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.database import configure_engine
from webapp.models import LateRule


def lay_foundations(url: str) -> None:
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        builders.foundations(session)
    engine.dispose()


@pytest.fixture(scope="session")
def founded_file(migrated_file: Path) -> Path:
    founded = migrated_file.with_name("founded.sqlite3")
    copy(migrated_file, founded)
    lay_foundations(f"sqlite:///{founded}")
    return founded


@pytest.fixture(scope="session")
def founded_server(migrated_server: Server) -> Server:
    lay_foundations(migrated_server.create("founded", template="migrated"))
    return migrated_server


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    return Beginnings(tmp_path_factory.mktemp("beginnings"))


@pytest.fixture(params=ENGINES)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, beginnings: Beginnings
) -> Iterator[str]:
    """A database that holds rates, closed days, agencies and channels.

    Nothing else yet, but for a test that asks for one of the beginnings.
    """
    begun = next((name for name in BEGINNINGS if name in request.fixturenames), None)
    if request.param == "sqlite":
        file: Path = request.getfixturevalue("founded_file")
        yield sqlite_copy(beginnings.file(begun, file, tmp_path) if begun else file, tmp_path)
        return
    server: Server = request.getfixturevalue("founded_server")
    template = beginnings.database(begun, server, tmp_path) if begun else "founded"
    with server.lend(template) as url:
        yield url


@pytest.fixture
def office(session: Session) -> Session:
    """A session on a database with its foundations."""
    return session


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(office: Session, tmp_path: Path) -> Desk:
    """The collection office at work."""
    return Desk(office, tmp_path)


@pytest.fixture
def written(desk: Desk) -> Desk:
    """An office with one written file that waits for a second person."""
    desk.on = FREEZING
    return desk


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """An office with one debit at the bank."""
    desk.on = FREEZING
    return desk


@pytest.fixture
def doubted(desk: Desk) -> Desk:
    """An office with two debits in a file of which nobody knows whether it arrived."""
    desk.on = FREEZING
    return desk


@pytest.fixture
def held(desk: Desk) -> Desk:
    """An office with three debits on hold."""
    desk.on = ANNOUNCING
    return desk


@pytest.fixture
def sealed(session: Session) -> Session:
    """A session on some dozens of events, all sealed by two runs."""
    return session


@pytest.fixture
def late_for_free(office: Session) -> None:
    """Being late costs nothing: for what is about something else."""
    office.execute(delete(LateRule))
    office.commit()
