"""Months before a day, as laws and contracts count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last one."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
