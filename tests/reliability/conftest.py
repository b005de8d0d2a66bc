"""Fixtures of the reliability runs: the prepared stages on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest

from tests.databases import ENGINES, Server
from tests.reliability.killing import Tally
from tests.reliability.offices import Office
from tests.reliability.stages import Stage, build_stages

TALLIES = pytest.StashKey[dict[str, Tally]]()


@pytest.fixture(scope="session", params=ENGINES)
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Stage]:
    """The office at every stage; tests work on copies of it."""
    root = tmp_path_factory.mktemp(f"stages-{request.param}")
    server: Server | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("migrated_server")
        server.create("filed", template="migrated")
    office = Office(root / "filed", server, "filed" if server else "")
    office.prepare()
    if server is None:
        migrated: Path = request.getfixturevalue("migrated_file")
        copy(migrated, office.sqlite_file)
    return build_stages(office, lambda name: root / name)


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Callable[[str], Tally]:
    """Counts the kills of one test; all of them are told at the end of the tests."""
    tallies = pytestconfig.stash.setdefault(TALLIES, {})

    def of(label: str) -> Tally:
        return tallies.setdefault(label, Tally())

    return of


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tallies = terminalreporter.config.stash.get(TALLIES, {})
    for label, found in tallies.items():
        terminalreporter.write_line(f"{label}: {found}")
