"""What follows a refusal: another presentation, a suspended mandate, or a person's look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.domain.reasons import ActionClass, Reason, action_for
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import (
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    HoldReason,
    Mandate,
    Subject,
)
from webapp.services.events import move_all, record
from webapp.services.freeing import cancel_debits, free_lines
from webapp.services.permission import is_paused, may_collect_on
from webapp.services.sets import ranges
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 500
SUSPENDING = frozenset({ActionClass.STOP, ActionClass.FIX})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused debit whose lines are still bound."""

    debit_id: int
    mandate_id: int
    action: ActionClass
    presentations: int
    first_presented_on: date
    lines_hold: bool
    mandate_collects: bool


def follow_up_refusals(
    session: Session, day: WorkingDay, reasons: Mapping[str, Reason]
) -> dict[str, int]:
    """Decide every refused debit that still binds its dues; return how many went which way.

    RETRY is presented again on the feasible day, within the rules' attempts and weeks, and told
    before; after the last attempt the dues are freed and barred from this mandate. STOP and FIX
    suspend the mandate and free the dues; of a replaced mandate nothing more is tried either.
    Everything else waits for the office. A debit of which a due has been contested or waived
    meanwhile, or whose mandate has ended or is paused, is freed and planned anew where a mandate
    takes its dues. (design.md §6.6)
    """
    with transaction(session):
        ids = session.scalars(
            select(Debit.id).where(Debit.status == DebitStatus.REFUSED, _bound()).order_by(Debit.id)
        ).all()
    counts = {"represented": 0, "freed": 0, "held": 0}
    for first, last, _ in ranges(ids, DEBITS_AT_ONCE):
        with transaction(session):
            refusals = _refusals(session, day, reasons, first, last)
            again = [r for r in refusals if _may_be_presented_again(r, day)]
            stopped = [r for r in refusals if r.action in SUSPENDING]
            retried = [r for r in refusals if r.action is ActionClass.RETRY and r not in again]
            exhausted = [r for r in retried if _is_spent(r, day)]
            changed = [r for r in retried if r not in exhausted]
            waiting = [r for r in refusals if r.action not in SUSPENDING | {ActionClass.RETRY}]
            _present_again(session, day, again)
            _suspend(session, day, stopped)
            _bar(session, exhausted)
            for part in (stopped, exhausted, changed):
                free_lines(session, day, [r.debit_id for r in part])
            _wait(session, day, waiting)
        counts["represented"] += len(again)
        counts["freed"] += len(stopped) + len(exhausted) + len(changed)
        counts["held"] += len(waiting)
    return counts


def _bound() -> ColumnElement[bool]:
    return exists().where(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))


def _refusals(
    session: Session, day: WorkingDay, reasons: Mapping[str, Reason], first: int, last: int
) -> list[Refusal]:
    latest = aliased(Attempt)
    reason_code = (
        select(latest.reason_code)
        .where(latest.debit_id == Debit.id)
        .order_by(latest.number.desc())
        .limit(1)
        .correlate(Debit)
        .scalar_subquery()
    )
    before = aliased(DebitLine)
    # Every presentation of each due, under this debit or an earlier one that was freed.
    per_due = (
        select(
            DebitLine.debit_id,
            DebitLine.due_id,
            func.count(Attempt.id).label("presentations"),
            func.min(BankFile.collect_on).label("first_presented_on"),
        )
        .join(before, before.due_id == DebitLine.due_id)
        .join(Attempt, Attempt.debit_id == before.debit_id)
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .where(
            DebitLine.freed_at.is_(None),
            DebitLine.debit_id.between(first, last),
            or_(Attempt.refused_at.is_not(None), Attempt.returned_at.is_not(None)),
        )
        .group_by(DebitLine.debit_id, DebitLine.due_id)
        .subquery()
    )
    loose = exists().where(
        DebitLine.debit_id == Debit.id,
        DebitLine.freed_at.is_(None),
        DebitLine.due_id == Due.id,
        Due.status != DueStatus.SCHEDULED,
    )
    collects = exists().where(
        Mandate.id == Debit.mandate_id, may_collect_on(literal(day.feasible_on))
    )
    rows = session.execute(
        select(
            Debit.id,
            Debit.mandate_id,
            reason_code.label("reason_code"),
            func.max(per_due.c.presentations).label("presentations"),
            func.min(per_due.c.first_presented_on).label("first_presented_on"),
            loose.label("loose"),
            collects.label("collects"),
        )
        .join(per_due, per_due.c.debit_id == Debit.id)
        .where(Debit.status == DebitStatus.REFUSED, Debit.id.between(first, last))
        .group_by(Debit.id, Debit.mandate_id)
        .order_by(Debit.id)
    )
    return [
        Refusal(
            debit_id=row.id,
            mandate_id=row.mandate_id,
            action=action_for(row.reason_code, reasons),
            presentations=row.presentations,
            first_presented_on=row.first_presented_on,
            lines_hold=not row.loose,
            mandate_collects=row.collects,
        )
        for row in rows
    ]


