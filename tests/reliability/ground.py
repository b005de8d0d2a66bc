"""Where an office lives: its database, its day, and the pencil of a clerk who keeps count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, create_engine, event, select
from sqlalchemy.orm import Session

from tests.bank import Bank
from tests.reliability.offices import Office
from tests.reliability.postman import Postman, PowerCut
from tests.services.collecting import FILED
from webapp.adapters.transports import FolderTransport
from webapp.database import configure_engine
from webapp.domain.errors import TransportRefused
from webapp.domain.facts import Fact
from webapp.domain.moment import Moment
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.models import Employer
from webapp.services.working_day import WorkingDay, load_calendar

T = TypeVar("T")


class Ground:
    """What everybody in an office stands on.

    Beside the tables it keeps what is known without them: what was declared, what the bank told,
    what was paid elsewhere and what was given up or back.
    """

    def __init__(self, founded: Path, folder: Path) -> None:
        self.office = Office(folder)
        self.office.prepare()
        self.office.sqlite_file.write_bytes(founded.read_bytes())
        self.engine = _hurried(create_engine(self.office.url))
        self.session = Session(self.engine)
        self.calendar = load_calendar(self.session)
        self.bank = Bank(self.office.answers)
        channels = ("BNA", "POST")
        self.postman = Postman(
            {name: FolderTransport(self.office.delivered / name) for name in channels}
        )
        self.today = FILED
        self.declared: dict[tuple[int, str], int] = {}
        self.periods: dict[int, Period] = {}
        self.told: dict[str, set[Fact]] = defaultdict(set)
        self.amounts: dict[str, int] = {}
        self.unmatched = 0
        self.elsewhere = 0
        self.refunded = 0
        self.lost = 0
        self.messages: list[Path] = []

    def close(self) -> None:
        self.session.close()
        self.engine.dispose()

    def day(self, actor: str = "scheduler") -> WorkingDay:
        return WorkingDay(Moment.morning_of(self.today), self.calendar, CollectionRules(), actor)

    def hand_over(self, send: Callable[..., object], accident: str) -> None:
        """Have the postman carry what `send` sends, with an accident on the way."""
        self.postman.accident = accident
        transports = {name: self.postman.to(name) for name in self.postman.folders}
        try:
            send(self.session, self.day(), self.office.outbox, transports, self.office.journal)
        except (PowerCut, TransportRefused):
            self.session.rollback()

    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    def owner(self, pick: int) -> Employer | None:
        return self.pick(select(Employer).order_by(Employer.id), pick)

    def all(self, statement: Select[tuple[T]]) -> list[T]:
        found = list(self.session.scalars(statement))
        self.session.rollback()
        return found

    def pick(self, statement: Select[tuple[T]], pick: int) -> T | None:
        found = list(self.session.scalars(statement))
        return found[pick % len(found)] if found else None


def _hurried(engine: Engine) -> Engine:
    """No power is cut under these tests: what is on its way to the disk may take its time."""
    configure_engine(engine)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine
