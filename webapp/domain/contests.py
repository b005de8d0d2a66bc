"""Which amounts of a debit an employer may contest, until when, and what that does. [house]

A contest takes an amount out of what the fund collects, until it is answered; it does not stop a
debit that has left for the bank. (domain notes §6)
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from webapp.domain.calendar import BankCalendar
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    ContestStatus,
    DebitStatus,
    DueStatus,
)


class ContestEffect(StrEnum):
    """What contesting does to an amount until the office has answered."""

    LEAVES = "leaves"  # nothing collects it
    GOES_ON = "goes_on"  # its debit has left: the money may still come
    STAYS = "stays"  # it was received, and stays so unless the contest is upheld


class ContestReason(StrEnum):
    """Why an employer objects."""

    NOT_OWED = "not_owed"
    WRONG_AMOUNT = "wrong_amount"
    PAID_ALREADY = "paid_already"
    NOT_OURS = "not_ours"  # a worksite of somebody else
    NOT_AUTHORISED = "not_authorised"
    OTHER = "other"


class ContestOutcome(StrEnum):
    """What becomes of money that was collected on an amount whose contest is upheld."""

    CREDIT = "credit"  # set against the next debit
    REFUND = "refund"  # paid back, by two people


class ContestVerdict(StrEnum):
    """What the office says; of an upheld contest, of the amounts that it names."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class ContestResult(StrEnum):
    """What has become of one contested amount."""

    WAITS = "waits"  # not answered
    STANDS = "stands"  # it is owed: rejected, or taken back
    UNDER_WAY = "under_way"  # upheld, and nobody knows yet whether its money comes
    GIVEN_UP = "given_up"  # upheld, and never collected
    CREDITED = "credited"
    REFUNDED = "refund_asked"


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


def result_of(
    contest: ContestStatus,
    upheld: bool | None,
    ended: bool,
    due: DueStatus,
    outcome: ContestOutcome | None,
) -> ContestResult:
    """What has become of an amount of a contest, from how it was answered and where it stands."""
    if contest is ContestStatus.OPEN:
        return ContestResult.WAITS
    if not upheld:
        return ContestResult.STANDS
    if not ended:
        return ContestResult.UNDER_WAY
    if due is DueStatus.WAIVED:
        return ContestResult.GIVEN_UP
    refunded = outcome is ContestOutcome.REFUND
    return ContestResult.REFUNDED if refunded else ContestResult.CREDITED
