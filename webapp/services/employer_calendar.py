"""An employer's calendar: what was and will be debited, until when to act, when the banks rest.

One reading of a handful of statements, for one worksite or four hundred. Amounts stand where a
debit or a declaration makes them; of what is not declared yet, only the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.calendar import ONE_DAY
from webapp.domain.calendar_entries import EntryKind, place_of
from webapp.domain.due_dates import annual_returns, collection_day, debit_day
from webapp.domain.money import Centimes
from webapp.domain.months import add_months
from webapp.domain.period import Period, Periodicity
from webapp.domain.statuses import DebitStatus, DueStatus, PaymentScheduleStatus
from webapp.models import ClosedDay, Debit, Event, Instalment, PaymentSchedule, Subject
from webapp.services.debit_history import LISTED_ROWS, with_periods
from webapp.services.debit_life import DebitRow
from webapp.services.enrolment import Authorisation, authorisation_of
from webapp.services.obligations import (
    Declaring,
    Obligation,
    declarable_periods,
    declaring_of,
    expected_periods,
    obligation,
)
from webapp.services.overview import OPEN_DUES
from webapp.services.period_calendar import Correctable, reach_of_periods
from webapp.services.scheduled_dues import InstalmentState, parts_of_instalments, state_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

# What is near, in months before and after this one.
MONTHS_BACK, MONTHS_AHEAD = 3, 12
# So long after its first day, all days of a period are over: a quarter, its term and rest days.
MONTHS_AFTER_A_PERIOD = 5
SHOWN_SCHEDULES = (PaymentScheduleStatus.ACCEPTED, PaymentScheduleStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on one day.

    key          tells it from every other entry of its kind, today and tomorrow
    amount       in centimes, where one is known
    period       of which it is
    debit        the debit that it is
    done         nothing is to be done any more: the period is filed
    number       of an instalment, and `of` how many there are
    until_on     of an annual return: the last day of its year
    """

    on: date
    kind: EntryKind
    key: str
    amount: Centimes | None = None
    period: Period | None = None
    debit: DebitRow | None = None
    changed_at: datetime | None = None
    done: bool = False
    reference: str = ""
    number: int = 0
    of: int = 0
    state: InstalmentState | None = None
    until_on: date | None = None
    name_ar: str = ""
    name_fr: str = ""
    estimated: bool = False

    @property
    def month(self) -> Period:
        """The month in which its day lies."""
        return Period.containing(self.on, Periodicity.MONTHLY)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the employer, before the days are worked out."""

    declaring: Declaring
    authorisation: Authorisation | None
    reached: dict[str, Correctable]


def calendar_entries(
    session: Session, day: WorkingDay, employer_id: int, first: date, last: date
) -> tuple[Entry, ...]:
    """Everything from the first to the last day, by day, on each what costs money first."""
    with reading(session):
        read = _Read(
            declaring_of(session, employer_id),
            authorisation_of(session, employer_id),
            reach_of_periods(session, day, employer_id),
        )
        found = [
            *_debits(session, employer_id, first, last),
            *_expected(session, day, employer_id, read.authorisation),
            *_instalments(session, day, employer_id, first, last),
            *_closed_days(session, first, last),
        ]
    found += [*_of_periods(day, read, first, last), *_corrections(read)]
    found += [
        Entry(one.last_day, EntryKind.ANNUAL_RETURN, f"{one.until_on}", until_on=one.until_on)
        for one in annual_returns(first, last, day.calendar, day.rules)
    ]
    inside = [one for one in found if first <= one.on <= last]
    return tuple(sorted(inside, key=lambda one: (one.on, place_of(one.kind), one.key)))


def by_day(entries: Iterable[Entry]) -> dict[date, list[Entry]]:
    """The entries of each day that has one, in their order."""
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.on, []).append(entry)
    return found


def near_days(today: date) -> tuple[date, date]:
    """The first and last day of what a list or a phone's calendar shows: whole months."""
    this = today.replace(day=1)
    return add_months(this, -MONTHS_BACK), add_months(this, MONTHS_AHEAD + 1) - ONE_DAY


def _debits(session: Session, employer_id: int, first: date, last: date) -> Iterator[Entry]:
    """The debits of these days but those that ended before they left."""
    rows = session.execute(
        LISTED_ROWS.where(
            Debit.collect_on.between(first, last), Debit.status != DebitStatus.CANCELLED
        ),
        {"employer_id": employer_id},
    ).all()
    of_these = select(Debit.id).where(
        Debit.employer_id == employer_id, Debit.collect_on.between(first, last)
    )
    last_moves = session.execute(
        select(Event.subject_id, func.max(Event.at))
        .where(Event.subject == Subject.DEBIT, Event.subject_id.in_(of_these))
        .group_by(Event.subject_id)
    )
    changed: dict[int, datetime] = dict(iter(last_moves))
    for debit in with_periods(session, rows):
        yield Entry(
            debit.collect_on,
            EntryKind.DEBIT,
            debit.reference,
            amount=debit.amount,
            debit=debit,
            changed_at=changed.get(debit.id),
        )


