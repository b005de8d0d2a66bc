"""The dues of payment schedules: what one may take up, and what its instalments became."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DueStatus
from webapp.models import DebitLine, Due, DueKind, Instalment, PaymentSchedule, Worksite

# What a schedule divides. A surcharge is what it relieves of; a penalty for declaring late is
# neither (domain.md §3: two different kinds of due): it stays owed and is collected as ever.
PRINCIPAL = (DueKind.CONTRIBUTION, DueKind.ADJUSTMENT)
# An instalment of which nothing more is asked. The fund itself may give one up.
PAID = frozenset({DueStatus.SETTLED, DueStatus.PAID_ELSEWHERE, DueStatus.WAIVED})
# A surcharge that is to be paid, or was until it was relieved of.
UNPAID = (
    DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.DEFERRED, DueStatus.GIVEN_BACK,
    DueStatus.WAIVED,
)  # fmt: skip


class InstalmentState(StrEnum):
    """Where an instalment stands, for who reads the schedule."""

    TO_COME = "to_come"
    SCHEDULED = "scheduled"  # in a debit
    PAID = "paid"
    UNPAID = "unpaid"  # its day has passed and no debit is under way


@dataclass(frozen=True, slots=True)
class PrincipalDue:
    """A due that a schedule takes up or can take up, with the surcharges on it, in centimes."""

    id: int
    kind: DueKind
    period: Period
    worksite: str
    amount: Centimes
    legal_due_on: date
    surcharges: Centimes


def is_takeable(today: date) -> ColumnElement[bool]:
    """A due that a schedule may take up: principal, open past its legal day, in no live debit."""
    bound = exists().where(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
    return and_(
        Due.kind.in_(PRINCIPAL),
        Due.status == DueStatus.OPEN,
        Due.amount_centimes > 0,
        Due.legal_due_on < today,
        ~bound,
    )


def parts_of_instalments(*conditions: ColumnElement[bool]) -> CTE:
    """The dues of instalments with what they were split into: schedule, number, day, id, status.

    A due that was paid in part is superseded by two others of the same sum; what counts are the
    rows of `parts_of_instalments` that are not superseded.
    """
    columns = (Instalment.schedule_id, Instalment.number, Instalment.due_on)
    whole = (
        select(*columns, Due.id.label("due_id"), Due.status)
        .join(PaymentSchedule, PaymentSchedule.id == Instalment.schedule_id)
        .join(Due, Due.id == Instalment.due_id)
        .where(*conditions)
        .cte("parts_of_instalments", recursive=True)
    )
    part = aliased(Due)
    return whole.union_all(
        select(whole.c.schedule_id, whole.c.number, whole.c.due_on, part.id, part.status)
        .join(part, part.predecessor_id == whole.c.due_id)
        .where(whole.c.status == DueStatus.SUPERSEDED)
    )


def state_of(statuses: Collection[DueStatus], due_on: date, today: date) -> InstalmentState:
    """Where an instalment stands, from the states of its due or of what that was split into."""
    if all(status in PAID for status in statuses):
        return InstalmentState.PAID
    if DueStatus.SCHEDULED in statuses:
        return InstalmentState.SCHEDULED
    return InstalmentState.UNPAID if due_on < today else InstalmentState.TO_COME


def principal_dues(session: Session, *conditions: ColumnElement[bool]) -> tuple[PrincipalDue, ...]:
    """The dues that meet the conditions, the oldest first; in the caller's transaction."""
    about = aliased(Due)
    surcharges = (
        select(func.coalesce(func.sum(about.amount_centimes), 0))
        .where(
            about.about_due_id == Due.id,
            about.kind == DueKind.SURCHARGE,
            about.status.in_(UNPAID),
        )
        .correlate(Due)
        .scalar_subquery()
    )
    rows: Sequence[Any] = session.execute(
        select(
            Due.id,
            Due.kind,
            Due.period,
            Worksite.name,
            Due.amount_centimes,
            Due.legal_due_on,
            surcharges.label("surcharges"),
        )
        .outerjoin(Worksite, Worksite.id == Due.worksite_id)
        .where(*conditions)
        .order_by(Due.period, Due.id)
    ).all()
    return tuple(
        PrincipalDue(
            id=row.id,
            kind=row.kind,
            period=Period.parse(row.period),
            worksite=row.name or "",
            amount=Centimes(row.amount_centimes),
            legal_due_on=row.legal_due_on,
            surcharges=Centimes(int(row.surcharges)),
        )
        for row in rows
    )
