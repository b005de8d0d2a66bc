"""Reminders of a declaration that is due: ten days before its deadline, three, and on the day.

Only of periods that are declared here and of which nothing is filed; whoever was not reminded for
days, because no run was made, gets the latest reminder alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.declaring import DeclaringTerms
from webapp.domain.due_dates import filing_deadline
from webapp.domain.months import add_months
from webapp.domain.period import Period, Periodicity
from webapp.models import DeclaredMonth, Employer
from webapp.services.declaring_terms import terms_of_all
from webapp.services.news.items import Item, Source, start_of, untold
from webapp.services.working_day import WorkingDay

DECLARATION = "declaration:"
# So many days before the deadline, the last one first. [house]
DAYS_BEFORE = (0, 3, 10)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A period of which employers may be reminded today, and which of the reminders it is."""

    period: Period
    deadline: date
    days_before: int

    @property
    def key_end(self) -> str:
        """What follows the employer in the key."""
        return f":{self.period.code}:{self.days_before}"


def reminders_of(day: WorkingDay) -> Iterator[Reminder]:
    """The periods that have ended and are near their deadline: a month or two, and a quarter."""
    oldest = add_months(day.today.replace(day=1), -day.rules.declarable_months)
    for periodicity in Periodicity:
        period = Period.containing(day.today, periodicity).previous()
        while period.last_day >= oldest:
            deadline = filing_deadline(period, day.calendar, day.rules)
            if deadline < day.today:
                break
            left = (deadline - day.today).days
            reached = [days for days in DAYS_BEFORE if left <= days]
            if reached:
                yield Reminder(period, deadline, reached[0])
            period = period.previous()


def _unreminded(reminder: Reminder) -> tuple[Any, ...]:
    """Who has declared no month of it, and was not reminded yet; wherever they declare."""
    declared = exists().where(
        DeclaredMonth.employer_id == Employer.id, DeclaredMonth.month.in_(reminder.period.months)
    )
    return ~declared, untold(DECLARATION, Employer.id, reminder.key_end)


def _find(session: Session, day: WorkingDay) -> Sequence[int]:
    found: set[int] = set()
    for reminder in reminders_of(day):
        found.update(session.scalars(select(Employer.id).where(*_unreminded(reminder))))
    return sorted(found)


def _read(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    here = Employer.id.between(first, last)
    owners = {
        row.id: row.periodicity
        for row in session.execute(select(Employer.id, Employer.periodicity).where(here))
    }
    terms = terms_of_all(session, owners, select(Employer.id).where(here))
    firsts = _first_months(session, first, last)
    items = []
    for reminder in reminders_of(day):
        rows = session.scalars(
            select(Employer.id).where(here, *_unreminded(reminder)).order_by(Employer.id)
        )
        items += [
            _item(reminder, employer_id)
            for employer_id in rows
            if _is_asked(terms[employer_id], firsts.get(employer_id), reminder.period, day)
        ]
    return items


def _first_months(session: Session, first: int, last: int) -> dict[int, str]:
    """The first month that each employer has declared."""
    rows: Sequence[Row[int, str]] = session.execute(
        select(DeclaredMonth.employer_id, func.min(DeclaredMonth.month))
        .where(DeclaredMonth.employer_id.between(first, last))
        .group_by(DeclaredMonth.employer_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def _is_asked(
    terms: DeclaringTerms, first_declared: str | None, period: Period, day: WorkingDay
) -> bool:
    """Whether it is a period of theirs, declared here, that they are asked for.

    By the same rule as their home page: see `expected_periods`.
    """
    if terms.period_containing(period.first_day) != period or terms.is_elsewhere(period):
        return False
    asked_from = terms.asked_from({first_declared} if first_declared else set())
    if asked_from is None:
        return terms.period_containing(period.last_day + timedelta(days=1)).last_day >= day.today
    return period.months[0] >= asked_from


def _item(reminder: Reminder, employer_id: int) -> Item:
    return Item(
        keys=(f"{DECLARATION}{employer_id}{reminder.key_end}",),
        employer_id=employer_id,
        kind="declaration_due",
        values={
            "period": reminder.period,
            "deadline": reminder.deadline,
            "last_day": reminder.days_before == 0,
        },
        # On the next day it would say something that is not true any more.
        expires_at=start_of(reminder.deadline + timedelta(days=1)),
    )


REMINDERS = Source("reminders", _find, _read)
