"""The balance of an employer: what was declared and what has become of it, summed by the database.

For every period, or every worksite of one: declared = scheduled = sent = debited = settled, and
where they differ, why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Label,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from webapp.domain.balances import Sums
from webapp.domain.errors import InvalidPeriod, NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Debit,
    DebitLine,
    Declaration,
    DeclarationLine,
    Due,
    DueKind,
    PaymentSchedule,
    ScheduledDue,
    Worksite,
)
from webapp.services.correction_effects import TAKEN_UP
from webapp.services.transactions import reading

# Of these the bank has the file, or knows of it; of the latter it has taken the money.
LEFT = (
    DebitStatus.SENT,
    DebitStatus.UNKNOWN,
    DebitStatus.ACCEPTED,
    DebitStatus.DEBITED,
    DebitStatus.DISPUTED,
    DebitStatus.SETTLED,
)
TAKEN = (DebitStatus.DEBITED, DebitStatus.DISPUTED, DebitStatus.SETTLED)

_later = aliased(DebitLine)
_refusing = aliased(Debit)
IN_DEBIT = Due.status == DueStatus.SCHEDULED
IN_SCHEDULE = and_(
    Due.status == DueStatus.SUPERSEDED,
    exists().where(
        ScheduledDue.due_id == Due.id,
        PaymentSchedule.id == ScheduledDue.schedule_id,
        PaymentSchedule.status.in_(TAKEN_UP),
    ),
)
_freed = aliased(DebitLine)
# The debit that it was in last was refused for good, and it stands in no other.
REFUSED_LAST = and_(
    Due.status == DueStatus.OPEN,
    exists().where(
        _freed.due_id == Due.id,
        _freed.freed_at.is_not(None),
        _refusing.id == _freed.debit_id,
        _refusing.status == DebitStatus.REFUSED,
        ~exists().where(_later.due_id == _freed.due_id, _later.id > _freed.id),
    ),
)
# Money that the fund holds for the employer is no part of what was owed for a period.
HELD_FOR_THEM = and_(Due.kind == DueKind.CREDIT, Due.revision.is_(None), Due.about_due_id.is_(None))
SETTLED = Due.status == DueStatus.SETTLED
REFUSED = or_(REFUSED_LAST, and_(IN_DEBIT, Debit.status == DebitStatus.REFUSED))
UNDER_WAY = and_(IN_DEBIT, Debit.status != DebitStatus.REFUSED)
STAGES: Mapping[str, ColumnElement[bool]] = {
    "added": Due.revision.is_(None),
    "scheduled": or_(SETTLED, UNDER_WAY),
    "sent": or_(SETTLED, and_(IN_DEBIT, Debit.status.in_(LEFT))),
    "debited": or_(SETTLED, and_(IN_DEBIT, Debit.status.in_(TAKEN))),
    "settled": SETTLED,
    "elsewhere": Due.status == DueStatus.PAID_ELSEWHERE,
    "not_scheduled": and_(
        Due.status == DueStatus.OPEN, Due.amount_centimes > 0, not_(REFUSED_LAST)
    ),
    "under_way": UNDER_WAY,
    "refused": REFUSED,
    "credited": and_(Due.status == DueStatus.OPEN, Due.amount_centimes < 0),
    "contested": Due.status == DueStatus.CONTESTED,
    "deferred": Due.status == DueStatus.DEFERRED,
    "given_back": Due.status == DueStatus.GIVEN_BACK,
    "in_schedule": IN_SCHEDULE,
    "waived": Due.status == DueStatus.WAIVED,
}
# What is owed for a period: of what others took the place of, only what a schedule has taken up.
COUNTED = and_(or_(Due.status != DueStatus.SUPERSEDED, IN_SCHEDULE), not_(HELD_FOR_THEM))
# What a line of a declaration makes.
MADE = (
    DeclarationLine.leave_centimes
    + DeclarationLine.weather_employer_centimes
    + DeclarationLine.weather_worker_centimes
)
_newer = aliased(Declaration)
IS_LAST_REVISION = ~exists().where(
    _newer.employer_id == Declaration.employer_id,
    _newer.period == Declaration.period,
    _newer.revision > Declaration.revision,
)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """The sums of a period, or of a worksite in it; a worksite without a code is none."""

    period: Period
    worksite: str
    worksite_code: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Balance:
    """The rows, their sum, and the money that the fund holds for the employer, in centimes."""

    rows: tuple[BalanceRow, ...]
    total: Sums
    held_for_them: Centimes


def balance_by_period(session: Session, employer_id: int, worksite: str | None = None) -> Balance:
    """The balance of each period, the latest first; of one worksite (its code), or of them all.

    Raises NotFound for a worksite that is not the employer's.
    """
    with reading(session):
        id_ = None if worksite is None else _worksite(session, employer_id, worksite)
        found = _sums(session, employer_id, worksite_id=id_)
        held = _held(session, employer_id)
    by_period: dict[str, Sums] = {}
    for (period, _), sums in found.items():
        by_period[period] = by_period.get(period, Sums()) + sums
    rows = [
        BalanceRow(Period.parse(code), "", worksite or "", sums) for code, sums in by_period.items()
    ]
    rows.sort(key=lambda row: row.period.first_day, reverse=True)
    return Balance(tuple(rows), _total(rows), held)


def balance_by_worksite(session: Session, employer_id: int, period: str) -> Balance:
    """The balance of each worksite in a period (its code). Raises NotFound where there is none."""
    try:
        wanted = Period.parse(period)
    except InvalidPeriod:
        raise NotFound(kind="period", reference=period) from None
    with reading(session):
        found = _sums(session, employer_id, period=wanted.code)
        names = {
            row.id: row
            for row in session.execute(
                select(Worksite.id, Worksite.code, Worksite.name).where(
                    Worksite.employer_id == employer_id, Worksite.id.in_({id_ for _, id_ in found})
                )
            )
        }
        held = _held(session, employer_id)
    if not found:
        raise NotFound(kind="period", reference=period)
    rows = [
        BalanceRow(
            wanted,
            names[id_].name if id_ in names else "",
            names[id_].code if id_ in names else "",
            sums,
        )
        for (_, id_), sums in sorted(found.items(), key=lambda one: one[0][1])
    ]
    return Balance(tuple(rows), _total(rows), held)


def _total(rows: list[BalanceRow]) -> Sums:
    return sum((row.sums for row in rows), Sums())


def _sums(
    session: Session,
    employer_id: int,
    period: str | None = None,
    worksite_id: int | None = None,
) -> dict[tuple[str, int], Sums]:
    """The sums by period and worksite (0 for none); two statements, whatever their number."""
    found: dict[tuple[str, int], Sums] = {}
    for row in session.execute(_of_dues(employer_id, period, worksite_id)):
        amounts = {name: Centimes(int(getattr(row, name))) for name in STAGES}
        found[row.period, row.worksite_id or 0] = Sums(**amounts)
    for row in session.execute(declared_amounts(employer_id, period, worksite_id)):
        key = (row.period, row.worksite_id)
        declared = Centimes(int(row.declared))
        found[key] = replace(found.get(key, Sums()), declared=declared)
    return found


def _of_dues(employer_id: int, period: str | None, worksite_id: int | None) -> Any:
    query = (
        select(
            Due.period,
            Due.worksite_id,
            *sums_of_stages(),
        )
        .outerjoin(DebitLine, and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None)))
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .where(Due.employer_id == employer_id, COUNTED)
        .group_by(Due.period, Due.worksite_id)
    )
    if period is not None:
        query = query.where(Due.period == period)
    return query if worksite_id is None else query.where(Due.worksite_id == worksite_id)


def declared_amounts(employer_id: int, period: str | None, worksite_id: int | None) -> Any:
    """What the last revision of each period makes, by period and worksite, in one statement."""
    query = (
        select(Declaration.period, DeclarationLine.worksite_id, func.sum(MADE).label("declared"))
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .where(Declaration.employer_id == employer_id, IS_LAST_REVISION)
        .group_by(Declaration.period, DeclarationLine.worksite_id)
    )
    if period is not None:
        query = query.where(Declaration.period == period)
    return query if worksite_id is None else query.where(DeclarationLine.worksite_id == worksite_id)


def sums_of_stages() -> list[Label[int]]:
    """The amounts at each stage, as columns of a question about dues and their debits."""
    return [sum_where(condition).label(name) for name, condition in STAGES.items()]


def sum_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """What the dues of a condition come to, in centimes."""
    return func.coalesce(
        func.sum(case((condition, Due.amount_centimes), else_=cast(literal(0), BigInteger))), 0
    )


def _held(session: Session, employer_id: int) -> Centimes:
    """Money that came although it was not owed, and is not used yet; above zero."""
    held = session.scalar(
        select(func.coalesce(func.sum(-Due.amount_centimes), 0)).where(
            Due.employer_id == employer_id, HELD_FOR_THEM, Due.status == DueStatus.OPEN
        )
    )
    return Centimes(int(held or 0))


def _worksite(session: Session, employer_id: int, code: str) -> int:
    found = session.scalar(
        select(Worksite.id).where(Worksite.employer_id == employer_id, Worksite.code == code)
    )
    if found is None:
        raise NotFound(kind="worksite", reference=code)
    return found
