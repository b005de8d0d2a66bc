"""The debits of mandates that are not over: what a change of the mandate can still reach.

Every change shows them before it happens; `digest_of` what was shown is sent back with the form,
so that what happens is what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.errors import ShownChanged
from webapp.domain.money import Centimes
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    DebitStatus,
    DueStatus,
    MandateStatus,
)
from webapp.models import Debit, DebitLine, Due, HoldReason, Mandate, MandateWorksite
from webapp.services.own_mandates import MandateRow

# With a file that is made or has left: the fund cannot stop these.
UNSTOPPABLE = frozenset(
    {
        DebitStatus.FROZEN,
        DebitStatus.SENT,
        DebitStatus.UNKNOWN,
        DebitStatus.ACCEPTED,
        DebitStatus.DEBITED,
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What an employer has seen of a mandate's debits before they decide."""

    mandate: MandateRow
    debits: tuple[OpenDebit, ...]

    @property
    def unstoppable(self) -> list[OpenDebit]:
        """What can no longer be changed."""
        return [one for one in self.debits if one.unstoppable]

    @property
    def unsent(self) -> list[OpenDebit]:
        return [one for one in self.debits if not one.unstoppable]


@dataclass(frozen=True, slots=True)
class OpenDebit:
    """A debit that is not over. `was_told` says that its employer has had a notice of it."""

    id: int
    reference: str
    mandate_id: int
    status: DebitStatus
    hold_reason: HoldReason | None
    collect_on: date
    amount: Centimes
    was_told: bool
    bank_code: str
    account_last4: str

    @property
    def unstoppable(self) -> bool:
        return self.status in UNSTOPPABLE

    @property
    def announced(self) -> bool:
        return self.status is DebitStatus.ANNOUNCED

    @property
    def with_the_office(self) -> bool:
        """Money for it came when it was not awaited: the office decides first."""
        return self.hold_reason is HoldReason.LATE_MONEY


def open_debits(session: Session, *conditions: ColumnElement[bool]) -> list[OpenDebit]:
    """The debits of which something may still come, by their day; in the caller's transaction."""
    rows = session.execute(
        select(
            Debit.id,
            Debit.reference,
            Debit.mandate_id,
            Debit.status,
            Debit.hold_reason,
            Debit.collect_on,
            Debit.amount_centimes,
            Debit.notice_version,
            Mandate.bank_code,
            Mandate.account_last4,
        )
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Debit.status.in_(UNSTOPPABLE.union(DEBIT_STATUSES_BEFORE_FREEZING)), *conditions)
        .order_by(Debit.collect_on, Debit.id)
    )
    return [
        OpenDebit(
            id=row.id,
            reference=row.reference,
            mandate_id=row.mandate_id,
            status=row.status,
            hold_reason=row.hold_reason,
            collect_on=row.collect_on,
            amount=Centimes(row.amount_centimes),
            was_told=row.notice_version > 0,
            bank_code=row.bank_code,
            account_last4=row.account_last4,
        )
        for row in rows
    ]


def under(mandate: MandateRow) -> ColumnElement[bool]:
    """Of debits: under this mandate, or kept under one whose place it took.

    An exception stands alone.
    """
    mine = Debit.mandate_id == mandate.id
    if not mandate.is_default:
        return mine
    other = aliased(Mandate)
    before = exists().where(
        other.id == Debit.mandate_id,
        other.is_default.is_(True),
        other.status == MandateStatus.REPLACED,
    )
    return and_(Debit.employer_id == mandate.employer_id, or_(mine, before))


def still_owed(session: Session, employer_id: int, mandate_id: int | None = None) -> Centimes:
    """What is owed and in no debit, or in one that can still be cancelled; of a mandate, or all.

    In centimes; in the caller's transaction.
    """
    waiting = select(func.coalesce(func.sum(Due.amount_centimes), 0)).where(
        Due.employer_id == employer_id, Due.status == DueStatus.OPEN
    )
    bound = (
        select(func.coalesce(func.sum(DebitLine.amount_centimes), 0))
        .join(Debit, Debit.id == DebitLine.debit_id)
        .where(
            Debit.employer_id == employer_id,
            DebitLine.freed_at.is_(None),
            Debit.status.in_((*DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus.REFUSED)),
        )
    )
    if mandate_id is not None:
        own = select(MandateWorksite.worksite_id).where(
            MandateWorksite.mandate_id == mandate_id, MandateWorksite.ended_at.is_(None)
        )
        waiting = waiting.where(Due.worksite_id.in_(own))
        bound = bound.where(Debit.mandate_id == mandate_id)
    total = int(session.scalar(waiting) or 0) + int(session.scalar(bound) or 0)
    return Centimes(max(total, 0))


def digest_of(debits: Iterable[OpenDebit], *more: object) -> str:
    """What changes with everything that the employer was shown."""
    seen = [(one.reference, one.status.value, one.collect_on, one.amount) for one in debits]
    return hashlib.sha256(repr((seen, more)).encode()).hexdigest()


def check_shown(shown: str, debits: Sequence[OpenDebit], *more: object) -> None:
    """Raise ShownChanged unless this is what the employer has seen."""
    if shown != digest_of(debits, *more):
        raise ShownChanged()
