"""Two people at a bank file, and the bank that it was for: what tests of files in doubt do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import COLLECTION, FREEZING, Desk
from webapp.adapters.transports import FolderTransport
from webapp.domain.errors import DeliveryUnknown, TransportRefused
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Account, Employer, Mandate, Posting
from webapp.services.bank_file_acts import agree_missing, ask_to_send, carry_by_hand, say_missing
from webapp.services.bank_files import send_bank_files
from webapp.services.declaration_corrections import correct_declaration
from webapp.services.declarations import Filing, WorksiteWages

# The day of the debits of the file: the bank's hour for it was on the bank day before.
NEXT_DAY = COLLECTION
BANK_DAYS_AHEAD = 2  # of its day a debit is frozen


class CountingBank(FolderTransport):
    """Counts what it is brought; a bank that takes files up as they come keeps none of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.brought: list[tuple[str, bytes]] = []
        self.trouble: Exception | None = None
        self.then: Callable[[], object] = lambda: None

    def deliver(self, source: Path, name: str) -> None:
        if isinstance(self.trouble, TransportRefused):
            raise self.trouble
        self.brought.append((name, source.read_bytes()))
        self.then()
        if self.trouble is not None:
            raise self.trouble


class Office:
    """Two people at the file of the desk, and its bank."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.bank = desk, CountingBank(desk.drop)
        self.on = FREEZING

    @property
    def reference(self) -> str:
        return self.desk.files()[0].reference

    def day(self, by: str = "salima") -> builders.WorkingDay:
        return builders.working_day(self.desk.session, self.on, by)

    def send(self, *, asked_only: bool = True) -> list[str]:
        banks = dict.fromkeys(("BNA", "POST"), self.bank)
        desk = self.desk
        return send_bank_files(
            desk.session, self.day(), desk.outbox, banks, desk.journal, asked_only=asked_only
        )

    def ask(self, by: str = "salima") -> None:
        ask_to_send(self.desk.session, self.day(by), self.reference, self.desk.outbox)

    def carry(self) -> None:
        desk = self.desk
        carry_by_hand(desk.session, self.day(), self.reference, desk.outbox, desk.journal)

    def say(self, by: str) -> None:
        say_missing(self.desk.session, self.day(by), self.reference)

    def agree(self, by: str) -> None:
        agree_missing(self.desk.session, self.day(by), self.reference, self.desk.outbox)

    def doubt(self) -> None:
        """The file was on its way when the bank's server fell silent."""
        self.bank.trouble = DeliveryUnknown(name="", reason="no_answer")
        self.ask()
        with pytest.raises(DeliveryUnknown):
            self.send()
        self.bank.trouble = None
        self.standing(BankFileStatus.UNKNOWN, DebitStatus.UNKNOWN)

    def standing(self, file: BankFileStatus, debit: DebitStatus) -> None:
        assert (self.desk.files()[0].status, self.desk.debits()[0].status) == (file, debit)
        self.desk.session.rollback()


class Lost(Office):
    """Two debits in a file of which the bank knows nothing, and the day on which that is said."""

    def give_up(self) -> None:
        self.on = NEXT_DAY
        self.say("salima")
        self.agree("karim")

    def debit(self, number: int = 0) -> DebitStatus:
        return self.desk.debits()[number].status

    def states(self) -> tuple[set[DebitStatus], list[BankFileStatus]]:
        debits = {one.status for one in self.desk.debits()}
        files = [one.status for one in self.desk.files()]
        self.desk.session.rollback()
        return debits, files

    def ids(self) -> list[str]:
        found = [one.end_to_end_id for one in self.desk.attempts()]
        self.desk.session.rollback()
        return found

    def freeze_again(self) -> date:
        """Until the debits stand in a new file, written and not approved; the day of the file."""
        self.go_on()
        return self.desk.files("written")[0].collect_on

    def go_on(self) -> None:
        """A run today, and one on the day on which what it has announced is frozen."""
        self.desk.run(self.on)
        if self.desk.files("written"):
            return
        day = self.day()
        self.on = day.calendar.subtract_bank_days(day.feasible_on, BANK_DAYS_AHEAD)
        self.desk.run(self.on)

    def send_again(self) -> None:
        self.freeze_again()
        self.desk.approve()
        assert len(self.send(asked_only=False)) == 1

    def money(self, account: Account) -> int:
        total = select(func.coalesce(func.sum(Posting.amount_centimes), 0))
        found = self.desk.session.scalar(total.where(Posting.account == account))
        self.desk.session.rollback()
        return int(found or 0)

    def is_live(self, end_to_end_id: str) -> bool:
        live = {one.end_to_end_id for one in self.desk.attempts() if one.failed_at is None}
        self.desk.session.rollback()
        return end_to_end_id in live

    def correct_first(self) -> None:
        """The first employer has declared too much."""
        session = self.desk.session
        owner = session.get_one(Employer, self.desk.debits()[0].employer_id)
        less = WorksiteWages("W1", 5, Centimes(90_000_000), Centimes(90_000_000))
        filing = Filing(owner.member_number, Period.parse("2026-10"), (less,), "corrected")
        session.rollback()
        correct_declaration(session, self.day(), builders.VAULT, lambda *_: None, filing, 1)

    def work_on(self) -> None:
        """The office goes on, and sends whatever is to be sent."""
        self.go_on()
        self.desk.approve()
        self.send(asked_only=False)

    def check(self) -> None:
        check_tables(self.desk.session)

    def hold_second(self) -> None:
        """The second employer's debit goes no further: a person must look."""
        session = self.desk.session
        mandate = session.get_one(Mandate, self.desk.debits()[1].mandate_id)
        mandate.ceiling_centimes = 1
        session.commit()
