"""What the staff of a living office enter and decide: payments, waivers, refunds, schedules.

Whether a decision is to be taken or refused is told from the tables in plain words here, apart
from the services.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from tests import builders
from tests.reliability.ground import Ground
from webapp.domain.errors import (
    InvalidSchedule,
    MandateNotInForce,
    NoLongerPossible,
    ScheduleOvertaken,
    ScheduleStands,
)
from webapp.domain.instalments import draft_parts
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Debit,
    DebitLine,
    Due,
    DueKind,
    Employer,
    OfficeRequest,
    Payment,
    PaymentStatus,
    PaymentWay,
    RequestKind,
    RequestStatus,
)
from webapp.services.payments import NewPayment, decide_payment, enter_payment, reverse_payment
from webapp.services.schedule_acceptance import accept_schedule
from webapp.services.schedule_proposals import Proposal, propose_schedule, withdraw_schedule
from webapp.services.staff.office_requests import ask, decide

EVERYBODY = Scope(None)
ONE, OTHER = "staff:1", "staff:2"
# As long as a debit has not left, a surcharge in it can still be waived.
WITHIN_REACH = (
    DebitStatus.PLANNED,
    DebitStatus.ANNOUNCED,
    DebitStatus.HELD,
    DebitStatus.REFUSED,
)


def no_word(*_: object) -> None:
    """What employers are told is the tests' of messages."""


