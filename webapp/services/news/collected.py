"""Of a debit that went well an employer is told when its money has reached the fund.

That it left their account is told beforehand only where the rest takes long: their own bank tells
them of it, and nobody needs two messages for one thing on one day. (voice.md §8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, text
from sqlalchemy.orm import Session

from webapp.domain.period import Period
from webapp.models import Attempt, Debit, DebitLine, Due, Mandate, News
from webapp.models.debit import ON_ITS_WAY
from webapp.services.news.items import Item, Source, key_of, start_of, untold, window_start
from webapp.services.working_day import WorkingDay

ATTEMPT, OF_SETTLED, OF_DEBITED = "attempt:", ":settled", ":debited"
# So many whole bank days the money may be on its way before an employer is told. [house]
PATIENCE_BANK_DAYS = 1


def _settled(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    told_today = exists().where(
        News.key == key_of(ATTEMPT, Attempt.id, OF_DEBITED), News.told_at >= start_of(day.today)
    )
    return (
        Attempt.settled_at >= window_start(day),
        # What went back again is a refusal.
        Attempt.failed_at.is_(None),
        untold(ATTEMPT, Attempt.id, OF_SETTLED),
        ~told_today,
    )


def _debited(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    before = start_of(day.calendar.subtract_bank_days(day.today, PATIENCE_BANK_DAYS))
    return (
        text(ON_ITS_WAY),  # type: ignore[return-value]
        Attempt.debited_at >= window_start(day),
        Attempt.debited_at < before,
        untold(ATTEMPT, Attempt.id, OF_DEBITED),
    )


def _find_settled(session: Session, day: WorkingDay) -> Sequence[int]:
    return sorted(session.scalars(select(Attempt.id).where(*_settled(day))))


def _find_debited(session: Session, day: WorkingDay) -> Sequence[int]:
    return sorted(session.scalars(select(Attempt.id).where(*_debited(day))))


def _read_settled(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    rows = session.execute(_attempts().where(Attempt.id.between(first, last), *_settled(day))).all()
    periods = _periods(session, [row.debit_id for row in rows])
    return [
        Item(
            keys=(f"{ATTEMPT}{row.id}{OF_SETTLED}",),
            employer_id=row.employer_id,
            kind="debit_settled",
            values={
                "amount": row.amount_centimes,
                "collect_on": row.collect_on,
                "last4": row.account_last4,
                "period": periods.get(row.debit_id),
                "reference": row.reference,
            },
        )
        for row in rows
    ]


def _read_debited(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    rows = session.execute(_attempts().where(Attempt.id.between(first, last), *_debited(day))).all()
    return [
        Item(
            keys=(f"{ATTEMPT}{row.id}{OF_DEBITED}",),
            employer_id=row.employer_id,
            kind="debit_debited",
            values={
                "amount": row.amount_centimes,
                "collect_on": row.collect_on,
                "last4": row.account_last4,
                "reference": row.reference,
            },
        )
        for row in rows
    ]


def _attempts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.id,
            Attempt.debit_id,
            Attempt.amount_centimes,
            Debit.employer_id,
            Debit.reference,
            Debit.collect_on,
            Mandate.account_last4,
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .order_by(Attempt.id)
    )


def _periods(session: Session, debit_ids: Sequence[int]) -> dict[int, Period | None]:
    """Of each debit the period that it is about; None for one that is about several."""
    found: dict[int, Period | None] = {}
    rows = session.execute(
        select(DebitLine.debit_id, Due.period)
        .join(Due, Due.id == DebitLine.due_id)
        .where(DebitLine.debit_id.in_(debit_ids), DebitLine.freed_at.is_(None))
        .distinct()
    )
    for debit_id, period in rows:
        found[debit_id] = None if debit_id in found else Period.parse(period)
    return found


SETTLED = Source("settled", _find_settled, _read_settled)
DEBITED = Source("debited", _find_debited, _read_debited)
