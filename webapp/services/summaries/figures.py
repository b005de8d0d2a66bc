"""What a yearly summary says: its periods as in the balance, the account as in the books.

Of one employer or of hundreds in the same few questions; nothing is kept of a summary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from webapp.domain.balances import Sums
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Declaration,
    DeclarationLine,
    Due,
    DueKind,
    Posting,
)
from webapp.services.balance import (
    COUNTED,
    IS_LAST_REVISION,
    MADE,
    STAGES,
    sum_where,
    sums_of_stages,
)
from webapp.services.statement_queries import OWN, lines_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

LATE = (DueKind.SURCHARGE, DueKind.PENALTY)


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """A period of the year: its sums as in the balance; of what was added, what being late cost.

    `refusals` counts the presentations that banks have refused or taken back.
    """

    period: Period
    sums: Sums
    late: Centimes
    refusals: int


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A year of an employer, in centimes: its periods, and the account from its first day on.

    `opening` was owed before the first day and `closing` is after the last one; `charged` raised
    and `paid` lowered it in between, as in the statement of the same days.
    """

    first_on: date
    last_on: date
    periods: tuple[PeriodFigures, ...]
    opening: Centimes
    charged: Centimes
    paid: Centimes

    @property
    def closing(self) -> Centimes:
        """What is owed after the last day; below zero, the fund owes it."""
        return Centimes(self.opening + self.charged - self.paid)

    @property
    def total(self) -> Sums:
        """All the periods together."""
        return sum((one.sums for one in self.periods), Sums())

    @property
    def late(self) -> Centimes:
        """What being late has cost in all."""
        return Centimes(sum(one.late for one in self.periods))

    @property
    def refusals(self) -> int:
        """The refusals of all periods."""
        return sum(one.refusals for one in self.periods)


def days_of(year: int, today: date) -> tuple[date, date]:
    """The first and the last day of a year, the last one not after today."""
    first_on = date(year, 1, 1)
    return first_on, max(first_on, min(date(year, 12, 31), today))


def figures_of(
    session: Session, employer_ids: Sequence[int], year: int, today: date
) -> dict[int, YearFigures]:
    """The year of each of these employers; five questions. Inside the caller's transaction."""
    first_on, last_on = days_of(year, today)
    periods: dict[int, dict[str, PeriodFigures]] = defaultdict(dict)
    declared = _declared(session, employer_ids, year)
    refusals = _refusals(session, employer_ids, year)
    for row in session.execute(_dues(employer_ids, year)):
        periods[row.employer_id][row.period] = _period(row, declared, refusals)
    for owner, code in declared.keys() - {(o, c) for o, found in periods.items() for c in found}:
        sums = Sums(declared=declared[owner, code])
        periods[owner][code] = PeriodFigures(Period.parse(code), sums, Centimes(0), 0)
    opening = _opening(session, employer_ids, first_on)
    moved = _moved(session, employer_ids, first_on, last_on)
    found = {}
    for owner in employer_ids:
        charged, paid = moved.get(owner, (Centimes(0), Centimes(0)))
        of_year = sorted(periods[owner].values(), key=lambda one: one.period.first_day)
        before = opening.get(owner, Centimes(0))
        found[owner] = YearFigures(first_on, last_on, tuple(of_year), before, charged, paid)
    return found


def years_of(session: Session, day: WorkingDay, employer_id: int) -> list[int]:
    """The years in which an employer declared or owed something, the latest first."""
    year = func.substr(Due.period, 1, 4)
    with reading(session):
        of_dues = session.scalars(select(year).where(Due.employer_id == employer_id).distinct())
        of_filings = session.scalars(
            select(func.substr(Declaration.period, 1, 4))
            .where(Declaration.employer_id == employer_id)
            .distinct()
        )
        found = {int(one) for one in (*of_dues, *of_filings)}
    return sorted((one for one in found if one <= day.today.year), reverse=True)


def _period(
    row: Row[Any], declared: dict[tuple[int, str], Centimes], refusals: dict[tuple[int, str], int]
) -> PeriodFigures:
    key = (row.employer_id, row.period)
    amounts = {name: Centimes(int(getattr(row, name))) for name in STAGES}
    return PeriodFigures(
        period=Period.parse(row.period),
        sums=Sums(**amounts, declared=declared.get(key, Centimes(0))),
        late=Centimes(int(row.late)),
        refusals=refusals.get(key, 0),
    )


def _dues(employer_ids: Sequence[int], year: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Due.employer_id,
            Due.period,
            *sums_of_stages(),
            sum_where(Due.kind.in_(LATE)).label("late"),
        )
        .outerjoin(DebitLine, and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None)))
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .where(Due.employer_id.in_(employer_ids), Due.period.startswith(f"{year}-"), COUNTED)
        .group_by(Due.employer_id, Due.period)
    )


def _declared(
    session: Session, employer_ids: Sequence[int], year: int
) -> dict[tuple[int, str], Centimes]:
    """What the last revision of each period makes."""
    rows = session.execute(
        select(Declaration.employer_id, Declaration.period, func.sum(MADE).label("declared"))
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .where(
            Declaration.employer_id.in_(employer_ids),
            Declaration.period.startswith(f"{year}-"),
            IS_LAST_REVISION,
        )
        .group_by(Declaration.employer_id, Declaration.period)
    )
    return {(row.employer_id, row.period): Centimes(int(row.declared)) for row in rows}


def _refusals(
    session: Session, employer_ids: Sequence[int], year: int
) -> dict[tuple[int, str], int]:
    """How many presentations failed that held something of each period."""
    rows = session.execute(
        select(
            Due.employer_id,
            Due.period,
            func.count(Attempt.id.distinct()).label("refusals"),
        )
        .join(DebitLine, DebitLine.due_id == Due.id)
        .join(Attempt, Attempt.debit_id == DebitLine.debit_id)
        .where(
            Due.employer_id.in_(employer_ids),
            Due.period.startswith(f"{year}-"),
            Attempt.failed_at.is_not(None),
            func.coalesce(Attempt.refused_at, Attempt.returned_at).is_not(None),
        )
        .group_by(Due.employer_id, Due.period)
    )
    return {(row.employer_id, row.period): row.refusals for row in rows}


def _opening(session: Session, employer_ids: Sequence[int], first_on: date) -> dict[int, Centimes]:
    rows = session.execute(
        select(Posting.employer_id, func.sum(Posting.amount_centimes).label("sum"))
        .where(
            Posting.employer_id.in_(employer_ids),
            Posting.account.in_(OWN),
            Posting.posted_on < first_on,
        )
        .group_by(Posting.employer_id)
    )
    return {row.employer_id: Centimes(int(row.sum)) for row in rows if row.employer_id is not None}


def _moved(
    session: Session, employer_ids: Sequence[int], first_on: date, last_on: date
) -> dict[int, tuple[Centimes, Centimes]]:
    """What raised and what lowered each account, as the lines of its statement do."""
    lines = lines_of(employer_ids, first_on, last_on)
    raised = func.sum(case((lines.c.amount > 0, lines.c.amount), else_=0))
    change = func.sum(lines.c.amount)
    rows = session.execute(
        select(lines.c.employer_id, raised.label("raised"), change.label("change")).group_by(
            lines.c.employer_id
        )
    )
    return {
        row.employer_id: (Centimes(int(row.raised)), Centimes(int(row.raised) - int(row.change)))
        for row in rows
    }
