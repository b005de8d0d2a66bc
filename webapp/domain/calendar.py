"""The bank calendar: Sunday to Thursday, less the closed days that staff keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FRIDAY, SATURDAY = 4, 5
WEEKEND = frozenset({FRIDAY, SATURDAY})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RestDay:
    """A day on which banks rest, and why. `estimated`: it follows the moon and may still move.

    `by_staff`: somebody of the fund closed it; the others come from the list of holidays.
    """

    day: date
    name_ar: str
    name_fr: str
    estimated: bool
    by_staff: bool = False


@dataclass(frozen=True, init=False)
class BankCalendar:
    """Which days banks work. A closed day on a Friday or Saturday changes nothing: none is moved.

    Days are Algiers days. Source: domain notes §3.
    """

    closed_days: frozenset[date]
    # Of the closed days that staff added, since which day each is known.
    known_from: frozenset[tuple[date, date]]

    def __init__(
        self, closed_days: Iterable[date] = (), known_from: Iterable[tuple[date, date]] = ()
    ) -> None:
        object.__setattr__(self, "closed_days", frozenset(closed_days))
        object.__setattr__(self, "known_from", frozenset(known_from))

    def as_known_before(self, day: date) -> BankCalendar:
        """The calendar by which somebody was told before that day: what was closed since is not."""
        later = {closed for closed, since in self.known_from if since >= day}
        return BankCalendar(self.closed_days - later)

    def is_bank_day(self, day: date) -> bool:
        """Whether banks work on that day."""
        return day.weekday() not in WEEKEND and day not in self.closed_days

    def next_bank_day(self, day: date) -> date:
        """The day itself when banks work, else the first bank day after it."""
        while not self.is_bank_day(day):
            day += ONE_DAY
        return day

    def previous_bank_day(self, day: date) -> date:
        """The day itself when banks work, else the last bank day before it."""
        while not self.is_bank_day(day):
            day -= ONE_DAY
        return day

    def add_bank_days(self, day: date, count: int) -> date:
        """The `count`-th bank day strictly after the day; for 0, the next bank day."""
        if count < 0:
            raise ValueError("to go back, subtract bank days")
        if count == 0:
            return self.next_bank_day(day)
        for _ in range(count):
            day = self.next_bank_day(day + ONE_DAY)
        return day

    def subtract_bank_days(self, day: date, count: int) -> date:
        """The `count`-th bank day strictly before the day; for 0, the previous bank day."""
        if count < 0:
            raise ValueError("to go forward, add bank days")
        if count == 0:
            return self.previous_bank_day(day)
        for _ in range(count):
            day = self.previous_bank_day(day - ONE_DAY)
        return day

    def bank_days_between(self, after: date, until: date) -> int:
        """How many bank days lie after the first day, up to and with the second; 0 if none."""
        days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
        return sum(map(self.is_bank_day, days))
