"""Fixtures of the reliability runs: the prepared stages on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import ENGINES, Server
from tests.reliability.killing import Tally
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome
from tests.reliability.stages import Stage, build_stages
from tests.telling import Tell
from webapp.database import configure_engine

FEW_EMPLOYERS = 80  # with each of the register's oddities among them


@pytest.fixture(scope="session", params=ENGINES)
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Stage]:
    """The office at every stage; tests work on copies of it."""
    root = tmp_path_factory.mktemp(f"stages-{request.param}")
    if request.param == "sqlite":
        office = empty_office(root / "filed", request.getfixturevalue("migrated_file"))
    else:
        server: Server = request.getfixturevalue("migrated_server")
        server.create("filed", template="migrated")
        office = Office(root / "filed", server, "filed")
        office.prepare()
    return build_stages(office, lambda name: root / name)


@pytest.fixture(scope="session")
def small_stages(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """The same with few employers, on SQLite: for harm that is done again and again."""
    root = tmp_path_factory.mktemp("small-stages")
    office = empty_office(root / "filed", migrated_file)
    return build_stages(office, lambda name: root / name, FEW_EMPLOYERS)


def empty_office(folder: Path, migrated: Path) -> Office:
    office = Office(folder)
    office.prepare()
    copy(migrated, office.sqlite_file)
    return office


@pytest.fixture(scope="session")
def outcomes_alone(stages: dict[str, Stage]) -> dict[str, Outcome]:
    """What one run alone makes of each stage, kept by whoever needs it first."""
    return {}


@pytest.fixture
def tally(tell: Tell) -> Iterator[Callable[[str], Tally]]:
    """Counts the kills of one test, and tells them at the end of all tests."""
    tallies: dict[str, Tally] = {}
    yield lambda label: tallies.setdefault(label, Tally())
    for label, found in tallies.items():
        tell(f"{label}: {found}")


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with rates, closed days, agencies and channels."""
    path = tmp_path_factory.mktemp("lives") / "founded.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    engine = configure_engine(create_engine(f"sqlite:///{path}"))
    with Session(engine) as session:
        builders.foundations(session)
        builders.late_rules(session)
    engine.dispose()
    return path
