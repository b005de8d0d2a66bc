"""Where a due comes from and how its amount came about, as plain values; words stand elsewhere.

Everything is looked up for many dues at once: what a page shows is asked for in a few statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from webapp.domain.period import Period
from webapp.domain.reckonings import Reckoning
from webapp.models import Attempt, Debit, Due, DueKind, Instalment, PaymentSchedule, Worksite
from webapp.services.due_reckonings import Numbers, numbers_for, reckoning_of

DueRow = Row[*tuple[Any, ...]]
# What a correction has changed, as against what was split: see services/due_changes.py.
CHANGED = re.compile(r"\d+:(r\d+|in-time:.+)")
# Credits and amounts that are named after a presentation to the bank.
BY_ATTEMPT = ("late", "went-back")


class OriginKind(StrEnum):
    """What caused a due."""

    DECLARED = "declared"
    CORRECTED = "corrected"
    PAID_LATE = "paid_late"
    DECLARED_LATE = "declared_late"
    INSTALMENT = "instalment"
    ASSESSED = "assessed"  # by the fund's own system
    GIVEN_BACK = "given_back"  # a surcharge or penalty that was paid and is not owed
    LATE_MONEY = "late_money"  # of a debit that the bank had refused
    WENT_BACK = "went_back"  # money that the bank took back after it was credited
    OVERPAID = "overpaid"  # by another way
    PAYMENT_REVERSED = "payment_reversed"  # one made another way: the cheque bounced
    RECORDED = "recorded"  # nothing more is known


# The due is named after a payment made another way.
BY_PAYMENT = {
    "payment": OriginKind.OVERPAID,
    "payment-reversed": OriginKind.PAYMENT_REVERSED,
}


@dataclass(frozen=True, slots=True)
class About:
    """The due that another is about."""

    kind: DueKind
    period: Period
    worksite: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What caused a due, with what names it.

    `revision` of the declaration; `reference` of a schedule or a debit, or the fund's own number;
    an instalment is the `number`-th of `count`.
    """

    kind: OriginKind
    revision: int | None = None
    about: About | None = None
    reference: str = ""
    number: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """A due's origin and its reckoning; none where the numbers that made it are not known."""

    origin: Origin
    reckoning: Reckoning | None


@dataclass(frozen=True, slots=True)
class _Root:
    """The due that the first of a row of splits was."""

    id: int
    key: str


def explain(session: Session, dues: Sequence[DueRow]) -> dict[int, Explained]:
    """The origin and the reckoning of each due, by its id; inside the caller's transaction.

    A reckoning is never guessed: its numbers give the due's own amount, or there is none.
    """
    roots = _roots(session, dues)
    abouts = _abouts(session, {due.about_due_id for due in dues if due.about_due_id})
    instalments = _instalments(session, {root.id for root in roots.values()}, dues)
    debits = _debits(session, roots.values())
    numbers = numbers_for(session, dues, {due.id for due in dues if _is_part(due)})
    found = {}
    for due in dues:
        root = roots[due.id]
        origin = instalments.get(root.id) or _origin(due, root, abouts, debits)
        found[due.id] = Explained(origin, _reckoning(due, numbers))
    return found


def explain_dues(session: Session, ids: Sequence[int]) -> dict[int, Explained]:
    """`explain` for dues of one employer by their ids; inside the caller's transaction."""
    dues = session.execute(select(Due.__table__).where(Due.id.in_(ids))).all()
    return explain(session, dues)


def _reckoning(due: DueRow, numbers: Numbers) -> Reckoning | None:
    made = reckoning_of(due, numbers)
    return made if made is not None and made.amount == due.amount_centimes else None


def _origin(due: DueRow, root: _Root, abouts: dict[int, About], debits: dict[str, str]) -> Origin:
    cause, _, rest = root.key.partition(":")
    about = abouts.get(due.about_due_id)
    if cause == "assessed":
        return Origin(OriginKind.ASSESSED, about=about, reference=rest)
    if due.revision is not None:
        declared = due.kind is DueKind.CONTRIBUTION
        kind = OriginKind.DECLARED if declared else OriginKind.CORRECTED
        return Origin(kind, revision=due.revision)
    if due.kind is DueKind.SURCHARGE:
        return Origin(OriginKind.PAID_LATE, about=about)
    if due.kind is DueKind.PENALTY:
        return Origin(OriginKind.DECLARED_LATE, about=about)
    if due.kind is DueKind.CREDIT and about is not None:
        return Origin(OriginKind.GIVEN_BACK, about=about)
    if cause in BY_ATTEMPT:
        kind = OriginKind.LATE_MONEY if cause == "late" else OriginKind.WENT_BACK
        return Origin(kind, reference=debits.get(rest, ""))
    return Origin(BY_PAYMENT.get(cause, OriginKind.RECORDED))


def _is_part(due: DueRow) -> bool:
    return due.predecessor_id is not None and CHANGED.fullmatch(due.origin_key) is None


def _roots(session: Session, dues: Sequence[DueRow]) -> dict[int, _Root]:
    """What each due was before it was split or changed, however often."""
    roots = {due.id: _Root(due.id, due.origin_key) for due in dues}
    ahead = {due.id: due.predecessor_id for due in dues if due.predecessor_id}
    while ahead:
        rows = session.execute(
            select(Due.id, Due.origin_key, Due.predecessor_id).where(Due.id.in_({*ahead.values()}))
        )
        before = {row.id: row for row in rows}
        for due_id, one in ahead.items():
            roots[due_id] = _Root(one, before[one].origin_key)
        ahead = {
            due_id: before[one].predecessor_id
            for due_id, one in ahead.items()
            if before[one].predecessor_id
        }
    return roots


def _abouts(session: Session, ids: set[int]) -> dict[int, About]:
    if not ids:
        return {}
    rows = session.execute(
        select(Due.id, Due.kind, Due.period, Worksite.name)
        .outerjoin(Worksite, Worksite.id == Due.worksite_id)
        .where(Due.id.in_(ids))
    )
    return {row.id: About(row.kind, Period.parse(row.period), row.name or "") for row in rows}


def _instalments(session: Session, roots: set[int], dues: Sequence[DueRow]) -> dict[int, Origin]:
    if not any(due.kind is DueKind.INSTALMENT for due in dues):
        return {}
    count = (
        select(func.count())
        .where(Instalment.schedule_id == PaymentSchedule.id)
        .correlate(PaymentSchedule)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Instalment.due_id, Instalment.number, PaymentSchedule.reference, count.label("of"))
        .join(PaymentSchedule, PaymentSchedule.id == Instalment.schedule_id)
        .where(Instalment.due_id.in_(roots))
    )
    return {
        row.due_id: Origin(
            OriginKind.INSTALMENT, reference=row.reference, number=row.number, count=row.of
        )
        for row in rows
    }


def _debits(session: Session, roots: Iterable[_Root]) -> dict[str, str]:
    """The references of the debits whose presentations some dues are named after."""
    named = [root.key.partition(":")[2] for root in roots if root.key.startswith(BY_ATTEMPT)]
    if not named:
        return {}
    rows = session.execute(
        select(Attempt.end_to_end_id, Debit.reference)
        .join(Debit, Debit.id == Attempt.debit_id)
        .where(Attempt.end_to_end_id.in_(named))
    )
    return dict(rows.all())
