"""Which amounts of a debit an employer may contest, until when, and what that does. [house]

A contest takes an amount out of what the fund collects, until it is answered; it does not stop a
debit that has left for the bank. (domain notes §6)
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from webapp.domain.calendar import BankCalendar
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus


class ContestEffect(StrEnum):
    """What contesting does to an amount until the office has answered."""

    LEAVES = "leaves"  # nothing collects it
    GOES_ON = "goes_on"  # its debit has left: the money may still come
    STAYS = "stays"  # it was received, and stays so unless the contest is upheld


# The file of these is with the bank, or on its way there: a contest does not stop them.
LEAVING = frozenset(
    {
        DebitStatus.FROZEN, DebitStatus.SENT, DebitStatus.UNKNOWN, DebitStatus.ACCEPTED,
        DebitStatus.DEBITED, DebitStatus.DISPUTED,
    }
)  # fmt: skip
# Of one that was refused the amount is not presented again.
NOT_LEAVING = frozenset({*DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus.REFUSED})


def effect_of(due: DueStatus, debit: DebitStatus) -> ContestEffect | None:
    """What contesting an amount of this state does that stands, or stood last, in this debit.

    None where nothing is left to contest: it was given up, given back, paid another way, replaced,
    or is contested already.
    """
    if due is DueStatus.OPEN and debit is DebitStatus.REFUSED:
        return ContestEffect.LEAVES
    if due is DueStatus.SCHEDULED and debit in NOT_LEAVING:
        return ContestEffect.LEAVES
    if due is DueStatus.SCHEDULED and debit in LEAVING:
        return ContestEffect.GOES_ON
    if due is DueStatus.SETTLED and debit is DebitStatus.SETTLED:
        return ContestEffect.STAYS
    return None


def contestable_until(settled_on: date | None, rules: CollectionRules) -> date | None:
    """The last day on which an amount may be contested; none while it has not been received."""
    return settled_on and settled_on + timedelta(days=rules.contest_days)


def answer_by(today: date, calendar: BankCalendar, rules: CollectionRules) -> date:
    """The day by which the fund answers what is contested today."""
    return calendar.add_bank_days(today, rules.contest_answer_bank_days)
