"""What is to come: the debits of the next days by day and bank, beside the last ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.statuses import UNSENT_DEBIT_STATUSES, DebitStatus
from webapp.models import Debit, Mandate
from webapp.services.collection_comparison import (
    Compared,
    Comparison,
    changed_most,
    compare_with_last,
)
from webapp.services.sums import Sum
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class ComingDay:
    """The debits of one day and bank: those that go on, and those on hold."""

    collect_on: date
    bank_code: str
    going_on: Sum
    held: Sum


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next days debit, and how that differs from each employer's last debit."""

    days: tuple[ComingDay, ...]
    total: Sum
    comparison: Comparison
    changed: tuple[Compared, ...]
    percent: int


def preview_collection(session: Session, day: WorkingDay) -> Preview:
    """Read what is planned, announced, frozen or held; nothing is changed and nothing waits."""
    held = Debit.status == DebitStatus.HELD
    amount = func.sum(Debit.amount_centimes)
    with reading(session):
        rows = session.execute(
            select(
                Debit.collect_on,
                Mandate.bank_code,
                func.count().filter(~held).label("going"),
                amount.filter(~held).label("going_amount"),
                func.count().filter(held).label("held"),
                amount.filter(held).label("held_amount"),
            )
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(Debit.status.in_(UNSENT_DEBIT_STATUSES))
            .group_by(Debit.collect_on, Mandate.bank_code)
            .order_by(Debit.collect_on, Mandate.bank_code)
        ).all()
        comparison = compare_with_last(session, day)
        changed = changed_most(session, day)
    days = tuple(
        ComingDay(
            row.collect_on,
            row.bank_code,
            _sum(row.going, row.going_amount),
            _sum(row.held, row.held_amount),
        )
        for row in rows
    )
    total = sum((one.going_on for one in days), Sum())
    return Preview(days, total, comparison, tuple(changed), day.rules.questioned_difference_percent)


def _sum(count: int, centimes: int | None) -> Sum:
    return Sum(int(count), int(centimes or 0))