class LivingStaff(Ground):
    """Two of the staff, of whom one asks and the other decides."""

    def pay_elsewhere(self, pick: int, centimes: int, *, of_a_period: bool, days_ago: int) -> None:
        """A cheque of an employer, for a period that they have declared or for anything."""
        owner = self.owner(pick)
        if owner is None:
            return
        mine = sorted(code for owner_id, code in self.declared if owner_id == owner.id)
        period = Period.parse(mine[pick % len(mine)]) if mine and of_a_period else None
        paid_on = self.today - timedelta(days=days_ago)
        number = f"CH{next(builders.numbers)}"
        new = NewPayment(PaymentWay.CHEQUE, number, paid_on, Centimes(centimes), period)
        owner_id = owner.id
        self.session.rollback()
        _, status = enter_payment(
            self.session, self.day(ONE), builders.VAULT, no_word, EVERYBODY, owner_id, new
        )
        if status is PaymentStatus.BOOKED:
            self.elsewhere += centimes

    def waiting_payments(self) -> list[tuple[str, int]]:
        return self._payments(PaymentStatus.WAITING)

    def decide_payment(self, pick: int, *, booked: bool) -> None:
        waiting = self.waiting_payments()
        reference, centimes = waiting[pick % len(waiting)]
        decide_payment(
            self.session, self.day(OTHER), builders.VAULT, no_word, EVERYBODY, reference,
            booked=booked,
        )  # fmt: skip
        if booked:
            self.elsewhere += centimes

    def booked_payments(self) -> list[tuple[str, int]]:
        return self._payments(PaymentStatus.BOOKED)

    def reverse_payment(self, pick: int) -> None:
        """The cheque bounced."""
        booked = self.booked_payments()
        reference, centimes = booked[pick % len(booked)]
        reverse_payment(self.session, self.day(OTHER), EVERYBODY, reference)
        self.elsewhere -= centimes

    def ask(self, pick: int, kind: RequestKind) -> None:
        """Ask to waive what being late has cost, or to pay a credit out."""
        kinds = (
            (DueKind.CREDIT,)
            if kind is RequestKind.REFUND
            else (DueKind.SURCHARGE, DueKind.PENALTY)
        )
        # The latest first: of the old ones few can be asked for still.
        due = self.pick(select(Due).where(Due.kind.in_(kinds)).order_by(Due.id.desc()), pick)
        if due is None:
            return
        asked = self.session.scalar(
            select(OfficeRequest.id).where(
                OfficeRequest.due_id == due.id, OfficeRequest.status == RequestStatus.ASKED
            )
        )
        allowed = self._may_be_granted(kind, due) and asked is None
        due_id = due.id
        self._try(
            allowed, ask, self.session, self.day(ONE), builders.VAULT, EVERYBODY, kind, due_id,
            "because",
        )  # fmt: skip

    def open_requests(self) -> list[str]:
        asked = OfficeRequest.status == RequestStatus.ASKED
        return self.all(select(OfficeRequest.reference).where(asked).order_by(OfficeRequest.id))

    def decide_request(self, pick: int, *, granted: bool) -> None:
        waiting = self.open_requests()
        reference = waiting[pick % len(waiting)]
        request, due = self.session.execute(
            select(OfficeRequest, Due)
            .join(Due, Due.id == OfficeRequest.due_id)
            .where(OfficeRequest.reference == reference)
        ).one()
        allowed = not granted or self._may_be_granted(request.kind, due)
        kind, amount = request.kind, due.amount_centimes
        done = self._try(
            allowed, decide, self.session, self.day(OTHER), builders.VAULT, no_word, EVERYBODY,
            reference, granted=granted,
        )  # fmt: skip
        if done and granted and kind is RequestKind.REFUND:
            self.refunded -= amount

    def schedule(self, pick: int, count: int) -> None:
        """An employer agrees at the agency to pay old debts in parts, and accepts it."""
        owner = self.owner(pick)
        if owner is None:
            return
        dues = self._old_debts(owner)
        owner_id = owner.id
        self.session.rollback()
        day = self.day(ONE)
        principal = Centimes(sum(amount for _, amount in dues))
        first_on = self.calendar.next_bank_day(day.feasible_on + timedelta(days=20))
        reference = ""
        try:
            parts = draft_parts(principal, count, first_on, self.calendar, day.rules)
            proposal = Proposal(owner_id, tuple(due_id for due_id, _ in dues), parts)
            reference = propose_schedule(
                self.session, day, builders.VAULT, no_word, EVERYBODY, proposal
            )
            accept_schedule(
                self.session, self.day(f"employer:{owner_id}"), builders.VAULT, no_word, owner_id,
                reference,
            )  # fmt: skip
        except (ScheduleStands, InvalidSchedule):
            self.session.rollback()
        except (MandateNotInForce, ScheduleOvertaken):
            self.session.rollback()
            withdraw_schedule(self.session, day, EVERYBODY, reference)

    def _old_debts(self, owner: Employer) -> list[tuple[int, int]]:
        """The contributions that are past their day and in no debit, with their centimes."""
        bound = exists().where(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
        rows = self.session.execute(
            select(Due.id, Due.amount_centimes).where(
                Due.employer_id == owner.id,
                Due.kind.in_([DueKind.CONTRIBUTION, DueKind.ADJUSTMENT]),
                Due.status == DueStatus.OPEN,
                Due.legal_due_on < self.today,
                ~bound,
            )
        )
        return [(row.id, row.amount_centimes) for row in rows]

    def _payments(self, status: PaymentStatus) -> list[tuple[str, int]]:
        rows = self.session.execute(
            select(Payment.reference, Payment.amount_centimes)
            .where(Payment.status == status)
            .order_by(Payment.id)
        ).all()
        self.session.rollback()
        return [(row.reference, row.amount_centimes) for row in rows]

    def _may_be_granted(self, kind: RequestKind, due: Due) -> bool:
        """What nothing has collected or used yet."""
        if kind is RequestKind.REFUND:
            return due.status is DueStatus.OPEN
        if due.status is not DueStatus.SCHEDULED:
            return due.status in (DueStatus.OPEN, DueStatus.DEFERRED, DueStatus.GIVEN_BACK)
        debit = self.session.scalars(
            select(Debit)
            .join(DebitLine, DebitLine.debit_id == Debit.id)
            .where(DebitLine.due_id == due.id, DebitLine.freed_at.is_(None))
        ).one()
        return debit.status in WITHIN_REACH

    def _try(self, allowed: bool, decision: Any, *values: Any, **more: Any) -> bool:
        self.session.rollback()
        try:
            decision(*values, **more)
        except NoLongerPossible:
            assert not allowed, f"{decision.__name__} was refused"
        else:
            assert allowed, f"{decision.__name__} was not refused"
        return allowed
