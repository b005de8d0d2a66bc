"""An office that lives through random days, and a clerk who keeps count of it with a pencil."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, create_engine, event, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.bank import Bank
from tests.reliability.bank_files import check_bank_files
from tests.reliability.completeness import check_nothing_left_out, check_surcharges
from tests.reliability.invariants import check_tables
from tests.reliability.offices import Office
from tests.services.collecting import FILED
from tests.services.correcting import owed_on
from webapp.adapters.messages import Delivery
from webapp.adapters.transports import FolderTransport
from webapp.data.loader import load_reasons
from webapp.database import configure_engine
from webapp.domain.errors import IllegalMove, RuleRefused, TransportRefused
from webapp.domain.facts import Fact
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import Account, Attempt, BankFile, Debit, Due, DueKind, Employer, Notice, Posting
from webapp.services.answers import import_answers
from webapp.services.bank_files import approve_bank_file, confirm_sent, send_bank_files
from webapp.services.debits import cancel_debit, release_debit
from webapp.services.declaration_corrections import correct_declaration, latest_revision
from webapp.services.declarations import Filing, WorksiteWages
from webapp.services.notices import record_bounce
from webapp.services.refusals import follow_up_refusals
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.working_day import WorkingDay, load_calendar

FIRST_PERIOD = Period.parse("2026-09")  # overdue on the first day
CODES = {Fact.ACCEPTED: "ACCP", Fact.DEBITED: "ACSC", Fact.REFUSED: "RJCT"}
CANCELLABLE = (
    DebitStatus.PLANNED,
    DebitStatus.ANNOUNCED,
    DebitStatus.HELD,
    DebitStatus.REFUSED,
)

LONGEST_WAY = 8  # bank days from a filing, or a refusal, to the bank

T = TypeVar("T")
# EndToEndId, reference of the file, centimes.
AtTheBank = tuple[str, str, int]


class PowerCut(BaseException):
    """The machine stops in the middle of a delivery."""


@dataclass
class Postman:
    """Carries files into the banks' folders; `accident` says what happens on the way."""

    folders: dict[str, FolderTransport]
    accident: str = ""
    arrived: set[str] = field(default_factory=set)

    def to(self, channel: str) -> Carrier:
        return Carrier(self, channel)


@dataclass
class Carrier:
    """The transport of one channel."""

    postman: Postman
    channel: str

    def deliver(self, source: Path, name: str) -> None:
        if self.postman.accident == "refused":
            raise TransportRefused(name=name, reason="no_folder")
        if self.postman.accident == "power cut before":
            raise PowerCut
        assert source.stem not in self.postman.arrived, f"{name} was delivered twice"
        self.postman.folders[self.channel].deliver(source, name)
        self.postman.arrived.add(source.stem)
        if self.postman.accident == "power cut after":
            raise PowerCut


