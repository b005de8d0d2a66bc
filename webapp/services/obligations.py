"""Which periods an employer still has to declare, until when, and what follows from the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import (
    collection_day,
    debit_day,
    filing_deadline,
    is_in_time,
    last_acceptance_day,
)
from webapp.domain.errors import MonthAlreadyDeclared, NotFound
from webapp.domain.period import Period, Periodicity
from webapp.models import DeclaredMonth
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Obligation:
    """A period that has ended, and its days (Algiers days).

    declare_by   to be debited on the collection day
    deadline     the last day to declare, by the fund's rule
    debited_on   the day of the debit of who files today under an active authorisation
    in_time      whether that still counts as paid in time (domain notes §3)
    """

    period: Period
    declare_by: date
    deadline: date
    debited_on: date
    in_time: bool

    def days_left(self, today: date) -> int:
        """Days until the deadline; negative when it has passed."""
        return (self.deadline - today).days


def obligation(period: Period, day: WorkingDay) -> Obligation:
    """The days of one period as they stand today."""
    collected = collection_day(period, day.calendar, day.rules)
    return Obligation(
        period=period,
        declare_by=last_acceptance_day(collected, day.calendar, day.rules),
        deadline=filing_deadline(period, day.calendar, day.rules),
        debited_on=debit_day(collected, day.today, day.calendar, day.rules),
        in_time=is_in_time(day.today, period, day.calendar, day.rules),
    )


def declared_months(session: Session, employer_id: int) -> set[str]:
    """The months that an employer has declared; inside the caller's transaction."""
    return set(
        session.scalars(select(DeclaredMonth.month).where(DeclaredMonth.employer_id == employer_id))
    )


def load_declared_months(session: Session, employer_id: int) -> set[str]:
    """`declared_months` in a transaction of its own."""
    with reading(session):
        return declared_months(session, employer_id)


def declarable_periods(
    periodicity: Periodicity, declared: set[str], day: WorkingDay
) -> list[Period]:
    """The periods that may be declared, oldest first: ended, not long ago, none of it declared."""
    period = Period.containing(day.today, periodicity).previous()
    found = []
    for _ in range(day.rules.declarable_months // periodicity.months):
        if declared.isdisjoint(period.months):
            found.append(period)
        period = period.previous()
    return found[::-1]


def expected_periods(declarable: Iterable[Period], declared: set[str]) -> list[Period]:
    """Of the declarable periods, those that the employer is asked for.

    Whoever has declared here is expected to go on: everything after the first declared month.
    For who has not, the fund may know of older declarations elsewhere: only the latest period.
    """
    periods = list(declarable)
    if not declared:
        return periods[-1:]
    first = min(declared)
    return [period for period in periods if period.months[0] > first]


class Declarer(Protocol):
    """Who declares, of whom no more is needed: at a page, or through a program."""

    @property
    def member_number(self) -> str: ...

    @property
    def periodicity(self) -> Periodicity: ...


def declarable_period(code: str, who: Declarer, declared: set[str], day: WorkingDay) -> Period:
    """The period of a page's address.

    Raises NotFound for one that cannot be declared now, MonthAlreadyDeclared for one that is.
    """
    for period in declarable_periods(who.periodicity, set(), day):
        if period.code == code:
            taken = tuple(month for month in period.months if month in declared)
            if taken:
                raise MonthAlreadyDeclared(member_number=who.member_number, months=taken)
            return period
    raise NotFound(kind="period", reference=code)
