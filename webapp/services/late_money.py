"""Money that comes, or goes back, for an attempt that had failed: the employer's credit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    DueKind,
    HoldReason,
)
from webapp.services.events import move_all
from webapp.services.freezing import NEVER_SENT, supersede_file
from webapp.services.holding import hold
from webapp.services.working_day import WorkingDay


def credit_late_money(session: Session, day: WorkingDay, attempts: Sequence[int]) -> None:
    """Turn late money into a credit and hold every unsent debit of the same dues.

    Freed lines are never revived: the money is the employer's, who owes the dues still; the
    office releases the held debit, and the credit is then set against it. A credit whose money
    went back before it was used is withdrawn. (design.md §7)
    """
    if not attempts:
        return
    rows = session.execute(
        select(Attempt, Debit.employer_id)
        .join(Debit, Debit.id == Attempt.debit_id)
        .where(Attempt.id.in_(attempts))
        .order_by(Attempt.id)
        .execution_options(populate_existing=True)
    ).all()
    for attempt, employer_id in rows:
        key = f"late:{attempt.end_to_end_id}"
        if attempt.settled_at and not attempt.returned_at:
            session.add(_credit(session, day, attempt, employer_id, key))
        elif attempt.settled_at and attempt.returned_at:
            move_all(
                session,
                day,
                Due,
                DueStatus.OPEN,
                DueStatus.SUPERSEDED,
                Due.origin_key == key,
                cause="money_went_back",
            )
        _hold_unsent(session, day, attempt.debit_id)
    session.flush()


def _credit(session: Session, day: WorkingDay, attempt: Attempt, employer_id: int, key: str) -> Due:
    period = session.scalar(
        select(Due.period)
        .join(DebitLine, DebitLine.due_id == Due.id)
        .where(DebitLine.debit_id == attempt.debit_id)
        .order_by(Due.period)
        .limit(1)
    )
    return Due(
        origin_key=key,
        employer_id=employer_id,
        kind=DueKind.CREDIT,
        status=DueStatus.OPEN,
        period=period,
        amount_centimes=-attempt.amount_centimes,
        legal_due_on=day.today,
        collect_from_on=day.today,
    )


def _hold_unsent(session: Session, day: WorkingDay, debit_id: int) -> None:
    """Hold the planned, announced or frozen debits that collect a due of this debit again."""
    mine, other = aliased(DebitLine), aliased(DebitLine)
    again = exists().where(
        mine.debit_id == debit_id,
        mine.due_id == other.due_id,
        other.freed_at.is_(None),
        other.debit_id == Debit.id,
    )
    frozen_in = session.scalars(
        select(BankFile.id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(Debit, Debit.id == Attempt.debit_id)
        .where(
            again,
            Debit.status == DebitStatus.FROZEN,
            Attempt.failed_at.is_(None),
            BankFile.status.in_(NEVER_SENT),
        )
        .distinct()
    ).all()
    for file_id in frozen_in:  # The others of the file are frozen again by the next run.
        supersede_file(session, day, file_id, DebitStatus.ANNOUNCED)
    for source in (DebitStatus.PLANNED, DebitStatus.ANNOUNCED):
        hold(session, day, source, again, HoldReason.LATE_MONEY, again)
