"""The instalments of a payment schedule: one a month, on bank days, whose sum is the principal.

Source: domain notes §3. How the principal is divided is the fund's own rule. [house]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from webapp.domain.calendar import BankCalendar
from webapp.domain.errors import InvalidSchedule
from webapp.domain.money import Centimes
from webapp.domain.months import add_months
from webapp.domain.rules import CollectionRules


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: the day on which it is debited and its amount in centimes."""

    due_on: date
    amount: Centimes


def split_principal(principal: Centimes, count: int) -> tuple[Centimes, ...]:
    """Equal parts in whole centimes, what does not divide on the last one; they sum exactly.

    Raises InvalidSchedule when a part would be nothing.
    """
    if principal < count:
        raise InvalidSchedule(reason="too_small", number=0)
    part = principal // count
    return (*[Centimes(part)] * (count - 1), Centimes(principal - part * (count - 1)))


def instalment_days(first_on: date, count: int, calendar: BankCalendar) -> tuple[date, ...]:
    """The same day of each month from the first on; on a rest day the bank day before it."""
    return tuple(calendar.previous_bank_day(add_months(first_on, month)) for month in range(count))


def draft_parts(
    principal: Centimes, count: int, first_on: date, calendar: BankCalendar, rules: CollectionRules
) -> tuple[Part, ...]:
    """The instalments that are suggested: equal parts, one a month.

    Raises InvalidSchedule for a number out of the rules' bounds or a principal too small for it.
    """
    check_count(count, rules)
    days = instalment_days(first_on, count, calendar)
    amounts = split_principal(principal, count)
    return tuple(Part(day, amount) for day, amount in zip(days, amounts, strict=True))


def check_count(count: int, rules: CollectionRules) -> None:
    """Raise InvalidSchedule for a number of instalments out of the rules' bounds."""
    if not rules.least_instalments <= count <= rules.most_instalments:
        raise InvalidSchedule(reason="count", number=0)


def check_parts(
    parts: Sequence[Part],
    principal: Centimes,
    today: date,
    feasible_on: date,
    calendar: BankCalendar,
    rules: CollectionRules,
) -> None:
    """Refuse instalments that could not be debited as they stand, or that are not the principal.

    Each on a bank day that an announced debit can still have (`feasible_on` or later), each later
    than the one before, the last within the rules' months, none of nothing, and their sum the
    principal to the centime. Raises InvalidSchedule with the first that is wrong.
    """
    check_count(len(parts), rules)
    latest = add_months(today, rules.schedule_months)
    for number, part in enumerate(parts, 1):
        for reason, wrong in (
            ("empty", part.amount <= 0),
            ("past", part.due_on < feasible_on),
            ("too_far", part.due_on > latest),
            ("not_a_bank_day", not calendar.is_bank_day(part.due_on)),
        ):
            if wrong:
                raise InvalidSchedule(reason=reason, number=number)
    for number, (before, after) in enumerate(pairwise(parts), 2):
        if after.due_on <= before.due_on:
            raise InvalidSchedule(reason="order", number=number)
    if sum(part.amount for part in parts) != principal:
        raise InvalidSchedule(reason="sum", number=0)
