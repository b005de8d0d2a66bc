"""Everything an employer owes or owed: each amount with its cause, its reckoning and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import debit_day
from webapp.domain.errors import InvalidPeriod, NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.reckonings import Reckoning
from webapp.domain.statuses import DueStatus
from webapp.models import Due, DueKind, Worksite
from webapp.services.due_origins import DueRow, Origin, explain
from webapp.services.due_standings import Standing, standings
from webapp.services.enrolment import Authorisation, authorisation_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

DUES_ON_A_PAGE = 24
# Of these something is still to come.
CURRENT = (
    DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.CONTESTED, DueStatus.DEFERRED,
    DueStatus.GIVEN_BACK,
)  # fmt: skip
TO_BE_PAID = (DueStatus.OPEN, DueStatus.SCHEDULED)

IS_PAST = case((Due.status.in_(CURRENT), 0), else_=1)
DUES = select(Due.__table__, Worksite.name.label("worksite")).outerjoin(
    Worksite, Worksite.id == Due.worksite_id
)
# What is still to come by its deadline, the most pressing first; then the past, the latest first.
ORDER = (
    IS_PAST,
    case((IS_PAST == 0, Due.legal_due_on)),
    case((IS_PAST == 1, Due.legal_due_on)).desc(),
    case((IS_PAST == 0, Due.id), else_=-Due.id),
)


@dataclass(frozen=True, slots=True)
class ListedDue:
    """One amount with all that its employer is told of it, in centimes; a credit is below zero.

    `collect_on` is the day of its debit, or the day on which it can be debited first; none where
    no authorisation takes it.
    """

    id: int
    kind: DueKind
    status: DueStatus
    period: Period
    worksite: str
    amount: Centimes
    legal_due_on: date
    collect_on: date | None
    origin: Origin
    reckoning: Reckoning | None
    standing: Standing

    @property
    def is_past(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.status not in CURRENT


@dataclass(frozen=True, slots=True)
class DuesPage:
    """A part of an employer's dues, and what the others can be chosen by.

    `owed` is what is still to be paid in all, in centimes, less the credits not used yet.
    """

    dues: tuple[ListedDue, ...]
    more: bool
    owed: Centimes
    kinds: tuple[DueKind, ...]
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the dues to show: of one kind, of one period (its code), after one already seen."""

    kind: DueKind | None = None
    period: str | None = None
    after: int | None = None


def list_dues(session: Session, day: WorkingDay, employer_id: int, wanted: Wanted) -> DuesPage:
    """The employer's dues: what is still to come by its deadline, then the past, latest first.

    Raises NotFound for a period that is none, and for a last due that is not the employer's.
    """
    with reading(session):
        mine = Due.employer_id == employer_id
        rows = session.execute(_wanted(session, mine, wanted).limit(DUES_ON_A_PAGE + 1)).all()
        kinds = set(session.scalars(select(Due.kind).where(mine).distinct()))
        periods = session.scalars(select(Due.period).where(mine).distinct())
        owed = session.scalar(
            select(func.coalesce(func.sum(Due.amount_centimes), 0)).where(
                mine, Due.status.in_(TO_BE_PAID)
            )
        )
        return DuesPage(
            dues=listed(session, day, employer_id, rows[:DUES_ON_A_PAGE]),
            more=len(rows) > DUES_ON_A_PAGE,
            owed=Centimes(int(owed or 0)),
            kinds=tuple(kind for kind in DueKind if kind in kinds),
            periods=tuple(
                sorted(map(Period.parse, periods), key=lambda one: one.first_day, reverse=True)
            ),
        )


def listed(
    session: Session, day: WorkingDay, employer_id: int, rows: Sequence[DueRow]
) -> tuple[ListedDue, ...]:
    """Rows of DUES with what their employer is told; inside the caller's transaction."""
    told = explain(session, rows)
    places, days = standings(session, {row.id: row.status for row in rows})
    authorisation = authorisation_of(session, employer_id)
    return tuple(
        ListedDue(
            id=row.id,
            kind=row.kind,
            status=row.status,
            period=Period.parse(row.period),
            worksite=row.worksite or "",
            amount=Centimes(row.amount_centimes),
            legal_due_on=row.legal_due_on,
            collect_on=days.get(row.id) or _expected(row, day, authorisation),
            origin=told[row.id].origin,
            reckoning=told[row.id].reckoning,
            standing=places[row.id],
        )
        for row in rows
    )


def _wanted(
    session: Session, mine: ColumnElement[bool], wanted: Wanted
) -> Select[*tuple[object, ...]]:
    query = DUES.where(mine).order_by(*ORDER)
    if wanted.kind is not None:
        query = query.where(Due.kind == wanted.kind)
    if wanted.period is not None:
        query = query.where(Due.period == _code(wanted.period))
    if wanted.after is not None:
        last = session.execute(
            select(Due.id, Due.legal_due_on, IS_PAST.label("is_past")).where(
                mine, Due.id == wanted.after
            )
        ).first()
        if last is None:
            raise NotFound(kind="due", reference=str(wanted.after))
        query = query.where(_after(last))
    return query


def _after(last: DueRow) -> ColumnElement[bool]:
    """What comes after a due in ORDER."""
    on, id_ = last.legal_due_on, last.id
    if last.is_past:
        older = or_(Due.legal_due_on < on, and_(Due.legal_due_on == on, Due.id < id_))
        return and_(IS_PAST == 1, older)
    later = or_(Due.legal_due_on > on, and_(Due.legal_due_on == on, Due.id > id_))
    return or_(IS_PAST == 1, and_(IS_PAST == 0, later))


def _code(period: str) -> str:
    try:
        return Period.parse(period).code
    except InvalidPeriod:
        raise NotFound(kind="period", reference=period) from None


def _expected(row: DueRow, day: WorkingDay, authorisation: Authorisation | None) -> date | None:
    """When an open amount can be debited, if the authorisation takes it."""
    if row.status is not DueStatus.OPEN or row.amount_centimes < 0 or authorisation is None:
        return None
    # After the last attempt only another authorisation brings it back.
    barred = row.barred_mandate_id == authorisation.id
    if barred or not authorisation.collects(row.legal_due_on):
        return None
    return debit_day(row.collect_from_on, day.today, day.calendar, day.rules)
