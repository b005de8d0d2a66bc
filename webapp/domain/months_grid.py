"""A month as calendars show it: whole weeks from Sunday to Saturday."""

from __future__ import annotations

from calendar import SUNDAY, Calendar
from datetime import date

WEEKS = Calendar(firstweekday=SUNDAY)
DAYS_OF_A_WEEK = 7


def weeks_of(month: date) -> tuple[tuple[date | None, ...], ...]:
    """The weeks of the month in which a day lies, Sunday first; None for days of other months."""
    days = WEEKS.itermonthdays(month.year, month.month)
    cells = [month.replace(day=number) if number else None for number in days]
    return tuple(
        tuple(cells[first : first + DAYS_OF_A_WEEK])
        for first in range(0, len(cells), DAYS_OF_A_WEEK)
    )
