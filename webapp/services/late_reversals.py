"""Surcharges taken back: the cause was the fund's or a bank's, as became known later.

What nothing has collected yet goes with a counter-posting; what was collected is the employer's
credit. (domain notes §3)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.corrections import Freedom
from webapp.domain.money import Centimes
from webapp.domain.statuses import DueStatus
from webapp.models import Attempt, DebitLine, Due, DueKind
from webapp.services.accrual import EMPLOYERS_FAULT
from webapp.services.due_changes import ChangedDebit, LockedDue, lock_dues, replace_dues
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.sums import Sum
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

Columns = TypeVarTuple("Columns")

GONE = (DueStatus.SUPERSEDED, DueStatus.WAIVED)


def reverse_surcharges(session: Session, day: WorkingDay) -> int:
    """Take back every surcharge whose cause turned out to be a bank's; return how many.

    A phase of the run. The bank took the money after it had refused; or what it refused for was
    nothing of the employer's, and the amount is under way again.
    """
    with transaction(session):
        ids = session.scalars(_to_reverse()).all()
        return reverse_late_dues(session, day, ids, "not_the_employers")[0] if ids else 0


@cache
def _to_reverse() -> Select[int]:
    """Built once: as a rule every run asks it three times and finds nothing."""
    return _about(select(Due.id)).order_by(Due.id)


def sum_to_reverse(session: Session) -> Sum:
    """How many surcharges the next run takes back, and how much."""
    wanted = select(func.count(), func.sum(Due.amount_centimes)).select_from(Due)
    with reading(session):
        count, centimes = session.execute(_about(wanted)).one()
    return Sum(count, int(centimes or 0))


def _about(surcharges: Select[*Columns]) -> Select[*Columns]:
    """The same statement, of the surcharges whose cause turned out to be a bank's."""
    about, credit = aliased(Due), aliased(Due)
    return surcharges.join(about, about.id == Due.about_due_id).where(
        Due.kind == DueKind.SURCHARGE,
        Due.status.not_in(GONE),
        or_(_contradicted(about), _not_theirs(about)),
        # Not yet credited.
        ~exists().where(credit.about_due_id == Due.id, credit.kind == DueKind.CREDIT),
    )


def reverse_late_dues(
    session: Session, day: WorkingDay, due_ids: Sequence[int], cause: str
) -> tuple[int, tuple[ChangedDebit, ...]]:
    """Take back these surcharges or penalties; how many were, and the debits that changed.

    Once each: the credit's key is the surcharge's. Inside the caller's transaction.
    """
    locked = lock_dues(session, Due.id.in_(due_ids), Due.status.not_in(GONE))
    open_ = [(due, ()) for due in locked if due.freedom is not Freedom.FIXED]
    keys = [_key(due) for due in locked]
    known = set(session.scalars(select(Due.origin_key).where(Due.origin_key.in_(keys))))
    paid = [due for due in locked if due.freedom is Freedom.FIXED and _key(due) not in known]
    add_dues(session, day, [_credit(day, due) for due in paid], cause)
    debits = replace_dues(session, day, open_, cause).debits if open_ else ()
    return len(open_) + len(paid), debits


def _failed(about: type[Due], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        DebitLine.due_id == about.id, Attempt.debit_id == DebitLine.debit_id, *conditions
    )


def _contradicted(about: type[Due]) -> ColumnElement[bool]:
    """The bank refused, and the money came all the same."""
    return _failed(
        about,
        Attempt.refused_at.is_not(None),
        Attempt.settled_at.is_not(None),
        Attempt.returned_at.is_(None),
    )


def _not_theirs(about: type[Due]) -> ColumnElement[bool]:
    """Only attempts that failed for a cause that is not the employer's; no longer unpaid."""
    failed = Attempt.failed_at.is_not(None)
    told = and_(failed, or_(Attempt.refused_at.is_not(None), Attempt.returned_at.is_not(None)))
    return and_(
        about.status.not_in([DueStatus.OPEN, DueStatus.CONTESTED]),
        _failed(about, told),
        ~_failed(about, failed, Attempt.reason_code.in_(EMPLOYERS_FAULT)),
    )


def _key(due: LockedDue) -> str:
    return f"reversed:{due.id}"


def _credit(day: WorkingDay, due: LockedDue) -> NewDue:
    return NewDue(
        origin_key=_key(due),
        kind=DueKind.CREDIT,
        employer_id=due.row["employer_id"],
        worksite_id=due.row["worksite_id"],
        period=due.row["period"],
        amount_centimes=Centimes(-due.amount),
        legal_due_on=day.today,
        collect_from_on=day.today,
        about_due_id=due.id,
    )
