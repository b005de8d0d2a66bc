"""Fixtures of the tables: an office whose tables hold at least one row of each kind.

It is made once for each engine. A test writes into it through one session that never commits,
and all that it wrote is taken back at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import ENGINES, Server, sqlite_copy
from tests.services.collecting import AMOUNT, Desk
from webapp.database import configure_engine


def at_work(session: Session, folder: Path) -> None:
    """Two employers whose debits are at the bank, the second's settled; a third has just filed."""
    builders.foundations(session)
    desk = Desk(session, folder)
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[1].end_to_end_id: AMOUNT}))
    desk.file_one()


@pytest.fixture(scope="session", params=ENGINES)
def office_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The engine of the office at work."""
    folder = tmp_path_factory.mktemp("office")
    if request.param == "sqlite":
        url = sqlite_copy(request.getfixturevalue("migrated_file"), folder)
    else:
        server: Server = request.getfixturevalue("migrated_server")
        url = server.create("tables", template="migrated")
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        at_work(session, folder)
    yield engine
    engine.dispose()


@pytest.fixture
def tables(office_engine: Engine) -> Iterator[Session]:
    """A session on the tables of the office at work; nothing of it stays."""
    with Session(office_engine) as session:
        yield session
        session.rollback()
