"""An office at work: what tests of bank files and answers do again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.bank import Bank
from webapp.adapters.journal import SentJournal
from webapp.adapters.transports import FolderTransport
from webapp.data.loader import load_reasons
from webapp.models import Attempt, BankFile, Debit, Due
from webapp.services.answers import Imported, import_answers
from webapp.services.bank_files import approve_bank_file, send_bank_files
from webapp.services.refusals import follow_up_refusals
from webapp.services.reports import RunReport
from webapp.services.runs import run_due_debits

FILED = date(2026, 11, 2)
ANNOUNCING = date(2026, 11, 22)
FREEZING = date(2026, 11, 26)
COLLECTION = date(2026, 11, 30)
AMOUNT = 12_960_000


@dataclass
class Desk:
    """The collection office of a test, with its folders and its bank."""

    session: Session
    folder: Path
    on: date = FILED
    bank: Bank = field(init=False)

    def __post_init__(self) -> None:
        for name in ("outbox", "inbox", "drop", "answers"):
            (self.folder / name).mkdir(exist_ok=True)
        self.bank = Bank(self.folder / "answers")

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    @property
    def journal(self) -> SentJournal:
        return SentJournal(self.folder / "sent-journal.jsonl")

    def file_one(self, period: str = "2026-10", **mandate: object) -> None:
        """An employer with a mandate who has filed a period with one worksite."""
        day = builders.working_day(self.session, self.on)
        owner = builders.employer(self.session)
        builders.mandate(self.session, day, owner, **mandate)
        builders.declaration(self.session, day, owner, period=period)

    def run(self, on: date | None = None) -> RunReport:
        self.on = on or self.on
        day = builders.working_day(self.session, self.on)
        return run_due_debits(self.session, day, builders.tools(self.outbox))

    def approve(self, by: str = "salima") -> None:
        day = builders.working_day(self.session, self.on, by)
        for file in self.files("written"):
            approve_bank_file(self.session, day, file.reference, self.outbox)

    def send(self) -> list[str]:
        day = builders.working_day(self.session, self.on)
        transports = dict.fromkeys(("BNA", "POST"), FolderTransport(self.drop))
        return send_bank_files(self.session, day, self.outbox, transports, self.journal)

    def send_all(self) -> None:
        """From the filing to the file at the bank."""
        self.approve_all()
        self.send()

    def approve_all(self) -> None:
        """From the filing to the file that may leave."""
        for on in (ANNOUNCING, FREEZING):
            self.run(on)
        self.approve()

    def take_in(self, path: Path, on: date | None = None) -> Imported:
        self.on = on or self.on
        day = builders.working_day(self.session, self.on)
        imported = import_answers(self.session, day, builders.VAULT, path, self.folder / "inbox")
        follow_up_refusals(self.session, day, load_reasons())
        return imported

    def files(self, status: str | None = None) -> list[BankFile]:
        self.session.expire_all()
        files = self.session.scalars(select(BankFile).order_by(BankFile.id)).all()
        self.session.commit()
        return [file for file in files if status in (None, file.status.value)]

    def attempts(self) -> list[Attempt]:
        self.session.expire_all()
        return list(self.session.scalars(select(Attempt).order_by(Attempt.id)))

    def debits(self) -> list[Debit]:
        self.session.expire_all()
        return list(self.session.scalars(select(Debit).order_by(Debit.id)))

    def dues(self) -> list[Due]:
        self.session.expire_all()
        return list(self.session.scalars(select(Due).order_by(Due.id)))