def _expected(
    session: Session, day: WorkingDay, employer_id: int, authorisation: Authorisation | None
) -> Iterator[Entry]:
    """What is declared, in no debit yet, and taken by the authorisation: a sum for each day."""
    if authorisation is None:
        return
    sums: dict[date, int] = {}
    for row in session.execute(OPEN_DUES, {"employer_id": employer_id}):
        if not authorisation.collects(row.legal_due_on):
            continue
        # After the last attempt only another authorisation brings it back.
        if row.barred_mandate_id != authorisation.id:
            on = debit_day(row.collect_from_on, day.today, day.calendar, day.rules)
            sums[on] = sums.get(on, 0) + int(row.sum)
    for on, amount in sums.items():
        if amount > 0:
            yield Entry(on, EntryKind.EXPECTED, f"{on}", amount=Centimes(amount))


def _instalments(
    session: Session, day: WorkingDay, employer_id: int, first: date, last: date
) -> Iterator[Entry]:
    """The instalments of schedules that the employer has accepted."""
    mine = (PaymentSchedule.employer_id == employer_id, PaymentSchedule.status.in_(SHOWN_SCHEDULES))
    parts = parts_of_instalments(*mine)
    statuses: dict[tuple[int, int], list[DueStatus]] = {}
    for schedule_id, number, status in session.execute(
        select(parts.c.schedule_id, parts.c.number, parts.c.status).where(
            parts.c.status != DueStatus.SUPERSEDED
        )
    ):
        statuses.setdefault((schedule_id, number), []).append(status)
    count = func.count().over(partition_by=Instalment.schedule_id).label("of")
    for row in session.execute(
        select(
            PaymentSchedule.reference,
            Instalment.schedule_id,
            Instalment.number,
            Instalment.due_on,
            Instalment.amount_centimes,
            count,
        )
        .join(PaymentSchedule, PaymentSchedule.id == Instalment.schedule_id)
        .where(*mine)
    ):
        if first <= row.due_on <= last:
            stands = statuses.get((row.schedule_id, row.number))
            yield Entry(
                row.due_on,
                EntryKind.INSTALMENT,
                f"{row.reference}-{row.number}",
                amount=Centimes(row.amount_centimes),
                reference=row.reference,
                number=row.number,
                of=row.of,
                state=state_of(stands, row.due_on, day.today) if stands else None,
            )


def _closed_days(session: Session, first: date, last: date) -> Iterator[Entry]:
    for row in session.scalars(
        select(ClosedDay).where(ClosedDay.day.between(first, last), ClosedDay.opened_on.is_(None))
    ):
        yield Entry(
            row.day,
            EntryKind.CLOSED,
            f"{row.day}",
            name_ar=row.name_ar,
            name_fr=row.name_fr,
            estimated=row.estimated,
        )


def _of_periods(day: WorkingDay, read: _Read, first: date, last: date) -> Iterator[Entry]:
    """Of each period: until when it is filed and, where it is not yet, when it will be debited."""
    declaring = read.declaring
    asked = expected_periods(declarable_periods(declaring, day), declaring)
    for period in declaring.terms.periods(add_months(first, -MONTHS_AFTER_A_PERIOD), last):
        filed = not declaring.declared.isdisjoint(period.months)
        if declaring.terms.is_elsewhere(period) or not (
            filed or period in asked or period.last_day >= day.today
        ):
            continue
        days = obligation(period, day)
        yield Entry(days.deadline, EntryKind.DEADLINE, period.code, period=period, done=filed)
        if not filed:
            yield from _to_come(day, read.authorisation, days)


def _to_come(
    day: WorkingDay, authorisation: Authorisation | None, days: Obligation
) -> Iterator[Entry]:
    """The fixed day of a period that can still be reached, and until when to file for it."""
    on = collection_day(days.period, day.calendar, day.rules)
    if days.declare_by < day.today or not _debits_on(authorisation, on):
        return
    code, period = days.period.code, days.period
    yield Entry(days.declare_by, EntryKind.DECLARE_BY, code, period=period)
    yield Entry(on, EntryKind.DEBIT_DAY, code, period=period)


def _debits_on(authorisation: Authorisation | None, on: date) -> bool:
    """Whether debits may be made on that day, as it is known today."""
    if authorisation is None or not (authorisation.in_force or authorisation.paused):
        return False
    first, last = authorisation.paused_from_on, authorisation.paused_until_on
    return not (first is not None and first <= on and (last is None or on <= last))


def _corrections(read: _Read) -> Iterator[Entry]:
    """Until when a correction of a filed period still reaches its debit."""
    for code, one in read.reached.items():
        if one.moments is None:
            continue
        period = Period.parse(code)
        changes, lowers = one.moments.changes_until, one.moments.lowers_until
        yield Entry(changes, EntryKind.CORRECT_BY, code, period=period)
        if lowers > changes:
            yield Entry(lowers, EntryKind.LOWER_BY, code, period=period)
