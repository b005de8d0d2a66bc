"""The days of a declaration and of its debit, on bank days. Source: domain notes §3, design §6.

Four days that must not be mixed up: until when to declare, on which day the money is collected,
which day is the earliest that an announced debit can have, and on which day the debit falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from webapp.domain.calendar import ONE_DAY, BankCalendar
from webapp.domain.moment import ALGIERS
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules


def filing_deadline(period: Period, calendar: BankCalendar, rules: CollectionRules) -> date:
    """The last day to declare and pay; on a rest day it rolls forward. [house]"""
    return calendar.next_bank_day(_end_of_term(period, rules))


def collection_day(period: Period, calendar: BankCalendar, rules: CollectionRules) -> date:
    """The day of the debit for who filed early; on a rest day it rolls back. [house]"""
    return calendar.previous_bank_day(_end_of_term(period, rules))


def earliest_feasible_day(today: date, calendar: BankCalendar, rules: CollectionRules) -> date:
    """The first day on which a debit announced today may happen: delivery, then notice. [house]"""
    return calendar.add_bank_days(today, rules.announce_ahead_bank_days)


def last_acceptance_day(collect_on: date, calendar: BankCalendar, rules: CollectionRules) -> date:
    """The last day on which the notice of a debit may be accepted by its provider.

    The other face of `earliest_feasible_day`: for every day up to this one, and for none after
    it, the earliest feasible day is `collect_on` or sooner. It may be a rest day: a notice
    accepted on a Friday begins to run on Sunday like one accepted on Thursday evening.
    """
    last_counted = calendar.previous_bank_day(collect_on)
    if rules.announce_ahead_bank_days == 0:
        return last_counted
    first_counted = calendar.subtract_bank_days(last_counted, rules.announce_ahead_bank_days - 1)
    return first_counted - ONE_DAY


def last_timely_acceptance(
    collect_on: date, calendar: BankCalendar, rules: CollectionRules
) -> date:
    """`last_acceptance_day` by the calendar that was known when the notice was accepted.

    A day that is closed afterwards shortens nobody's notice: who was told in time was told in
    time. Whatever was accepted by that day was; whatever was accepted later was not.
    """
    told_on = last_acceptance_day(collect_on, BankCalendar(_known_at_first(calendar)), rules)
    while told_on > last_acceptance_day(collect_on, calendar.as_known_before(told_on), rules):
        told_on -= ONE_DAY
    return told_on


def _known_at_first(calendar: BankCalendar) -> frozenset[date]:
    return calendar.closed_days - {closed for closed, _ in calendar.known_from}


def moved_day(
    collect_on: date, today: date, lead_days: int, calendar: BankCalendar, rules: CollectionRules
) -> date:
    """To which day an announced debit moves when the banks close on its own: the next bank day.

    Later when that is too near: what is told of it today must be delivered before the debit goes
    into a file, and the file must leave by its bank's cut-off. Never earlier than announced.
    (design.md §6.2)
    """
    # A notice that is accepted on a rest day begins to run on the next bank day.
    begins = calendar.next_bank_day(today)
    frozen_on = calendar.add_bank_days(begins, max(rules.delivery_bank_days, 1))
    return max(calendar.next_bank_day(collect_on), calendar.add_bank_days(frozen_on, lead_days))


def latest_first_notice(
    collect_on: date, calendar: BankCalendar, rules: CollectionRules
) -> datetime:
    """Until when the quiet of a new account may last for a debit on that day.

    The beginning of the last bank day on which a run announces it, at whatever hour it runs.
    """
    announced_on = calendar.previous_bank_day(last_acceptance_day(collect_on, calendar, rules))
    return datetime.combine(announced_on, time(), ALGIERS)


def first_day_after_quiet(
    first_notice_at: datetime, calendar: BankCalendar, rules: CollectionRules
) -> date:
    """The first day of a debit from an account whose notices may begin at that instant.

    The other face of `latest_first_notice`: it is the first bank day for which that is not
    earlier.
    """
    begins = first_notice_at.astimezone(ALGIERS)
    midnight = begins.time() == time()
    announced_on = calendar.next_bank_day(begins.date() if midnight else begins.date() + ONE_DAY)
    return earliest_feasible_day(announced_on, calendar, rules)


def debit_day(
    collection_on: date, today: date, calendar: BankCalendar, rules: CollectionRules
) -> date:
    """The later of the collection day and the earliest feasible day, always a bank day."""
    feasible = earliest_feasible_day(today, calendar, rules)
    return calendar.next_bank_day(max(collection_on, feasible))


def is_in_time(
    filed_on: date, period: Period, calendar: BankCalendar, rules: CollectionRules
) -> bool:
    """Whether a declaration filed that day, under an active mandate, counts as paid in time."""
    return filed_on <= filing_deadline(period, calendar, rules)


@dataclass(frozen=True)
class AnnualReturn:
    """An annual wage return (DAS): the first and last day that it is of, and its last day."""

    first_on: date
    until_on: date
    last_day: date


def annual_return(today: date, calendar: BankCalendar, rules: CollectionRules) -> AnnualReturn:
    """The annual return to come: on a rest day its last day rolls forward. (domain notes §3)"""
    found = _annual_return_of(today.year, calendar, rules)
    return found if found.last_day >= today else _annual_return_of(today.year + 1, calendar, rules)


def annual_returns(
    first: date, last: date, calendar: BankCalendar, rules: CollectionRules
) -> list[AnnualReturn]:
    """The annual returns whose last day lies from the first to the last day, oldest first."""
    years = range(first.year - 1, last.year + 1)
    found = (_annual_return_of(year, calendar, rules) for year in years)
    return [one for one in found if first <= one.last_day <= last]


def _annual_return_of(year: int, calendar: BankCalendar, rules: CollectionRules) -> AnnualReturn:
    """Its year goes from 1 July to the 30 June of `year`. (domain notes §3)"""
    until = date(year, 6, 30)
    last_day = calendar.next_bank_day(until + timedelta(days=rules.annual_return_days))
    return AnnualReturn(date(year - 1, 7, 1), until, last_day)


def _end_of_term(period: Period, rules: CollectionRules) -> date:
    return period.last_day + timedelta(days=rules.filing_offset_days)


def cut_off(collect_on: date, lead_days: int, at: time, calendar: BankCalendar) -> datetime:
    """The last instant at which a file for that collection day may leave for its bank.

    The bank wants it `lead_days` bank days before, by `at` o'clock in Algiers. [house: a channel]
    """
    return datetime.combine(calendar.subtract_bank_days(collect_on, lead_days), at, ALGIERS)


@dataclass(frozen=True)
class LastMoments:
    """Until when a correction still reaches a debit: of each, the last whole Algiers day.

    changes_until  nobody was told of the debit: whatever is corrected changes it
    lowers_until   it was announced and has not left: less lowers it, more is owed beside it

    Afterwards the difference is a credit, or is owed on the next debit. (design.md §6)
    """

    changes_until: date
    lowers_until: date


def last_moments(
    collect_on: date, lead_days: int, calendar: BankCalendar, rules: CollectionRules
) -> LastMoments:
    """The last moments to correct what is debited on that day through a channel.

    A run announces the debit on the first day on which nothing sooner is feasible, and freezes it
    on the day on which its channel's window opens: `lead_days` bank days for the bank and those
    of the rules. Runs have no hour, so the day before is the last one that is sure.
    """
    day_before = calendar.subtract_bank_days(collect_on, 1)
    changes_until = last_acceptance_day(day_before, calendar, rules)
    opens_on = calendar.subtract_bank_days(collect_on, lead_days + rules.freeze_ahead_bank_days)
    # Nothing is frozen that was not announced.
    return LastMoments(changes_until, max(changes_until, opens_on - ONE_DAY))
