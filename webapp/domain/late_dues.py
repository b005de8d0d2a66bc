"""What being late costs: one amount at once, then one for each whole month. (domain notes §3)

The surcharge is for late payment, counted from the day on which an amount was legally due. The
penalty is for a late declaration and stops growing when it is filed.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from webapp.domain.contributions import RATE_UNIT
from webapp.domain.late import LateRates
from webapp.domain.money import Centimes, half_up


@dataclass(frozen=True, slots=True)
class LateStep:
    """One amount for being late: 0 is what is owed at once, then one a month; its rate."""

    number: int
    rate: int


def late_amount(base: Centimes, rate: int) -> Centimes:
    """What a base in centimes costs at a rate in hundred-thousandths, rounded half-up. [house]"""
    return Centimes(half_up(base * rate, RATE_UNIT))


def base_of(amount: Centimes, rate: int) -> Centimes:
    """The least base in centimes that costs this amount at a rate of at most a whole."""
    # Half-up: the least base whose product, with half a centime added, reaches the amount.
    return Centimes(-((RATE_UNIT - 2 * amount * RATE_UNIT) // (2 * rate)))


def late_steps(legal_due_on: date, until: date, rates: LateRates) -> list[LateStep]:
    """The steps reached on an Algiers day by what was due on `legal_due_on`; a rate of 0 has none.

    On the legal day itself nothing is late. A month is over on the same day of a later month, or
    on its last day where it is shorter.
    """
    if until <= legal_due_on:
        return []
    steps = [LateStep(0, rates.at_once)] if rates.at_once else []
    if rates.monthly:
        months = whole_months(legal_due_on, until)
        steps += [LateStep(number, rates.monthly) for number in range(1, months + 1)]
    return steps


def whole_months(first: date, last: date) -> int:
    """How many whole months lie between two days, the end of the month standing for its missing
    days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    length = calendar.monthrange(last.year, last.month)[1]
    return months if last.day >= min(first.day, length) else months - 1
