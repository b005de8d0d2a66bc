"""Accepting a payment schedule: its instalments take the place of what it takes up, in the books
as among the dues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, String, cast, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import MandateNotInForce, NotFound, ScheduleOvertaken
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    Due,
    DueKind,
    Instalment,
    PaymentSchedule,
    ScheduledDue,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.enrolment import authorisation_of
from webapp.services.events import move_all
from webapp.services.freeing import cancel_debits
from webapp.services.payment_schedules import still_takeable
from webapp.services.scheduled_surcharges import defer_surcharges, holds_surcharge_of
from webapp.services.sets import insert_keyed
from webapp.services.signing import lock_employer
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

DuesTakenUp = Sequence[Row[*tuple[Any, ...]]]
# The rows of new dues, each with its id.
Made = Sequence[tuple[Mapping[str, Any], int]]


def accept_schedule(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, employer_id: int, reference: str
) -> None:
    """Accept a proposal as it was shown, in one transaction; a second time changes nothing.

    What it takes up is superseded by one due for each instalment, booked as reversing pairs; the
    surcharges on it are deferred and stay in the receivables. An unsent debit that holds such a
    surcharge is cancelled: the next run plans the rest of it again. Raises NotFound,
    MandateNotInForce (nothing could be debited) and ScheduleOvertaken (what it takes up was paid,
    debited or corrected meanwhile, or its first day is too near to be announced, or it was
    withdrawn). (domain.md §3)
    """
    with transaction(session):
        lock_employer(session, employer_id)
        schedule = _locked(session, employer_id, reference)
        if schedule.status in (PaymentScheduleStatus.PROPOSED, PaymentScheduleStatus.WITHDRAWN):
            _accept(session, day, schedule)
            values = {"amount": schedule.principal_centimes, "reference": reference}
            tell(session, day, vault, employer_id, "schedule_accepted", values)


def _locked(session: Session, employer_id: int, reference: str) -> PaymentSchedule:
    schedule = session.scalar(
        select(PaymentSchedule)
        .where(PaymentSchedule.reference == reference, PaymentSchedule.employer_id == employer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if schedule is None:
        raise NotFound(kind="schedule", reference=reference)
    return schedule


def _accept(session: Session, day: WorkingDay, schedule: PaymentSchedule) -> None:
    mandate = authorisation_of(session, schedule.employer_id)
    if mandate is None or not mandate.in_force:
        raise MandateNotInForce(reference=mandate.reference if mandate else "")
    taken = _take_up(session, day, schedule)
    made = _make_dues(session, schedule, min(due.period for due in taken))
    _book(session, day, schedule, taken, made)
    move_all(
        session, day, PaymentSchedule,
        PaymentScheduleStatus.PROPOSED, PaymentScheduleStatus.ACCEPTED,
        PaymentSchedule.id == schedule.id, cause="accepted", accepted_by=day.actor,
        accepted_at=day.now,
    )  # fmt: skip
    cancel_debits(session, day, holds_surcharge_of(schedule.id), cause="schedule_accepted")
    defer_surcharges(session, day, PaymentSchedule.id == schedule.id)


def _take_up(session: Session, day: WorkingDay, schedule: PaymentSchedule) -> DuesTakenUp:
    """Supersede the dues of the proposal, every one of them or none."""
    mine = Due.id.in_(select(ScheduledDue.due_id).where(ScheduledDue.schedule_id == schedule.id))
    taken = session.execute(
        select(Due.id, Due.period, Due.amount_centimes)
        .where(mine)
        .order_by(Due.id)
        .with_for_update()
    ).all()
    first_on = session.scalar(
        select(Instalment.due_on).where(
            Instalment.schedule_id == schedule.id, Instalment.number == 1
        )
    )
    stands = (
        schedule.status is PaymentScheduleStatus.PROPOSED
        and still_takeable(session, day, schedule.id) == len(taken)
        and first_on is not None
        and first_on >= day.feasible_on
    )
    if not stands:
        raise ScheduleOvertaken(reference=schedule.reference)
    move_all(
        session, day, Due, DueStatus.OPEN, DueStatus.SUPERSEDED, mine, cause="schedule_accepted"
    )
    return taken


def _make_dues(session: Session, schedule: PaymentSchedule, period: str) -> Made:
    """One due for each instalment, owed and collected on its day; each row with its id."""
    instalments = session.execute(
        select(Instalment.number, Instalment.due_on, Instalment.amount_centimes)
        .where(Instalment.schedule_id == schedule.id)
        .order_by(Instalment.number)
    ).all()
    rows: list[dict[str, Any]] = [
        {
            "origin_key": f"{_origin(schedule)}{one.number}",
            "employer_id": schedule.employer_id,
            "kind": DueKind.INSTALMENT,
            "status": DueStatus.OPEN,
            "period": period,
            "amount_centimes": one.amount_centimes,
            "legal_due_on": one.due_on,
            "collect_from_on": one.due_on,
        }
        for one in instalments
    ]
    ids = insert_keyed(session, Due, Due.origin_key, rows)
    session.execute(
        update(Instalment)
        .where(Instalment.schedule_id == schedule.id)
        .values(
            due_id=select(Due.id)
            .where(Due.origin_key == _origin(schedule) + cast(Instalment.number, String))
            .scalar_subquery()
        )
        .execution_options(synchronize_session=False)
    )
    return list(zip(rows, ids, strict=True))


def _origin(schedule: PaymentSchedule) -> str:
    """What the origin keys of the instalments' dues begin with; their number follows."""
    return f"instalment:{schedule.reference}:"


def _book(
    session: Session, day: WorkingDay, schedule: PaymentSchedule, taken: DuesTakenUp, made: Made
) -> None:
    """What was receivable is taken back, and booked again as instalments of the same sum."""
    owner = schedule.employer_id
    back = [
        Leg(f"due:{due.id}", Account.RECEIVABLE, -due.amount_centimes, owner, due.id)
        for due in taken
    ]
    income = Leg("income", Account.INCOME, schedule.principal_centimes, owner)
    entries = [Entry(f"schedule:{schedule.reference}:taken", (*back, income))]
    for row, due_id in made:
        amount = row["amount_centimes"]
        legs = (
            Leg("receivable", Account.RECEIVABLE, amount, owner, due_id),
            Leg("income", Account.INCOME, -amount, owner),
        )
        entries.append(Entry(f"due:{row['origin_key']}", legs))
    post(session, day.today, entries)