def _may_be_presented_again(refusal: Refusal, day: WorkingDay) -> bool:
    return (
        refusal.action is ActionClass.RETRY
        and refusal.lines_hold
        and refusal.mandate_collects
        and not _is_spent(refusal, day)
    )


def _is_spent(refusal: Refusal, day: WorkingDay) -> bool:
    """The rules' attempts were made, or their weeks are over."""
    until = refusal.first_presented_on + timedelta(days=day.rules.representation_window_days)
    return refusal.presentations >= day.rules.max_attempts or day.feasible_on > until


def _present_again(session: Session, day: WorkingDay, refusals: Sequence[Refusal]) -> None:
    move_all(
        session,
        day,
        Debit,
        DebitStatus.REFUSED,
        DebitStatus.PLANNED,
        Debit.id.in_([r.debit_id for r in refusals]),
        cause="presented_again",
        collect_on=day.feasible_on,
    )


def _suspend(session: Session, day: WorkingDay, refusals: Sequence[Refusal]) -> None:
    """What the bank stopped does not resume by itself, and is tried no more under any name."""
    mine = Mandate.id.in_([r.mandate_id for r in refusals])
    move_all(
        session,
        day,
        Mandate,
        MandateStatus.ACTIVE,
        MandateStatus.SUSPENDED,
        mine,
        cause="bank_refusal",
        paused_from_on=None,
        paused_until_on=None,
    )
    _end_pauses(session, day, mine)
    replaced = select(Mandate.id).where(mine, Mandate.status == MandateStatus.REPLACED)
    cancel_debits(session, day, Debit.mandate_id.in_(replaced), cause="bank_refusal")


def _end_pauses(session: Session, day: WorkingDay, mine: ColumnElement[bool]) -> None:
    """A mandate that its employer had paused is suspended by the bank now."""
    paused = session.scalars(
        update(Mandate)
        .where(mine, Mandate.status == MandateStatus.SUSPENDED, is_paused())
        .values(paused_from_on=None, paused_until_on=None)
        .returning(Mandate.id)
        .execution_options(synchronize_session=False)
    ).all()
    suspended = MandateStatus.SUSPENDED
    record(session, day, Subject.MANDATE, paused, suspended, suspended, "bank_refusal")


def _bar(session: Session, refusals: Sequence[Refusal]) -> None:
    for refusal in refusals:
        session.execute(
            update(Due)
            .where(
                Due.id.in_(
                    select(DebitLine.due_id).where(
                        DebitLine.debit_id == refusal.debit_id, DebitLine.freed_at.is_(None)
                    )
                )
            )
            .values(barred_mandate_id=refusal.mandate_id)
            .execution_options(synchronize_session=False)
        )


def _wait(session: Session, day: WorkingDay, refusals: Sequence[Refusal]) -> None:
    move_all(
        session,
        day,
        Debit,
        DebitStatus.REFUSED,
        DebitStatus.HELD,
        Debit.id.in_([r.debit_id for r in refusals]),
        cause="bank_refusal",
        hold_reason=HoldReason.BANK_REFUSAL,
    )
