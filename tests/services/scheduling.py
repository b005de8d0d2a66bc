"""An employer with old debts and the agency that divides them: what tests of schedules do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED, Desk
from tests.services.living import Told
from webapp.domain.instalments import Part, draft_parts
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    DebitLine,
    Due,
    DueKind,
    Employer,
    Instalment,
    Mandate,
    PaymentSchedule,
)
from webapp.services.books import Entry, Leg, balances, post, verify_books
from webapp.services.payment_schedules import own_schedule
from webapp.services.schedule_acceptance import accept_schedule
from webapp.services.schedule_proposals import Proposal, propose_schedule, withdraw_schedule
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

ALL = Scope(None)
OLD_PERIODS = ("2026-06", "2026-07")
FIRST_DAY = date(2026, 11, 30)
# 30 January 2027 is a Saturday.
DAYS = (FIRST_DAY, date(2026, 12, 30), date(2027, 1, 28))


@dataclass
class Debtor:
    """An employer under an authorisation that does not cover what was owed before it."""

    desk: Desk
    told: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.session = self.desk.session
        self.owner: Employer = builders.employer(self.session)
        for period in OLD_PERIODS:
            builders.declaration(self.session, self.day(FILED), self.owner, period=period)
        self.mandate = builders.mandate(self.session, self.day(FILED), self.owner)
        self.owner_id = self.owner.id
        self.session.rollback()

    def day(self, on: date | None = None, actor: str = "staff:1") -> WorkingDay:
        return builders.working_day(self.session, on or self.desk.on, actor)

    def old_dues(self) -> list[int]:
        ids = self.session.scalars(
            select(Due.id)
            .where(
                Due.employer_id == self.owner_id,
                Due.period.in_(OLD_PERIODS),
                Due.kind == DueKind.CONTRIBUTION,
            )
            .order_by(Due.id)
        ).all()
        self.session.rollback()
        return list(ids)

    def surcharge(
        self, about: int, amount: int = 648_000, kind: DueKind = DueKind.SURCHARGE
    ) -> int:
        """What being late costs on a due, computed on the day of before."""
        with transaction(self.session):
            key = f"{kind.value}:{about}:{amount}"
            due = Due(
                origin_key=key,
                employer_id=self.owner_id,
                kind=kind,
                status=DueStatus.OPEN,
                period="2026-06",
                amount_centimes=amount,
                legal_due_on=FILED,
                collect_from_on=FILED + timedelta(days=1),
                about_due_id=about,
                base_centimes=amount * 20,
                rate=5_000,
                step=0,
            )
            self.session.add(due)
            self.session.flush()
            legs = (
                Leg("receivable", Account.RECEIVABLE, amount, self.owner_id, due.id),
                Leg("income", Account.INCOME, -amount, self.owner_id),
            )
            post(self.session, FILED, [Entry(f"due:{key}", legs)])
            return due.id

    def parts(self, count: int = 3, first_on: date = FIRST_DAY) -> tuple[Part, ...]:
        principal = Centimes(sum(self.amount(due) for due in self.old_dues()))
        day = self.day()
        return draft_parts(principal, count, first_on, day.calendar, day.rules)

    def amount(self, due_id: int) -> int:
        found = self.session.get_one(Due, due_id).amount_centimes
        self.session.rollback()
        return found

    def propose(
        self,
        parts: Sequence[Part] | None = None,
        dues: Sequence[int] | None = None,
        scope: Scope = ALL,
        on: date | None = None,
    ) -> str:
        wanted = tuple(self.old_dues() if dues is None else dues)
        proposal = Proposal(self.owner_id, wanted, tuple(parts or self.parts()))
        return propose_schedule(
            self.session, self.day(on), builders.VAULT, self.told, scope, proposal
        )

    def withdraw(self, reference: str, scope: Scope = ALL) -> int:
        return withdraw_schedule(self.session, self.day(), scope, reference)

    def accept(self, reference: str, on: date | None = None) -> None:
        actor = f"employer:{self.owner_id}"
        accept_schedule(
            self.session, self.day(on, actor), builders.VAULT, self.told, self.owner_id, reference
        )

    def agreed(self, count: int = 3) -> str:
        """A schedule that is in force."""
        reference = self.propose(self.parts(count))
        self.accept(reference)
        return reference

    # What the bank does.

    def send(self, on: date) -> str:
        """The debits of that day, from the notice to the bank; the last end-to-end id."""
        calendar = self.day().calendar
        self.desk.run(calendar.subtract_bank_days(on, 6))
        self.desk.run(calendar.subtract_bank_days(on, 2))
        self.desk.approve()
        self.desk.send()
        return self.desk.attempts()[-1].end_to_end_id

    def collect(self, on: date) -> None:
        """The same, and the money arrives."""
        self.send(on)
        attempt = self.desk.attempts()[-1]
        self.desk.take_in(
            self.desk.bank.settled({attempt.end_to_end_id: attempt.amount_centimes}), on
        )

    def refuse(self, on: date, reason: str = "AM04") -> None:
        """The bank refuses what was sent last."""
        file = self.desk.files()[-1].reference
        answers = {self.desk.attempts()[-1].end_to_end_id: "RJCT"}
        self.desk.take_in(self.desk.bank.status(file, answers, reason=reason), on)

    def give_back(self, on: date, reason: str = "MD06") -> None:
        """The bank returns what had been settled last."""
        attempt = self.desk.attempts()[-1]
        self.desk.take_in(
            self.desk.bank.returned(
                {attempt.end_to_end_id: attempt.amount_centimes}, reason=reason
            ),
            on,
        )

    # What became of it.

    def status(self, reference: str) -> PaymentScheduleStatus:
        self.session.expire_all()
        found = self.session.scalars(
            select(PaymentSchedule.status).where(PaymentSchedule.reference == reference)
        ).one()
        self.session.rollback()
        return found

    def due(self, due_id: int) -> Due:
        self.session.expire_all()
        found = self.session.get_one(Due, due_id)
        self.session.expunge(found)
        self.session.rollback()
        return found

    def instalment_dues(self) -> list[Due]:
        self.session.expire_all()
        found = self.session.scalars(
            select(Due).join(Instalment, Instalment.due_id == Due.id).order_by(Due.id)
        ).all()
        self.session.expunge_all()
        self.session.rollback()
        return list(found)

    def overtaken(self, reference: str) -> bool:
        return own_schedule(self.session, self.day(), self.owner_id, reference).overtaken

    def lines_of_last_debit(self) -> set[DueKind]:
        self.session.expire_all()
        last = self.desk.debits()[-1].id
        kinds = self.session.scalars(
            select(Due.kind)
            .join(DebitLine, DebitLine.due_id == Due.id)
            .where(DebitLine.debit_id == last)
        ).all()
        self.session.rollback()
        return set(kinds)

    def books(self) -> dict[Account, int]:
        """The balances, of books that hold."""
        verify_books(self.session)
        found = balances(self.session)
        self.session.rollback()
        return found

    def stop(self, reference: str = "") -> None:
        """The employer's mandate ends without a word."""
        mandate = self.session.scalars(
            select(Mandate).where(Mandate.reference == (reference or self.mandate))
        ).one()
        mandate.paused_from_on = FILED
        self.session.commit()
