"""Of a debit that a bank refused, or gave back after it, an employer is told what to do now.

Where it is presented again, the notice of that (design.md §6.6) says so: nobody is told twice.
(voice.md §9, §11, §12)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.data.loader import load_reasons
from webapp.domain.reasons import ActionClass, NextStep, PlainReason, action_for, plain_reason
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    HoldReason,
    Mandate,
    Notice,
    NoticeKind,
)
from webapp.services.news.items import Item, Source, untold, window_start
from webapp.services.notices import came_back
from webapp.services.working_day import WorkingDay

ATTEMPT, OF_REFUSED = "attempt:", ":refused"
AN_AGENT_LOOKS, PAY_OTHERWISE, STILL_OWED = "an_agent_looks", "pay_otherwise", "still_owed"


def _failed(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    """What came back within the last days and was not told: few, found by their day alone."""
    return (
        Attempt.failed_at >= window_start(day),
        came_back(),
        # The fund gave the money back itself, and says so by itself.
        Attempt.reversed_at.is_(None),
        untold(ATTEMPT, Attempt.id, OF_REFUSED),
    )


def _is_told_here() -> tuple[ColumnElement[bool], ...]:
    """What follows was decided (webapp/services/refusals.py), and no other message tells it."""
    later = aliased(Attempt)
    again = exists().where(
        Notice.debit_id == Attempt.debit_id,
        Notice.kind == NoticeKind.RE_PRESENTED,
        Notice.created_at >= Attempt.failed_at,
    )
    # Of what the employer or the office ended since, and of money that came after all, somebody
    # else tells.
    bound = exists().where(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))
    decided = or_(
        and_(Debit.status == DebitStatus.REFUSED, ~bound),
        and_(Debit.status == DebitStatus.HELD, Debit.hold_reason != HoldReason.LATE_MONEY),
    )
    is_later = exists().where(later.debit_id == Attempt.debit_id, later.number > Attempt.number)
    return decided, ~again, ~is_later


def _barred() -> ColumnElement[bool]:
    """Whether it was the last attempt under this mandate."""
    return exists().where(
        DebitLine.debit_id == Debit.id,
        Due.id == DebitLine.due_id,
        Due.barred_mandate_id == Debit.mandate_id,
    )


def _find(session: Session, day: WorkingDay) -> Sequence[int]:
    return sorted(session.scalars(select(Attempt.id).where(*_failed(day))))


def _read(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    mine = Attempt.id.between(first, last)
    rows = session.execute(_attempts().where(mine, *_failed(day), *_is_told_here()))
    return [
        Item(
            keys=(f"{ATTEMPT}{row.id}{OF_REFUSED}",),
            employer_id=row.employer_id,
            kind="debit_refused",
            values={
                "amount": row.amount_centimes,
                "collect_on": row.collect_on,
                "last4": row.account_last4,
                "bank_code": row.bank_code,
                "given_back": row.settled_at is not None,
                "why": _why(row.reason_code),
                "next": _what_is_next(row),
                "reference": row.reference,
            },
        )
        for row in rows
    ]


def _attempts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.id,
            Attempt.amount_centimes,
            Attempt.settled_at,
            Attempt.reason_code,
            Debit.employer_id,
            Debit.reference,
            Debit.status,
            Debit.collect_on,
            Mandate.bank_code,
            Mandate.account_last4,
            _barred().label("barred"),
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .order_by(Attempt.id)
    )


def _why(code: str | None) -> str:
    """The two causes that a message names itself; of the others the space tells."""
    why = plain_reason(code, load_reasons())
    named = {PlainReason.INSUFFICIENT_FUNDS, PlainReason.ACCOUNT_CLOSED}
    return why.value if why in named else ""


def _what_is_next(row: Row[*tuple[Any, ...]]) -> str:
    """What the employer does now, or who does something."""
    if row.status is DebitStatus.HELD:
        return AN_AGENT_LOOKS
    reasons = load_reasons()
    if action_for(row.reason_code, reasons) is ActionClass.RETRY:
        return PAY_OTHERWISE if row.barred else STILL_OWED
    reason = reasons.get(row.reason_code or "")
    return reason.next_step.value if reason else NextStep.CONTACT_AGENCY.value


REFUSALS = Source("refused", _find, _read)
