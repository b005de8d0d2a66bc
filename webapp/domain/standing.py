"""Whether an employer is in good standing: nothing overdue, and no declaration missing. [house]

An amount is overdue when the day on which it was legally due has passed and it is

    open                    in no debit: nobody is collecting it
    refused                 the employer's account has failed it once, until its money is there
    waiting for them        its debit is on hold for the employer's cause, and its day has passed
    in a debit too late     declared after its deadline, or else to be debited after its legal day

What was declared in time counts as paid in time while its debit is under way (domain notes §3), and
so does an instalment whose debit keeps its day. In order as well: what is contested, for as long as
the contest is open; what an accepted payment schedule has taken up, while its instalments are kept;
what was debited in error and given back, until it is asked for again. Nobody is out of order
because a bank, or the fund, was late. Of who has declared nothing here, or declares on the old
portal now, this service does not know enough to say anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.domain.calendar import BankCalendar
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import DueStatus


@dataclass(frozen=True, slots=True)
class OwedAmount:
    """An amount in centimes with what decides about it; below zero, a credit.

    legal_due_on  the last Algiers day to pay it
    filed_on      the day of the declaration that made it; None for what no declaration made
    collect_on    the day of the debit that it is in; None where it is in none
    failed        the employer's account has refused it, in this debit or in an earlier one
    waits         its debit was on hold for the employer's cause when its day passed
    """

    id: int
    status: DueStatus
    amount: Centimes
    legal_due_on: date
    filed_on: date | None
    collect_on: date | None
    failed: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps an employer from a certificate: amounts that are overdue, periods not declared.

    `unknown`: they do not declare here.
    """

    overdue: tuple[OwedAmount, ...]
    missing: tuple[Period, ...]
    unknown: bool = False

    @property
    def in_order(self) -> bool:
        """Whether nothing does."""
        return not self.lost and not self.unknown

    @property
    def lost(self) -> bool:
        """Whether something ends a certificate that was issued."""
        return bool(self.overdue or self.missing)

    @property
    def owed(self) -> Centimes:
        """How much is overdue, in centimes."""
        return Centimes(sum(one.amount for one in self.overdue))


def is_overdue(one: OwedAmount, today: date, calendar: BankCalendar) -> bool:
    """Whether an amount keeps its employer from good standing on that Algiers day."""
    if one.amount <= 0 or one.legal_due_on >= today:
        return False
    if one.status is DueStatus.OPEN:
        return True
    if one.status is not DueStatus.SCHEDULED:
        return False
    return one.failed or one.waits or not _in_time(one, calendar)


def standing_of(
    amounts: Sequence[OwedAmount],
    missing: Sequence[Period],
    today: date,
    calendar: BankCalendar,
    *,
    declares_here: bool,
) -> Standing:
    """The standing on that day; `missing` are the periods whose deadline has passed undeclared."""
    overdue = tuple(one for one in amounts if is_overdue(one, today, calendar))
    return Standing(overdue, tuple(missing), unknown=not declares_here)


def certified_until(today: date, next_deadline: date | None, rules: CollectionRules) -> date:
    """The last day of a certificate issued that day.

    Never past the next deadline to declare: what a paper says must not outlast the first thing
    that could make it wrong. [house]
    """
    longest = today + timedelta(days=rules.certificate_days)
    return longest if next_deadline is None else min(longest, max(today, next_deadline))


def _in_time(one: OwedAmount, calendar: BankCalendar) -> bool:
    if one.filed_on is not None:
        return one.filed_on <= one.legal_due_on
    # Where the legal day is a rest day, the debit falls on the next bank day.
    return one.collect_on is not None and one.collect_on <= calendar.next_bank_day(one.legal_due_on)
