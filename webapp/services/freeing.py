"""Freeing dues from debits that will not collect them, and cancelling debits before they leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import Session

from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus
from webapp.models import Debit, DebitLine, Due
from webapp.services.events import move_all, move_dues
from webapp.services.sets import parts
from webapp.services.working_day import WorkingDay

# Why a debit that nobody was told of was cancelled, and its dues planned anew for another day.
CALENDAR_CHANGED = "calendar_changed"


def free_lines(session: Session, day: WorkingDay, debit_ids: Sequence[int]) -> None:
    """Unbind the dues of debits that will not collect them: they are open again.

    The database refuses this for a debit that is with the bank or settled.
    """
    mine = DebitLine.debit_id.in_(debit_ids)
    live = exists().where(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None), mine)
    move_dues(session, DueStatus.SCHEDULED, DueStatus.OPEN, live)
    session.execute(
        update(DebitLine)
        .where(mine, DebitLine.freed_at.is_(None))
        .values(freed_at=day.now)
        .execution_options(synchronize_session=False)
    )


def cancel_debits(
    session: Session,
    day: WorkingDay,
    *conditions: ColumnElement[bool],
    cause: str,
    sources: Iterable[DebitStatus] = DEBIT_STATUSES_BEFORE_FREEZING,
) -> list[int]:
    """Cancel the debits that meet the conditions and of which nothing is in a file; their ids.

    Their dues are open again. Inside the caller's transaction.
    """
    cancelled: list[int] = []
    for source in sources:
        moved = move_all(
            session,
            day,
            Debit,
            source,
            DebitStatus.CANCELLED,
            *conditions,
            cause=cause,
            hold_reason=None,
            amount_centimes=0,
        )
        cancelled += moved
    for part in parts(cancelled):
        free_lines(session, day, part)
    return cancelled
