"""The standing of employers, one or many: the facts by the database, the rule by domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.due_dates import filing_deadline
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.standing import OwedAmount, Standing, standing_of
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Attempt, Debit, DebitLine, Declaration, DeclaredMonth, Due, Employer
from webapp.services.accrual import EMPLOYERS_FAULT, EMPLOYERS_HOLDS, TODAY
from webapp.services.declaring_terms import terms_of_all
from webapp.services.obligations import Declaring, declarable_periods, expected_periods
from webapp.services.working_day import WorkingDay

EMPLOYERS = "employers"
_line = aliased(DebitLine)
_attempt = aliased(Attempt)
# In whatever debit it was: the account of the employer did not give the money.
FAILED = exists().where(
    _line.due_id == Due.id,
    _attempt.debit_id == _line.debit_id,
    _attempt.failed_at.is_not(None),
    _attempt.reason_code.in_(EMPLOYERS_FAULT),
)
WAITS: ColumnElement[bool] = and_(
    Debit.status == DebitStatus.HELD,
    Debit.hold_reason.in_(EMPLOYERS_HOLDS),
    Debit.collect_on < TODAY,
)


@dataclass(frozen=True, slots=True)
class StandingNow:
    """The standing of an employer today, and the next deadline to declare, where one is to come."""

    standing: Standing
    next_deadline: date | None


def standings_of(
    session: Session, day: WorkingDay, employer_ids: Sequence[int]
) -> dict[int, StandingNow]:
    """The standing of each of these employers; four questions, however many there are.

    Inside the caller's transaction; no more ids than one statement takes.
    """
    owed = _owed(session, day, employer_ids)
    found = {}
    for employer_id, declaring in _declaring(session, employer_ids).items():
        asked = expected_periods(declarable_periods(declaring, day), declaring)
        deadlines = {one: filing_deadline(one, day.calendar, day.rules) for one in asked}
        missing = [one for one, last in deadlines.items() if last < day.today]
        found[employer_id] = StandingNow(
            standing_of(
                owed[employer_id],
                missing,
                day.today,
                day.calendar,
                declares_here=_declares_here(day, declaring),
            ),
            _next_deadline(day, declaring, list(deadlines.values())),
        )
    return found


def _declares_here(day: WorkingDay, declaring: Declaring) -> bool:
    present = declaring.terms.period_containing(day.today)
    return bool(declaring.declared) and not declaring.terms.is_elsewhere(present)


def _next_deadline(day: WorkingDay, declaring: Declaring, asked: Sequence[date]) -> date | None:
    """Of what is asked for already, else of the period of today where it is declared here."""
    to_come = [last for last in asked if last >= day.today]
    if not to_come:
        present: Period = declaring.terms.period_containing(day.today)
        if not declaring.terms.is_elsewhere(present):
            to_come = [filing_deadline(present, day.calendar, day.rules)]
    return min(to_come, default=None)


def _owed(
    session: Session, day: WorkingDay, employer_ids: Sequence[int]
) -> dict[int, list[OwedAmount]]:
    found: dict[int, list[OwedAmount]] = defaultdict(list)
    for row in session.execute(OWED, {EMPLOYERS: employer_ids, TODAY.key: day.today}):
        found[row.employer_id].append(
            OwedAmount(
                id=row.id,
                status=row.status,
                amount=Centimes(row.amount_centimes),
                legal_due_on=row.legal_due_on,
                filed_on=row.filed_on,
                collect_on=row.collect_on,
                failed=row.failed,
                waits=row.waits,
            )
        )
    return found


def _declaring(session: Session, employer_ids: Sequence[int]) -> dict[int, Declaring]:
    owners = {
        row.id: row.periodicity
        for row in session.execute(
            select(Employer.id, Employer.periodicity).where(Employer.id.in_(employer_ids))
        )
    }
    months: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(DeclaredMonth.employer_id, DeclaredMonth.month).where(
            DeclaredMonth.employer_id.in_(employer_ids)
        )
    ):
        months[row.employer_id].add(row.month)
    terms = terms_of_all(session, owners, employer_ids)
    return {owner: Declaring(terms[owner], months[owner]) for owner in owners}


def _owed_amounts() -> Select[*tuple[Any, ...]]:
    """What is past its legal day and not settled: all that can be overdue."""
    live = and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
    made_by = and_(
        Declaration.employer_id == Due.employer_id,
        Declaration.period == Due.period,
        Declaration.revision == Due.revision,
    )
    return (
        select(
            Due.id,
            Due.employer_id,
            Due.status,
            Due.amount_centimes,
            Due.legal_due_on,
            Declaration.filed_on,
            Debit.collect_on,
            FAILED.label("failed"),
            func.coalesce(WAITS, false()).label("waits"),
        )
        .outerjoin(DebitLine, live)
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .outerjoin(Declaration, made_by)
        .where(
            Due.employer_id.in_(bindparam(EMPLOYERS, expanding=True)),
            Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
            Due.amount_centimes > 0,
            Due.legal_due_on < TODAY,
        )
        .order_by(Due.legal_due_on, Due.id)
    )


OWED = _owed_amounts()
