"""Where many tests begin: what has happened by then is done once on each engine, then copied.

A test that asks for the fixture of one of these names gets a copy of its database and folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.databases import Server, sqlite_copy
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.doubting import Office
from webapp.database import configure_engine


def sealed(desk: Desk) -> None:
    """Some dozens of events, all sealed by two runs."""
    for _ in range(3):
        desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)


def written(desk: Desk) -> None:
    """One written file that waits for a second person."""
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)


def sent(desk: Desk) -> None:
    """One debit at the bank."""
    desk.file_one()
    desk.send_all()


def doubted(desk: Desk) -> None:
    """Two debits in a file that was on its way when the bank's server fell silent."""
    for _ in range(2):
        desk.file_one()
    for on in (ANNOUNCING, FREEZING):
        desk.run(on)
    desk.approve()
    Office(desk).doubt()


def held(desk: Desk) -> None:
    """Three debits above their ceilings, on hold."""
    for _ in range(3):
        desk.file_one(ceiling=1)
    desk.run(ANNOUNCING)


BEGINNINGS: dict[str, Callable[[Desk], None]] = {
    work.__name__: work for work in (sealed, written, sent, doubted, held)
}


class Beginnings:
    """The databases and folders of the beginnings that tests of this process have asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, Path] = {}
        self.databases: set[str] = set()

    def file(self, name: str, founded: Path, folder: Path) -> Path:
        """The SQLite database to copy; the office's files are put into the folder."""
        own = self.root / "sqlite" / name
        if name not in self.files:
            own.mkdir(parents=True)
            url = sqlite_copy(founded, self.root)
            _work(name, url, own)
            self.files[name] = Path(url.removeprefix("sqlite:///"))
        copytree(own, folder, dirs_exist_ok=True)
        return self.files[name]

    def database(self, name: str, server: Server, folder: Path) -> str:
        """The PostgreSQL database to copy; the office's files are put into the folder."""
        own = self.root / "postgresql" / name
        if name not in self.databases:
            own.mkdir(parents=True)
            _work(name, server.create(name, template="founded"), own)
            self.databases.add(name)
        copytree(own, folder, dirs_exist_ok=True)
        return name


def _work(name: str, url: str, folder: Path) -> None:
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        BEGINNINGS[name](Desk(session, folder))
    engine.dispose()
