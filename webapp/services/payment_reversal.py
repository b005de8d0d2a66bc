"""Taking back what a payment has done: its dues are owed again, and what was used of its credit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.statuses import DueStatus
from webapp.models import Account, Due, DueKind, Payment, Posting
from webapp.services.booking_payments import key_of, period_of
from webapp.services.books import Entry, Leg, post
from webapp.services.credits import settling_leg
from webapp.services.due_changes import LockedDue, lock_dues
from webapp.services.events import move_all
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.working_day import WorkingDay

CAUSE = "payment_reversed"


def take_back(session: Session, day: WorkingDay, payment: Payment) -> None:
    """Open the dues of a payment again, withdraw its credit, and book all of it back.

    For what was used of the credit the employer owes an adjustment. Inside the caller's
    transaction.
    """
    paid = lock_dues(session, Due.id.in_(_paid_ids(session, payment.reference)))
    unused, used = _credit(session, payment.reference)
    move_all(
        session, day, Due, DueStatus.PAID_ELSEWHERE, DueStatus.OPEN,
        Due.id.in_([due.id for due in paid]), cause=CAUSE,
    )  # fmt: skip
    move_all(
        session, day, Due, DueStatus.OPEN, DueStatus.SUPERSEDED,
        Due.id.in_([due.id for due in unused]), cause=CAUSE,
    )  # fmt: skip
    gone = [*paid, *unused]
    owner = payment.employer_id
    legs = [settling_leg(due.id, due.amount, owner, sign=-1) for due in paid]
    legs += [settling_leg(due.id, due.amount, owner) for due in unused]
    total = sum(due.amount for due in paid) - sum(due.amount for due in unused)
    legs.append(Leg("elsewhere", Account.ELSEWHERE, -total, owner))
    if gone:
        entry = Entry(f"payment-reversed:{payment.reference}", tuple(legs))
        post(session, day.today, [entry])
    if used:
        add_dues(session, day, [_adjustment(day, payment, used)], CAUSE, Account.ELSEWHERE)


def _paid_ids(session: Session, reference: str) -> Sequence[int | None]:
    return session.scalars(
        select(Posting.due_id).where(
            Posting.source_key == key_of(reference), Posting.due_id.is_not(None)
        )
    ).all()


def _credit(session: Session, reference: str) -> tuple[list[LockedDue], Centimes]:
    """Of the credit of a payment: what is not used yet, and how many centimes of it were used."""
    unused: list[LockedDue] = []
    used = 0
    found = lock_dues(session, Due.origin_key == key_of(reference))
    while found:
        split = [due.id for due in found if due.row["status"] is DueStatus.SUPERSEDED]
        unused += [due for due in found if due.row["status"] is DueStatus.OPEN]
        used -= sum(
            due.amount
            for due in found
            if due.row["status"] not in (DueStatus.SUPERSEDED, DueStatus.OPEN)
        )
        found = lock_dues(session, Due.predecessor_id.in_(split)) if split else []
    return unused, Centimes(used)


def _adjustment(day: WorkingDay, payment: Payment, amount: Centimes) -> NewDue:
    return NewDue(
        origin_key=f"payment-reversed:{payment.reference}",
        kind=DueKind.ADJUSTMENT,
        employer_id=payment.employer_id,
        worksite_id=None,
        period=period_of(payment),
        amount_centimes=amount,
        legal_due_on=day.today,
        collect_from_on=day.today,
    )
