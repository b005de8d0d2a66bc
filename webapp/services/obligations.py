"""Which periods an employer still has to declare, until when, and what follows from the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.declaring import DeclaringTerms
from webapp.domain.due_dates import (
    collection_day,
    debit_day,
    filing_deadline,
    is_in_time,
    last_acceptance_day,
)
from webapp.domain.errors import DeclaredElsewhere, MonthAlreadyDeclared, NotFound
from webapp.domain.months import add_months
from webapp.domain.period import Period
from webapp.models import DeclaredMonth
from webapp.services.declaring_terms import terms_of
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


@dataclass(frozen=True, slots=True)
class Declaring:
    """What decides about an employer's periods: its terms, and the months that it has declared."""

    terms: DeclaringTerms
    declared: set[str]


def declaring_of(session: Session, employer_id: int) -> Declaring:
    """How an employer declares and what it has; inside the caller's transaction."""
    return Declaring(terms_of(session, employer_id), declared_months(session, employer_id))


def load_declaring(session: Session, employer_id: int) -> Declaring:
    """`declaring_of` in a transaction of its own."""
    with reading(session):
        return declaring_of(session, employer_id)


def declared_months(session: Session, employer_id: int) -> set[str]:
    """The months that an employer has declared; inside the caller's transaction."""
    return set(
        session.scalars(select(DeclaredMonth.month).where(DeclaredMonth.employer_id == employer_id))
    )


def ended_periods(terms: DeclaringTerms, day: WorkingDay) -> list[Period]:
    """The employer's periods that ended, and not long ago, oldest first; wherever declared."""
    first = add_months(day.today.replace(day=1), -day.rules.declarable_months)
    return [one for one in terms.periods(first, day.today) if one.last_day < day.today]


def declarable_periods(declaring: Declaring, day: WorkingDay) -> list[Period]:
    """The periods that may be declared here, oldest first: ended, and none of it declared."""
    return [
        period
        for period in ended_periods(declaring.terms, day)
        if declaring.declared.isdisjoint(period.months) and not declaring.terms.is_elsewhere(period)
    ]


def expected_periods(declarable: Iterable[Period], declaring: Declaring) -> list[Period]:
    """Of the declarable periods, those that the employer is asked for.

    Whoever has declared here is expected to go on: everything after the first declared month, or
    from the month on for which the fund said that it is declared here. Of others the fund may
    know older declarations elsewhere: only the latest period.
    """
    periods = list(declarable)
    first = declaring.terms.asked_from(declaring.declared)
    if first is None:
        return periods[-1:]
    return [period for period in periods if period.months[0] >= first]


class Declarer(Protocol):
    """Who declares, of whom no more is needed: at a page, or through a program."""

    @property
    def member_number(self) -> str: ...


def declarable_period(code: str, who: Declarer, declaring: Declaring, day: WorkingDay) -> Period:
    """The period of a page's address.

    Raises NotFound for one that cannot be declared now, MonthAlreadyDeclared for one that is, and
    DeclaredElsewhere for one of the old portal.
    """
    for period in ended_periods(declaring.terms, day):
        if period.code == code:
            taken = tuple(month for month in period.months if month in declaring.declared)
            if taken:
                raise MonthAlreadyDeclared(member_number=who.member_number, months=taken)
            if declaring.terms.is_elsewhere(period):
                raise DeclaredElsewhere(member_number=who.member_number, period=code)
            return period
    raise NotFound(kind="period", reference=code)
