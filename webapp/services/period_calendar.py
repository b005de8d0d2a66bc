"""The calendar of an employer's periods: where each stands, its days, and until when it is
corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import LastMoments, debit_day, last_moments
from webapp.domain.period import Period
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus
from webapp.models import Channel, Debit, DebitLine, Due, DueKind, Mandate
from webapp.services.declaration_history import DeclarationRow, list_declarations
from webapp.services.obligations import (
    Declaring,
    Obligation,
    declarable_periods,
    declaring_of,
    ended_periods,
    expected_periods,
    obligation,
)
from webapp.services.planning import ENDED
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

# Periods that have not ended and stand in the calendar: the present one and the next.
TO_COME = 2
# What nobody pays any more, or pays elsewhere.
OVER = (DueStatus.SUPERSEDED, DueStatus.WAIVED)


class PeriodState(StrEnum):
    """Where a period stands."""

    TO_COME = "to_come"
    OPEN = "open"
    LATE = "late"
    FILED = "filed"
    ELSEWHERE = "elsewhere"
    OLDER = "older"  # declarable here, if it was not declared elsewhere


class Reach(StrEnum):
    """What a correction still reaches, from the most to the least."""

    FREE = "free"  # nothing is debited: what is added is owed
    CHANGES = "changes"
    LOWERS = "lowers"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Correctable:
    """What a correction of a filed period reaches; the moments where a day of debit is known."""

    reach: Reach
    moments: LastMoments | None = None


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """One period in the calendar; `correctable` of a filed one."""

    state: PeriodState
    days: Obligation
    correctable: Correctable | None = None

    @property
    def period(self) -> Period:
        """The period that the days are of."""
        return self.days.period


@dataclass(frozen=True, slots=True)
class PeriodCalendar:
    """The periods from the next one back to a year ago, the latest first, and all that is filed."""

    periods: tuple[CalendarPeriod, ...]
    filed: tuple[DeclarationRow, ...]

    def of(self, *states: PeriodState) -> list[CalendarPeriod]:
        """The periods in these states, the oldest first."""
        return [one for one in reversed(self.periods) if one.state in states]


def load_calendar_of(session: Session, day: WorkingDay, employer_id: int) -> PeriodCalendar:
    """The calendar of an employer as it stands today."""
    with reading(session):
        declaring = declaring_of(session, employer_id)
        filed = list_declarations(session, employer_id)
        reached = reach_of_periods(session, day, employer_id)
    correctable = {
        one.period.code: reached.get(one.period.code, Correctable(Reach.FREE)) for one in filed
    }
    periods = [*ended_periods(declaring.terms, day), *_to_come(declaring, day)]
    asked = expected_periods(declarable_periods(declaring, day), declaring)
    found = []
    for period in reversed(periods):
        days = obligation(period, day)
        state = _state(days, declaring, asked, correctable, day)
        if state is not None:
            found.append(CalendarPeriod(state, days, correctable.get(period.code)))
    return PeriodCalendar(tuple(found), tuple(filed))


def reach_of_periods(session: Session, day: WorkingDay, employer_id: int) -> dict[str, Correctable]:
    """What a correction reaches of each period (its code) of which something declared is owed.

    Inside the caller's transaction; two statements, whatever their number.
    """
    lead_days = session.scalar(_lead_days(employer_id))
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_dues(employer_id)):
        rows[row.period].append(row)
    return {code: _correctable(day, lead_days, dues) for code, dues in rows.items()}


def correctable_of(
    session: Session, day: WorkingDay, employer_id: int, period: Period
) -> Correctable:
    """What a correction of one filed period still reaches, and until when."""
    with reading(session):
        lead_days = session.scalar(_lead_days(employer_id))
        rows = session.execute(_dues(employer_id).where(Due.period == period.code)).all()
    return _correctable(day, lead_days, rows)


def correctable_in(
    session: Session, day: WorkingDay, employer_id: int, reference: str
) -> Correctable | None:
    """What a correction still reaches of one debit; None where nothing declared is in it."""
    with reading(session):
        rows = session.execute(_dues(employer_id).where(Debit.reference == reference)).all()
    return _correctable(day, None, rows) if rows else None


def _to_come(declaring: Declaring, day: WorkingDay) -> list[Period]:
    """The period of today and those after it."""
    found = [declaring.terms.period_containing(day.today)]
    while len(found) < TO_COME:
        found.append(declaring.terms.period_containing(found[-1].next().first_day))
    return found


def _state(
    days: Obligation,
    declaring: Declaring,
    asked: Sequence[Period],
    filed: Mapping[str, Correctable],
    day: WorkingDay,
) -> PeriodState | None:
    """None for a period of which a part was declared in another: it is never declared itself."""
    period = days.period
    if period.code in filed:
        return PeriodState.FILED
    if not declaring.declared.isdisjoint(period.months):
        return None
    if declaring.terms.is_elsewhere(period):
        return PeriodState.ELSEWHERE
    if period.last_day >= day.today:
        return PeriodState.TO_COME
    if period not in asked:
        return PeriodState.OLDER
    return PeriodState.LATE if days.deadline < day.today else PeriodState.OPEN


def _correctable(day: WorkingDay, lead_days: int | None, dues: Iterable[Row[Any]]) -> Correctable:
    """Of all dues of a period, the least that a correction reaches and the first day of a debit."""
    reached = [(_reach(row), _debited_on(row, day, lead_days)) for row in dues]
    if not reached:
        return Correctable(Reach.FREE)
    reach = max((one for one, _ in reached), key=list(Reach).index)
    known = [on for one, on in reached if on is not None and one is reach]
    if not known:
        return Correctable(reach)
    collect_on, lead = min(known)
    return Correctable(reach, last_moments(collect_on, lead, day.calendar, day.rules))


def _reach(row: Row[Any]) -> Reach:
    """As a correction does it: a debit that was told may shrink until it leaves."""
    if row.debit_status is None:
        return Reach.CHANGES if row.status is DueStatus.OPEN else Reach.AFTER
    if row.debit_status is DebitStatus.REFUSED:
        return Reach.CHANGES
    if row.debit_status not in DEBIT_STATUSES_BEFORE_FREEZING:
        return Reach.AFTER
    return Reach.LOWERS if row.notice_version else Reach.CHANGES


def _debited_on(row: Row[Any], day: WorkingDay, lead_days: int | None) -> tuple[date, int] | None:
    """The day of its debit and its channel's days for the bank; None where nothing is known."""
    if row.debit_status in (DebitStatus.PLANNED, DebitStatus.ANNOUNCED):
        return row.collect_on, row.lead_days
    if row.debit_status is not None or lead_days is None or row.status is not DueStatus.OPEN:
        return None
    return debit_day(row.collect_from_on, day.today, day.calendar, day.rules), lead_days


def _lead_days(employer_id: int) -> Select[int]:
    """The days that the channel of the default mandate wants; nothing without a mandate."""
    return (
        select(Channel.lead_days)
        .join(Mandate, Mandate.channel_id == Channel.id)
        .where(
            Mandate.employer_id == employer_id,
            Mandate.is_default.is_(True),
            Mandate.status.not_in(ENDED),
        )
    )


def _dues(employer_id: int) -> Select[*tuple[Any, ...]]:
    """Where the declared amounts stand: each combination once, however many worksites."""
    return (
        select(
            Due.period,
            Due.status,
            Due.collect_from_on,
            Debit.status.label("debit_status"),
            Debit.collect_on,
            Debit.notice_version,
            Channel.lead_days,
        )
        .outerjoin(DebitLine, (DebitLine.due_id == Due.id) & DebitLine.freed_at.is_(None))
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .outerjoin(Mandate, Mandate.id == Debit.mandate_id)
        .outerjoin(Channel, Channel.id == Mandate.channel_id)
        .where(
            Due.employer_id == employer_id,
            Due.kind == DueKind.CONTRIBUTION,
            Due.status.not_in(OVER),
        )
        .distinct()
    )
