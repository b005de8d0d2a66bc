"""The day a use case works in: the moment, the bank calendar, the rules and who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import earliest_feasible_day
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules
from webapp.models import ClosedDay
from webapp.services.transactions import reading


@dataclass(frozen=True)
class WorkingDay:
    """Everything a service must know of the world outside; built once, in the command or view."""

    moment: Moment
    calendar: BankCalendar
    rules: CollectionRules
    actor: str

    @property
    def today(self) -> date:
        """The Algiers day."""
        return self.moment.today

    @property
    def now(self) -> datetime:
        """The instant, in UTC."""
        return self.moment.now

    @property
    def feasible_on(self) -> date:
        """The earliest day on which something announced today may be debited."""
        return earliest_feasible_day(self.today, self.calendar, self.rules)

    def debit_days(self) -> list[date]:
        """The days for which today's run plans, the feasible day first (design.md §6.1)."""
        horizon = self.calendar.add_bank_days(self.today, self.rules.plan_ahead_bank_days)
        days = [self.feasible_on]
        while days[-1] < horizon:
            days.append(self.calendar.add_bank_days(days[-1], 1))
        return days


def load_calendar(session: Session) -> BankCalendar:
    """The bank calendar with the closed days that staff keep."""
    with reading(session):
        rows = session.execute(
            select(ClosedDay.day, ClosedDay.known_from_on).where(ClosedDay.opened_on.is_(None))
        ).all()
    known_from = [(row.day, row.known_from_on) for row in rows if row.known_from_on is not None]
    return BankCalendar([row.day for row in rows], known_from)
