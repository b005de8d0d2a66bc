"""Months counted from a day to a day; where a month is too short, its last day counts."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last one.

    Raises ValueError for a day outside of the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_day_months_before(day: date, months: int) -> date:
    """The latest day from which so many months have passed on `day`.

    On the last day of a short month they have passed from every later day of the earlier month
    too: on 28 February 2027, 36 months from 29 February 2024.
    """
    found = add_months(day, -months)
    if day.day == monthrange(day.year, day.month)[1]:
        return found.replace(day=monthrange(found.year, found.month)[1])
    return found
