"""Money that the fund holds for an employer although the debit failed: their credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Account,
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    DueKind,
    HoldReason,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.events import move_all
from webapp.services.holding import hold
from webapp.services.superseding import NEVER_SENT, supersede_file
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class LateMoney:
    """What a failed attempt left with the fund, before and after a message, in centimes."""

    debit_id: int
    employer_id: int
    end_to_end_id: str
    before: Centimes
    after: Centimes


def settle_late_money(session: Session, day: WorkingDay, changes: Sequence[LateMoney]) -> None:
    """Turn money for a failed debit into a credit, or take the credit back when the money goes.

    Freed lines are never revived: the money is the employer's, who owes the dues still. Every
    unsent debit of the same dues is held; once the office has released it, the credit is set
    against it. (design.md §7)
    """
    for change in changes:
        if change.after > 0 >= change.before:
            session.add(_due(session, day, change, "late", DueKind.CREDIT, -change.after))
            hold_unsent(session, day, change.debit_id)
        elif change.before > 0 >= change.after:
            _take_back(session, day, change)
    session.flush()


def _take_back(session: Session, day: WorkingDay, change: LateMoney) -> None:
    """An unused credit is withdrawn; for one that was used, the employer owes its amount."""
    withdrawn = move_all(
        session,
        day,
        Due,
        DueStatus.OPEN,
        DueStatus.SUPERSEDED,
        Due.origin_key == f"late:{change.end_to_end_id}",
        cause="money_went_back",
    )
    if withdrawn:
        return
    amount = change.before
    due = _due(session, day, change, "went-back", DueKind.ADJUSTMENT, amount)
    session.add(due)
    session.flush()
    owner = change.employer_id
    legs = (
        Leg("receivable", Account.RECEIVABLE, amount, owner, due.id),
        Leg("credit", Account.EMPLOYER_CREDIT, -amount, owner),
    )
    post(session, day.today, [Entry(f"due:{due.origin_key}", legs)])


def _due(
    session: Session, day: WorkingDay, change: LateMoney, origin: str, kind: DueKind, amount: int
) -> Due:
    period = session.scalar(
        select(Due.period)
        .join(DebitLine, DebitLine.due_id == Due.id)
        .where(DebitLine.debit_id == change.debit_id)
        .order_by(Due.period)
        .limit(1)
    )
    return Due(
        origin_key=f"{origin}:{change.end_to_end_id}",
        employer_id=change.employer_id,
        kind=kind,
        status=DueStatus.OPEN,
        period=period,
        amount_centimes=amount,
        legal_due_on=day.today,
        collect_from_on=day.today,
    )


def hold_unsent(session: Session, day: WorkingDay, debit_id: int) -> None:
    """Hold the planned, announced or frozen debits that collect a due of this debit again.

    Inside the caller's transaction.
    """
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
