"""The story of the demonstration: who signs and files when, before the run of its day.

Told backwards from that day. Whatever the run is to freeze is collected on the second bank day
after it, and was announced six bank days before by the run of that earlier day; open days, at
which many have signed, took place in the days before. It holds for every day of the year, bank
days, Fridays and holidays alike.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import collection_day
from webapp.domain.moment import ALGIERS, Moment
from webapp.domain.period import Period, Periodicity
from webapp.domain.rules import CollectionRules

CHANNEL_LEAD_DAYS = 1
OPEN_DAYS = 3
EVENING = time(16, 0)
LONG_AGO = (timedelta(days=230), timedelta(days=200), timedelta(days=170))


@dataclass(frozen=True, slots=True)
class DemonstrationPlan:
    """What is asked for: how many employers, which seed, which Algiers day."""

    employers: int
    seed: int
    day: date


class Signing(StrEnum):
    NEVER = "never"
    LONG_AGO = "long ago"
    OPEN_DAY = "at an open day"


class FilingTime(StrEnum):
    NEVER = "never"
    BEFORE = "before the first run"
    AFTER_FIRST = "after one of the first runs"
    LAST_EVENING = "after the last run"


class Declared(StrEnum):
    LATEST = "the latest period"
    IN_ARREARS = "the latest period and the one before, late"
    COMING = "the coming period, early"


@dataclass(frozen=True, slots=True)
class Role:
    """What an employer does in the story; `share` is how many of a thousand do."""

    name: str
    share: int
    signing: Signing = Signing.OPEN_DAY
    filing: FilingTime = FilingTime.BEFORE
    declared: Declared = Declared.LATEST
    over_ceiling: bool = False
    reachable: bool = True
    second_account: bool = False


# The most telling ones first, for a small demonstration that has not room for all.
ROLES = (
    Role("ready", 0),
    Role("over the ceiling", 15, over_ceiling=True),
    Role("files on the eve", 60, filing=FilingTime.LAST_EVENING),
    Role("over the ceiling on the eve", 10, filing=FilingTime.LAST_EVENING, over_ceiling=True),
    Role("without mandate", 60, signing=Signing.NEVER),
    Role("without contact", 15, reachable=False),
    Role("ready for long", 260, signing=Signing.LONG_AGO),
    Role("in arrears", 80, declared=Declared.IN_ARREARS),
    Role("files after a run", 60, filing=FilingTime.AFTER_FIRST),
    Role("without contact on the eve", 5, filing=FilingTime.LAST_EVENING, reachable=False),
    Role("files early", 60, signing=Signing.LONG_AGO, declared=Declared.COMING),
    Role("nothing declared", 30, filing=FilingTime.NEVER),
    Role("two accounts", 15, second_account=True),
)


@cache
def cast(plan: DemonstrationPlan) -> tuple[Role, ...]:
    """The role of each employer: at least one of each where there is room, the rest is ready."""
    ready, *others = ROLES
    roles = [ready] if plan.employers else []
    for role in others:
        roles += [role] * max(1, plan.employers * role.share // 1000)
    roles = roles[: plan.employers] + [ready] * (plan.employers - len(roles))
    random.Random(f"{plan.seed}:roles").shuffle(roles)  # noqa: S311  # must repeat
    return tuple(roles)


@dataclass(frozen=True)
class Story:
    """The days of the story."""

    day: date
    calendar: BankCalendar
    rules: CollectionRules

    @cached_property
    def collect_on(self) -> date:
        """The day of the debits that the run of the demonstration's day freezes."""
        ahead = CHANNEL_LEAD_DAYS + self.rules.freeze_ahead_bank_days
        return self.calendar.add_bank_days(self.day, ahead)

    @cached_property
    def run_days(self) -> list[date]:
        """The days of the earlier runs: from the announcing to the eve of the freezing."""
        first = self.rules.announce_ahead_bank_days
        last = CHANNEL_LEAD_DAYS + self.rules.freeze_ahead_bank_days
        return [
            self.calendar.subtract_bank_days(self.collect_on, ahead)
            for ahead in range(first, last, -1)
        ]

    @cached_property
    def open_days(self) -> list[date]:
        """The open days, some two weeks before the demonstration's day."""
        first_run = self.run_days[0]
        return [
            self.calendar.subtract_bank_days(first_run, OPEN_DAYS + 1 + n)
            for n in reversed(range(OPEN_DAYS))
        ]

    def signed_on(self, signing: Signing, number: int) -> date:
        """The day on which employer `number` signs."""
        if signing is Signing.OPEN_DAY:
            return self.open_days[number % OPEN_DAYS]
        return self.calendar.next_bank_day(self.day - LONG_AGO[number % len(LONG_AGO)])

    def filed_on(self, filing: FilingTime, number: int) -> date:
        """The day on the evening of which employer `number` files."""
        runs = self.run_days
        if filing is FilingTime.LAST_EVENING:
            return runs[-1]
        if filing is FilingTime.AFTER_FIRST:
            return runs[number % (len(runs) - 1)]
        return self.calendar.subtract_bank_days(runs[0], 1 + number % OPEN_DAYS)

    def periods(self, declared: Declared, periodicity: Periodicity, filed_on: date) -> list[Period]:
        """What is declared on that day, oldest first: periods that have ended by then."""
        latest = self.latest_period(periodicity)
        if declared is Declared.IN_ARREARS:
            return [latest.previous(), latest]
        if declared is Declared.COMING and latest.next().last_day < filed_on:
            return [latest.next()]
        return [latest]

    def latest_period(self, periodicity: Periodicity) -> Period:
        """The latest period whose collection day has come by the day of the debits."""
        return self._latest[periodicity]

    @cached_property
    def _latest(self) -> dict[Periodicity, Period]:
        found = {}
        for periodicity in Periodicity:
            period = Period.containing(self.day, periodicity)
            while collection_day(period, self.calendar, self.rules) > self.collect_on:
                period = period.previous()
            found[periodicity] = period
        return found


def evening_of(day: date) -> Moment:
    """Four in the afternoon: after the run of the morning, before the bank's day ends."""
    return Moment(today=day, now=datetime.combine(day, EVENING, ALGIERS))
