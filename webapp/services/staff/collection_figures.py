"""How well the collection goes: month by month, how fast the money comes, and what is to come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.facts import AttemptState, Fact
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.statuses import DebitStatus
from webapp.models import Attempt, BankEntry, BankFile, Debit, EntryOutcome
from webapp.services.staff.three_ways import LEFT
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

# On its way to the fund; what is on hold is on no way.
ON_ITS_WAY = (
    DebitStatus.PLANNED,
    DebitStatus.ANNOUNCED,
    DebitStatus.FROZEN,
    DebitStatus.SENT,
    DebitStatus.UNKNOWN,
    DebitStatus.ACCEPTED,
    DebitStatus.DEBITED,
)

MONTHS = 12
DAYS_OF_A_YEAR = 365
# What is to come is expected to be paid as the last three months were.
DAYS_OF_EXPERIENCE = 92
SLOWEST = 4
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Month:
    """The debits first presented in a month: paid at once, on a later attempt, lost, awaited."""

    period: Period
    at_first: int
    on_retry: int
    lost: int
    awaited: int

    @property
    def presented(self) -> int:
        return self.at_first + self.on_retry + self.lost + self.awaited


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """What is scheduled for a day, and what of it is expected to arrive, in centimes.

    `expected` is None while no experience says how much of what is asked for is paid.
    """

    collect_on: date
    count: int
    scheduled: Centimes
    expected: Centimes | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The months, the latest first; how many were booked after how many days; what is to come.

    `days` counts by the days from the collection to the bank's booking, the last one with all
    that took longer. `paid_percent` is the share of the amounts that the experience rests on.
    """

    months: Sequence[Month]
    days: Sequence[int] = field(default_factory=list)
    forecast: Sequence[ForecastDay] = field(default_factory=list)
    paid_percent: int | None = None


def collection_figures(session: Session, day: WorkingDay) -> Figures:
    """Read the figures as of an Algiers day; three queries, whatever the number of debits.

    A debit belongs to the month of its first collection day. [house] A presentation counts as
    soon as its file has left; what the bank has returned counts as lost until a later attempt is
    paid. Expected is the scheduled amount times the share that was paid of what was presented
    and answered in the last 92 days; what is on hold is not scheduled, what is with the bank is.
    """
    with reading(session):
        months = _months(session, day)
        days = _days_to_booking(session, day)
        asked, paid = _experience(session, day)
        scheduled = session.execute(
            select(Debit.collect_on, func.count(), func.sum(Debit.amount_centimes))
            .where(Debit.status.in_(ON_ITS_WAY), Debit.collect_on >= day.today)
            .group_by(Debit.collect_on)
            .order_by(Debit.collect_on)
        ).all()
    forecast = [
        ForecastDay(on, int(count), Centimes(int(sum_)), _expected(int(sum_), asked, paid))
        for on, count, sum_ in scheduled
    ]
    percent = paid * PERCENT // asked if asked else None
    return Figures(months, days, forecast, percent)


def _expected(scheduled: int, asked: int, paid: int) -> Centimes | None:
    return Centimes(scheduled * paid // asked) if asked else None


def _months(session: Session, day: WorkingDay) -> list[Month]:
    later = aliased(Attempt)
    paid_later = exists().where(
        later.debit_id == Attempt.debit_id,
        later.number > 1,
        later.state == AttemptState.SETTLED,
    )
    retried = exists().where(
        later.debit_id == Attempt.debit_id, later.number > 1, later.failed_at.is_(None)
    )
    settled = Attempt.state == AttemptState.SETTLED
    failed = or_(Attempt.failed_at.is_not(None), Attempt.state == AttemptState.REVERSED)
    lost = and_(failed, ~paid_later, ~retried)

    def count(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            BankFile.collect_on,
            count(settled),
            count(and_(failed, paid_later)),
            count(lost),
            func.count(),
        )
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .where(
            Attempt.number == 1,
            BankFile.status.in_(LEFT),
            BankFile.collect_on > day.today - timedelta(days=DAYS_OF_A_YEAR),
        )
        .group_by(BankFile.collect_on)
    )
    return _by_month(rows)


def _by_month(rows: Iterable[Any]) -> list[Month]:
    months: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for on, *counts in rows:
        held = months[Period.containing(on, Periodicity.MONTHLY).code]
        for place, number in enumerate(counts):
            held[place] += int(number)
    return [
        Month(Period.parse(code), at_first, on_retry, lost, total - at_first - on_retry - lost)
        for code, (at_first, on_retry, lost, total) in sorted(months.items(), reverse=True)
    ][:MONTHS]


def _days_to_booking(session: Session, day: WorkingDay) -> list[int]:
    rows = session.execute(
        select(BankFile.collect_on, BankEntry.booked_on, func.count())
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(BankEntry, BankEntry.attempt_id == Attempt.id)
        .where(
            BankEntry.fact == Fact.SETTLED,
            BankEntry.outcome == EntryOutcome.APPLIED,
            BankFile.collect_on > day.today - timedelta(days=DAYS_OF_EXPERIENCE),
        )
        .group_by(BankFile.collect_on, BankEntry.booked_on)
    )
    counted: Counter[int] = Counter()
    for collect_on, booked_on, number in rows:
        if booked_on is not None:
            counted[min(max((booked_on - collect_on).days, 0), SLOWEST)] += number
    return [counted[number] for number in range(SLOWEST + 1)] if counted else []


def _experience(session: Session, day: WorkingDay) -> tuple[int, int]:
    """What was asked for and answered, and what of it was paid, in centimes."""
    settled = Attempt.state == AttemptState.SETTLED
    asked, paid = session.execute(
        select(
            func.coalesce(func.sum(Attempt.amount_centimes), 0),
            func.coalesce(func.sum(case((settled, Attempt.amount_centimes), else_=0)), 0),
        )
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .where(
            or_(settled, Attempt.failed_at.is_not(None)),
            BankFile.status.in_(LEFT),
            BankFile.collect_on > day.today - timedelta(days=DAYS_OF_EXPERIENCE),
        )
    ).one()
    return int(asked), int(paid)
