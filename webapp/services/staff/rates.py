"""New contribution rates, set by an administrator from a day on, after a look at their effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.domain.contributions import (
    ContributionRates,
    LineContributions,
    line_contributions,
    rates_for,
)
from webapp.domain.due_dates import filing_deadline
from webapp.domain.errors import InvalidRateDay
from webapp.domain.money import Centimes
from webapp.domain.months import add_months
from webapp.domain.period import Period, Periodicity
from webapp.domain.statuses import DeclarationStatus
from webapp.models import (
    ContributionRate,
    Declaration,
    DeclarationLine,
    DeclaredMonth,
    Subject,
)
from webapp.services.declarations import rates_table
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

EXAMPLE_BASE = Centimes(100_000_000)  # 1,000,000.00 DA


@dataclass(frozen=True, slots=True)
class Effect:
    """What the same bases make at the rates of before and at the new ones."""

    leave_base: Centimes
    weather_base: Centimes
    before: LineContributions
    after: LineContributions

    @property
    def difference(self) -> Centimes:
        """What is added, in centimes; below zero for less."""
        return Centimes(self.after.total - self.before.total)


@dataclass(frozen=True, slots=True)
class RatesPreview:
    """What follows from new rates: on an example, and on what the whole fund declared for a month.

    `before` are the rates that would hold without them, and `dropped` those that were set for the
    same day or later and go. The `fund`'s effect is reckoned on the sums of the bases: each line's
    own rounding is left out.
    """

    before: ContributionRates
    example: Effect
    month: Period
    declarations: int
    fund: Effect
    dropped: tuple[ContributionRates, ...]


def list_rates(session: Session) -> list[ContributionRates]:
    """All rates, the latest first."""
    with reading(session):
        return sorted(rates_table(session), key=lambda one: one.valid_from, reverse=True)


def preview_rates(session: Session, day: WorkingDay, new: ContributionRates) -> RatesPreview:
    """What would follow from new rates. Raises InvalidRateDay."""
    with reading(session):
        _check(session, day, new.valid_from)
        table = sorted(rates_table(session), key=lambda one: one.valid_from)
        before = rates_for(new.valid_from, table)
        month = _last_month(day)
        row = session.execute(
            select(
                func.count(Declaration.id.distinct()).label("declarations"),
                func.coalesce(func.sum(DeclarationLine.leave_base_centimes), 0).label("leave"),
                func.coalesce(func.sum(DeclarationLine.weather_base_centimes), 0).label("weather"),
            )
            .select_from(DeclaredMonth)
            .join(Declaration, Declaration.id == DeclaredMonth.declaration_id)
            .outerjoin(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
            .where(DeclaredMonth.month == month.code, Declaration.status == DeclarationStatus.FILED)
        ).one()
    return RatesPreview(
        before=before,
        example=_effect(EXAMPLE_BASE, EXAMPLE_BASE, before, new),
        month=month,
        declarations=row.declarations,
        fund=_effect(Centimes(int(row.leave)), Centimes(int(row.weather)), before, new),
        dropped=tuple(one for one in table if one.valid_from >= new.valid_from),
    )


def set_rates(session: Session, day: WorkingDay, staff_id: int, new: ContributionRates) -> None:
    """Let new rates hold from a day on; what was set for later goes.

    No declared period changes: the day is to come and after every declared month, and whatever
    period began before it keeps the rates of its first day, also when it is filed or corrected
    later. Raises InvalidRateDay.
    """
    with transaction(session):
        _check(session, day, new.valid_from)
        session.execute(
            delete(ContributionRate).where(ContributionRate.valid_from >= new.valid_from)
        )
        session.add(
            ContributionRate(
                valid_from=new.valid_from,
                leave=new.leave,
                weather_employer=new.weather_employer,
                weather_worker=new.weather_worker,
            )
        )
        session.flush()
        what = f"{new.valid_from}_{new.leave}_{new.weather_employer}_{new.weather_worker}"
        record(session, day, Subject.STAFF, [staff_id], None, "rates_changed", what)


def _check(session: Session, day: WorkingDay, valid_from: date) -> None:
    next_month = add_months(day.today.replace(day=1), 1)
    last = session.scalar(select(func.max(DeclaredMonth.month)))
    undeclared = Period.parse(last).next().first_day if last else next_month
    earliest = max(next_month, undeclared)
    if valid_from.day != 1:
        raise InvalidRateDay(reason="not_first_of_month", earliest=earliest)
    if valid_from <= day.today:
        raise InvalidRateDay(reason="past", earliest=earliest)
    if valid_from < earliest:
        raise InvalidRateDay(reason="declared", earliest=earliest)


def _last_month(day: WorkingDay) -> Period:
    """The last month that everybody had to declare by now."""
    month = Period.containing(day.today, Periodicity.MONTHLY).previous()
    while filing_deadline(month, day.calendar, day.rules) >= day.today:
        month = month.previous()
    return month


def _effect(
    leave: Centimes, weather: Centimes, before: ContributionRates, new: ContributionRates
) -> Effect:
    return Effect(
        leave,
        weather,
        line_contributions(leave, weather, before),
        line_contributions(leave, weather, new),
    )