class LivingOffice:
    """What a fund, its employers and their banks do, one action after the other.

    Beside the tables it keeps what it knows by itself: what was declared, and what the bank told.
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
        self.messages: list[Path] = []

    def close(self) -> None:
        self.session.close()
        self.engine.dispose()

    def day(self, actor: str = "scheduler") -> WorkingDay:
        return WorkingDay(Moment.morning_of(self.today), self.calendar, CollectionRules(), actor)

    # What employers do.

    def join(self, worksites: int, *, reachable: bool) -> None:
        builders.employer(
            self.session, worksites=worksites, phone="0550123456" if reachable else ""
        )

    def sign(self, pick: int, ceiling: int | None, bank: str, worksites: tuple[str, ...]) -> bool:
        """Whether the signature was taken; the rules refuse a second mandate."""
        owner = self._pick(select(Employer).order_by(Employer.id), pick)
        if owner is None:
            return False
        try:
            builders.mandate(
                self.session,
                self.day("employer"),
                owner,
                rib=builders.account(bank),
                ceiling=ceiling,
                covers_arrears=True,
                worksites=worksites,
            )
        except RuleRefused:
            return False
        return True

    def file(self, pick: int, base: int) -> None:
        """The employer's next period, each worksite with the same base."""
        owner = self._pick(select(Employer).order_by(Employer.id), pick)
        if owner is None:
            return
        period = self.periods.get(owner.id, FIRST_PERIOD)
        self.periods[owner.id] = period.next()
        worksites = ("W1",) if owner.id % 2 else ("W1", "W2")
        builders.declaration(
            self.session,
            self.day("employer"),
            owner,
            period=period.code,
            base=base,
            worksites=worksites,
        )
        self.declared[owner.id, period.code] = len(worksites) * owed_on(base)

    def correct(self, pick: int, first: int, second: int) -> None:
        """The employer corrects a period that they filed: a base for each worksite, 0 for none."""
        if not self.declared:
            return
        filed = sorted(self.declared)
        owner_id, code = filed[pick % len(filed)]
        owner = self.session.get_one(Employer, owner_id)
        period = Period.parse(code)
        bases = {name: base for name, base in (("W1", first), ("W2", second)) if base}
        filing = Filing(
            owner.member_number,
            period,
            tuple(WorksiteWages(name, 3, Centimes(b), Centimes(b)) for name, b in bases.items()),
            f"form-{next(builders.numbers)}",
            nil=not bases,
        )
        self.session.rollback()
        revision = latest_revision(self.session, owner_id, period)
        correct_declaration(
            self.session, self.day("employer"), builders.VAULT, lambda *_: None, filing, revision
        )
        self.declared[owner_id, code] = sum(owed_on(base) for base in bases.values())

    # What the collection office does.

    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    def run(self, delivery: Delivery = Delivery.ACCEPTED) -> None:
        provider = builders.Provider(delivery)
        tools = RunTools(builders.VAULT, self.office.outbox, provider, load_reasons())
        known = set(self._all(select(Due.id).where(Due.kind == DueKind.SURCHARGE)))
        run_due_debits(self.session, self.day(), tools)
        check_nothing_left_out(self.session, self.day())
        check_surcharges(self.session, known)

    def approve(self) -> None:
        statement = select(BankFile.reference).where(BankFile.status == BankFileStatus.WRITTEN)
        for reference in self._all(statement):
            try:
                approve_bank_file(self.session, self.day("salima"), reference, self.office.outbox)
            except RuleRefused:
                continue  # Past its cut-off: the next run plans its debits anew.

    def send(self, accident: str = "") -> None:
        self.postman.accident = accident
        transports = {name: self.postman.to(name) for name in self.postman.folders}
        try:
            send_bank_files(
                self.session, self.day(), self.office.outbox, transports, self.office.journal
            )
        except (PowerCut, TransportRefused):
            self.session.rollback()

    def work_for_a_day(self, accident: str = "") -> None:
        """The usual: a run, an approval, a sending, and it is the next bank day."""
        self.run()
        self.approve()
        self.send(accident)
        self.today = self.calendar.add_bank_days(self.today, 1)

    def work_until_something_leaves(self, accident: str = "") -> None:
        before = len(self.postman.arrived)
        for _ in range(LONGEST_WAY):
            self.work_for_a_day(accident)
            if len(self.postman.arrived) > before:
                return

    def in_doubt(self) -> list[str]:
        """The files of which it is not known that they arrived, and which did."""
        statement = select(BankFile.reference).where(BankFile.status == BankFileStatus.UNKNOWN)
        return [one for one in self._all(statement) if one in self.postman.arrived]

    def confirm(self, pick: int) -> None:
        """The bank says that it has one of them."""
        arrived = self.in_doubt()
        confirm_sent(self.session, self.day("salima"), arrived[pick % len(arrived)])

    def held(self) -> list[str]:
        return self._all(select(Debit.reference).where(Debit.status == DebitStatus.HELD))

    def release(self, pick: int) -> None:
        held = self.held()
        release_debit(self.session, self.day("salima"), held[pick % len(held)])

    def release_any(self, pick: int) -> None:
        debit = self._pick(select(Debit).order_by(Debit.id), pick)
        if debit is not None:
            held = debit.status is DebitStatus.HELD
            self._decide(release_debit, debit.reference, allowed=held)

    def cancel(self, pick: int) -> None:
        debit = self._pick(select(Debit).order_by(Debit.id), pick)
        if debit is not None:
            allowed = debit.status in CANCELLABLE
            self._decide(cancel_debit, debit.reference, allowed=allowed)

    def _decide(self, decision: Any, reference: str, *, allowed: bool) -> None:
        self.session.rollback()
        try:
            decision(self.session, self.day("salima"), reference)
        except IllegalMove:
            assert not allowed, f"{decision.__name__} of {reference} was refused"
        else:
            assert allowed, f"{decision.__name__} of {reference} was not refused"

    def bounce(self, pick: int) -> None:
        """The provider tells that a notice did not arrive after all."""
        told = select(Debit.reference, Notice.version).join(Debit, Debit.id == Notice.debit_id)
        notices = self.session.execute(told.order_by(Notice.id)).all()
        self.session.rollback()
        if notices:
            reference, version = notices[pick % len(notices)]
            assert record_bounce(self.session, self.day(), f"{reference}.{version}")

    # What banks do.

    def answer(self, pick: int, fact: Fact, reason: str) -> None:
        """The bank tells one fact of an attempt that it has, in a message of its own."""
        there = self._all_at_the_bank()
        if there:
            self._tell(there[pick % len(there)], fact, reason)

    def _tell(self, attempt: AtTheBank, fact: Fact, reason: str) -> None:
        reference, file, amount = attempt
        if fact is Fact.SETTLED:
            message = self.bank.settled({reference: amount})
        elif fact is Fact.RETURNED:
            message = self.bank.returned({reference: amount}, reason=reason)
        else:
            message = self.bank.status(file, {reference: CODES[fact]}, reason=reason)
        self.told[reference].add(fact)
        self.amounts[reference] = amount
        self.take_in(message)

    def answer_everything(self, fact: Fact, reason: str) -> None:
        """The bank tells one fact of everything that it has not answered yet."""
        unanswered = [one for one in self._all_at_the_bank() if one[0] not in self.told]
        for attempt in unanswered:
            self._tell(attempt, fact, reason)

    def refuse_file(self, pick: int, reason: str) -> None:
        """The bank refuses a whole file."""
        there = self._all_at_the_bank()
        if not there:
            return
        file = there[pick % len(there)][1]
        statement = (
            select(Attempt.end_to_end_id, Attempt.amount_centimes)
            .join(BankFile, BankFile.id == Attempt.bank_file_id)
            .where(BankFile.reference == file)
        )
        for reference, amount in self.session.execute(statement):
            self.told[reference].add(Fact.REFUSED)
            self.amounts[reference] = amount
        self.session.rollback()
        self.take_in(self.bank.status(file, {}, group="RJCT", reason=reason))

    def pay_what_nobody_asked_for(self, centimes: int) -> None:
        self.unmatched += centimes
        self.take_in(self.bank.settled({f"STRANGER-{self.unmatched}": centimes}))

    def repeat(self, pick: int) -> None:
        """A message comes a second time."""
        self.take_in(self.messages[pick % len(self.messages)])

    def take_in(self, message: Path) -> None:
        self.messages.append(message)
        day = self.day()
        import_answers(self.session, day, builders.VAULT, message, self.office.home / "inbox")
        follow_up_refusals(self.session, day, load_reasons())

    def _all_at_the_bank(self) -> list[AtTheBank]:
        """The attempts that have arrived, the latest first."""
        rows = self.session.execute(
            select(Attempt.end_to_end_id, BankFile.reference, Attempt.amount_centimes)
            .join(BankFile, BankFile.id == Attempt.bank_file_id)
            .where(BankFile.reference.in_(self.postman.arrived))
            .order_by(Attempt.id.desc())
        ).all()
        self.session.rollback()
        return [(row[0], row[1], row[2]) for row in rows]

    # What must hold.

    def check(self) -> None:
        """After every action: the tables agree with each other and with what we know."""
        check_tables(self.session)
        assert self._declared() == sum(self.declared.values())
        bank = self.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_centimes), 0)).where(
                Posting.account == Account.BANK
            )
        )
        expected = self.unmatched + sum(
            self.amounts[reference] * ((Fact.SETTLED in facts) - (Fact.RETURNED in facts))
            for reference, facts in self.told.items()
        )
        assert bank == expected, f"{bank} at the bank, told of {expected}"
        self.session.rollback()

    def check_files(self) -> None:
        """At the end: the files, the journal and what was delivered."""
        check_bank_files(self.session, self.office)

    def _declared(self) -> int:
        total = self.session.scalar(
            select(func.coalesce(func.sum(Due.amount_centimes), 0)).where(
                Due.revision.is_not(None), Due.status != DueStatus.SUPERSEDED
            )
        )
        return int(total or 0)

    def _all(self, statement: Select[tuple[T]]) -> list[T]:
        found = list(self.session.scalars(statement))
        self.session.rollback()
        return found

    def _pick(self, statement: Select[tuple[T]], pick: int) -> T | None:
        found = list(self.session.scalars(statement))
        return found[pick % len(found)] if found else None


def _hurried(engine: Engine) -> Engine:
    """No power is cut under these tests: what is on its way to the disk may take its time."""
    configure_engine(engine)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine
