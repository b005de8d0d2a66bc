"""An office that lives through random days, and a clerk who keeps count of it with a pencil."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from sqlalchemy import exists, func, or_, select

from tests import builders
from tests.reliability.bank_files import check_bank_files
from tests.reliability.completeness import check_nothing_left_out, check_surcharges
from tests.reliability.explained import check_explained
from tests.reliability.invariants import check_tables
from tests.reliability.living_calendar import LivingCalendar
from tests.reliability.living_employers import LivingEmployers
from tests.reliability.living_reversals import LivingReversals
from webapp.adapters.messages import Delivery
from webapp.data.loader import load_reasons
from webapp.domain.errors import IllegalMove, RuleRefused, RunStopped
from webapp.domain.facts import Fact
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    BankFile,
    Debit,
    Due,
    DueKind,
    Event,
    Notice,
    PaymentSchedule,
    Posting,
    ScheduledDue,
)
from webapp.services.bank_file_acts import agree_missing, say_missing
from webapp.services.bank_files import (
    FILES,
    approve_bank_file,
    confirm_sent,
    is_past_cut_off,
    send_bank_files,
)
from webapp.services.debits import cancel_debit, release_debit
from webapp.services.notice_bounces import record_bounce
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.transactions import stoppable

CANCELLABLE = (
    DebitStatus.PLANNED,
    DebitStatus.ANNOUNCED,
    DebitStatus.HELD,
    DebitStatus.REFUSED,
)

TAKEN_UP = (
    PaymentScheduleStatus.ACCEPTED,
    PaymentScheduleStatus.COMPLETED,
    PaymentScheduleStatus.BROKEN,
)
BANK_DAYS_OF_A_MONTH, BANK_DAYS_BETWEEN = 21, 2
# A test of lives in which one of these never came to pass would prove little.
MUST_HAPPEN = [
    ("debit", "settled"),
    ("debit", "refused"),
    ("payment", "booked"),
    ("payment", "refused"),
    ("payment", "reversed"),
    ("reversal", "booked"),
    ("reversal", "refused"),
    ("reversal", "unknown"),
    ("request", "granted"),
    ("request", "refused"),
    ("schedule", "accepted"),
    ("schedule", "broken"),
    ("schedule", "completed"),
    ("closed_day", "day_closed"),
    ("closed_day", "day_opened"),
]
LONGEST_WAY = 8  # bank days from a filing, or a refusal, to the bank


class LivingOffice(LivingEmployers, LivingReversals, LivingCalendar):
    """What a fund, its employers and their banks do, one action after the other."""

    def run(self, delivery: Delivery = Delivery.ACCEPTED) -> None:
        known = set(self.all(select(Due.id).where(Due.kind == DueKind.SURCHARGE)))
        run_due_debits(self.session, self.day(), self._tools(delivery))
        check_nothing_left_out(self.session, self.day())
        check_surcharges(self.session, known)

    def stop_a_run(self, after: int) -> None:
        """A run that is told to end, after so many of its transactions."""
        left = iter(range(after))
        with stoppable(self.session, lambda: next(left, None) is None), suppress(RunStopped):
            run_due_debits(self.session, self.day(), self._tools(Delivery.ACCEPTED))

    def _tools(self, delivery: Delivery) -> RunTools:
        provider = builders.Provider(delivery)
        return RunTools(builders.VAULT, self.office.outbox, provider, load_reasons())

    def approve(self) -> None:
        statement = select(BankFile.reference).where(BankFile.status == BankFileStatus.WRITTEN)
        for reference in self.all(statement):
            try:
                approve_bank_file(self.session, self.day("salima"), reference, self.office.outbox)
            except RuleRefused:
                continue  # Past its cut-off: the next run plans its debits anew.

    def send(self, accident: str = "") -> None:
        self.hand_over(send_bank_files, accident)

    def work_for_a_day(self, accident: str = "") -> None:
        """The usual: a run, an approval, a sending, and it is the next bank day."""
        self.run()
        self.approve()
        self.send(accident)
        self.today = self.calendar.add_bank_days(self.today, 1)

    def work_for_a_month(self, fact: Fact) -> None:
        """The usual every few days; the banks tell the same of all that they get."""
        for _ in range(BANK_DAYS_OF_A_MONTH // BANK_DAYS_BETWEEN):
            self.work_for_a_day()
            self.today = self.calendar.add_bank_days(self.today, BANK_DAYS_BETWEEN - 1)
            self.answer_everything(fact, "AM04")

    def work_until_something_leaves(self, accident: str = "") -> None:
        before = len(self.postman.arrived)
        for _ in range(LONGEST_WAY):
            self.work_for_a_day(accident)
            if len(self.postman.arrived) > before:
                return

    def in_doubt(self) -> list[str]:
        """The files of which it is not known that they arrived, and which did."""
        statement = select(BankFile.reference).where(BankFile.status == BankFileStatus.UNKNOWN)
        return [one for one in self.all(statement) if one in self.postman.arrived]

    def confirm(self, pick: int) -> None:
        """The bank says that it has one of them."""
        arrived = self.in_doubt()
        confirm_sent(self.session, self.day("salima"), arrived[pick % len(arrived)])

    def lose_a_file(self, accident: str) -> None:
        """A file is in doubt until its hour has passed; then two people say that the bank has not
        got it. What they were told may be wrong.
        """
        self.work_until_something_leaves(accident)
        self.today = self.calendar.add_bank_days(self.today, BANK_DAYS_BETWEEN)
        unknown = FILES.where(BankFile.status == BankFileStatus.UNKNOWN)
        files = self.session.execute(unknown.order_by(BankFile.id.desc())).all()
        self.session.rollback()
        late = [file.reference for file in files if is_past_cut_off(self.day(), file)]
        for reference in late[:1]:
            say_missing(self.session, self.day("salima"), reference)
            agree_missing(self.session, self.day("karim"), reference, self.office.outbox)
            self.lost += 1

    def held(self) -> list[str]:
        return self.all(select(Debit.reference).where(Debit.status == DebitStatus.HELD))

    def release(self, pick: int) -> None:
        held = self.held()
        release_debit(self.session, self.day("salima"), held[pick % len(held)])

    def release_any(self, pick: int) -> None:
        debit = self.pick(select(Debit).order_by(Debit.id), pick)
        if debit is not None:
            held = debit.status is DebitStatus.HELD
            self._decide(release_debit, debit.reference, allowed=held)

    def cancel(self, pick: int) -> None:
        debit = self.pick(select(Debit).order_by(Debit.id), pick)
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

    # What must hold.

    def check(self) -> None:
        """After every action: the tables agree with each other and with what we know."""
        check_tables(self.session)
        assert self._declared() == sum(self.declared.values())
        bank = self._booked(Account.BANK)
        expected = self.unmatched + sum(
            self.amounts[reference]
            * ((Fact.SETTLED in facts) - (Fact.RETURNED in facts) - (Fact.REVERSED in facts))
            for reference, facts in self.told.items()
        )
        assert bank == expected, f"{bank} at the bank, told of {expected}"
        paid = {Account.ELSEWHERE: self.elsewhere, Account.REFUNDS: -self.refunded}
        for account, amount in paid.items():
            assert self._booked(account) == amount, f"{account} in the books, known {amount}"
        self.session.rollback()

    def check_the_end(self) -> None:
        """At the end: the files, the journal, what was delivered, and what employers are told."""
        check_explained(self.session)
        check_bank_files(self.session, self.office)

    def happened(self) -> Counter[tuple[str, str]]:
        """How often each subject came to each state, by the events."""
        rows = self.session.execute(
            select(Event.subject, Event.target, func.count()).group_by(Event.subject, Event.target)
        ).all()
        self.session.rollback()
        return Counter({(str(subject), target): count for subject, target, count in rows})

    def _booked(self, account: Account) -> int:
        total = self.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_centimes), 0)).where(
                Posting.account == account
            )
        )
        return int(total or 0)

    def _declared(self) -> int:
        """What the dues of declarations come to, with those that schedules have taken up."""
        taken = exists().where(
            ScheduledDue.due_id == Due.id,
            PaymentSchedule.id == ScheduledDue.schedule_id,
            PaymentSchedule.status.in_(TAKEN_UP),
        )
        total = self.session.scalar(
            select(func.coalesce(func.sum(Due.amount_centimes), 0)).where(
                Due.revision.is_not(None), or_(Due.status != DueStatus.SUPERSEDED, taken)
            )
        )
        return int(total or 0)
