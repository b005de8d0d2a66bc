"""The surcharges on what payment schedules take up: frozen, then given up or owed again."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    Debit,
    DebitLine,
    Due,
    DueKind,
    PaymentSchedule,
    ScheduledDue,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.events import move_all
from webapp.services.sets import insert_ignoring
from webapp.services.working_day import WorkingDay


def defer_surcharges(session: Session, day: WorkingDay, *schedules: ColumnElement[bool]) -> int:
    """Freeze every open surcharge on what accepted schedules have taken up; how many.

    Also one that came back from a debit, or was computed meanwhile: the books stay as they are.
    In the caller's transaction.
    """
    about = aliased(ScheduledDue)
    rows = (
        select(about.schedule_id, Due.id)
        .join(about, about.due_id == Due.about_due_id)
        .join(PaymentSchedule, PaymentSchedule.id == about.schedule_id)
        .where(
            Due.kind == DueKind.SURCHARGE,
            Due.status == DueStatus.OPEN,
            PaymentSchedule.status == PaymentScheduleStatus.ACCEPTED,
            *schedules,
        )
    )
    session.execute(
        insert_ignoring(session, ScheduledDue).from_select(["schedule_id", "due_id"], rows)
    )
    waiting = (
        exists()
        .where(
            ScheduledDue.due_id == Due.id,
            PaymentSchedule.id == ScheduledDue.schedule_id,
            PaymentSchedule.status == PaymentScheduleStatus.ACCEPTED,
            *schedules,
        )
        .correlate(Due)
    )
    deferred = move_all(
        session, day, Due, DueStatus.OPEN, DueStatus.DEFERRED, Due.kind == DueKind.SURCHARGE,
        waiting, cause="schedule",
    )  # fmt: skip
    return len(deferred)


def holds_surcharge_of(schedule_id: int) -> ColumnElement[bool]:
    """Of a debit: it holds a surcharge on what this schedule takes up."""
    taken = select(ScheduledDue.due_id).where(ScheduledDue.schedule_id == schedule_id)
    return exists().where(
        DebitLine.debit_id == Debit.id,
        DebitLine.freed_at.is_(None),
        Due.id == DebitLine.due_id,
        Due.kind == DueKind.SURCHARGE,
        Due.about_due_id.in_(taken),
    )


def has_surcharge_in_a_debit() -> ColumnElement[bool]:
    """Of a schedule: a surcharge on what it has taken up is in a debit that left before."""
    about = aliased(ScheduledDue)
    return (
        exists()
        .where(
            about.schedule_id == PaymentSchedule.id,
            Due.about_due_id == about.due_id,
            Due.kind == DueKind.SURCHARGE,
            Due.status == DueStatus.SCHEDULED,
        )
        .correlate(PaymentSchedule)
    )


def relieve(session: Session, day: WorkingDay, schedule_ids: list[int]) -> int:
    """Give up the deferred surcharges of completed schedules, and book it; how many.

    In the caller's transaction.
    """
    rows = session.execute(
        select(PaymentSchedule.reference, Due.id, Due.employer_id, Due.amount_centimes)
        .join(ScheduledDue, ScheduledDue.schedule_id == PaymentSchedule.id)
        .join(Due, Due.id == ScheduledDue.due_id)
        .where(PaymentSchedule.id.in_(schedule_ids), Due.status == DueStatus.DEFERRED)
        .order_by(PaymentSchedule.id, Due.id)
    ).all()
    legs: dict[str, list[Leg]] = {}
    for row in rows:
        legs.setdefault(row.reference, []).extend(
            (
                Leg(f"waived:{row.id}", Account.WAIVED, row.amount_centimes, row.employer_id),
                Leg(
                    f"due:{row.id}", Account.RECEIVABLE, -row.amount_centimes, row.employer_id,
                    row.id,
                ),
            )
        )  # fmt: skip
    move_all(
        session, day, Due, DueStatus.DEFERRED, DueStatus.WAIVED,
        _of(schedule_ids), cause="schedule_completed",
    )  # fmt: skip
    post(
        session,
        day.today,
        [Entry(f"schedule:{reference}:relief", tuple(pair)) for reference, pair in legs.items()],
    )
    return len(rows)


def revive(session: Session, day: WorkingDay, schedule_ids: list[int]) -> int:
    """The deferred surcharges of broken schedules are owed again; how many.

    In the caller's transaction.
    """
    revived = move_all(
        session, day, Due, DueStatus.DEFERRED, DueStatus.OPEN, _of(schedule_ids),
        cause="schedule_broken",
    )  # fmt: skip
    return len(revived)


def _of(schedule_ids: list[int]) -> ColumnElement[bool]:
    return exists().where(ScheduledDue.due_id == Due.id, ScheduledDue.schedule_id.in_(schedule_ids))
