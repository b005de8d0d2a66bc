"""Contributions of a declaration line: two bases, rates that change with time, whole centimes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes, half_up

RATE_UNIT = 100_000


@dataclass(frozen=True)
class ContributionRates:
    """The rates from a day on, in hundred-thousandths of the base: 12.21 % is 12210.

    Paid leave and half of the weather unemployment are borne by the employer, the other half of
    the latter by the worker; the employer pays all three in.
    """

    valid_from: date
    leave: int
    weather_employer: int
    weather_worker: int

    def __post_init__(self) -> None:
        if not all(
            0 <= rate <= RATE_UNIT
            for rate in (self.leave, self.weather_employer, self.weather_worker)
        ):
            raise ValueError("a rate lies between nothing and the whole base")


@dataclass(frozen=True)
class LineContributions:
    """What one worksite owes for one period, in centimes."""

    leave: Centimes
    weather_employer: Centimes
    weather_worker: Centimes

    @property
    def total(self) -> Centimes:
        """The sum of the three, each rounded before."""
        return Centimes(self.leave + self.weather_employer + self.weather_worker)


def rates_for(day: date, table: Iterable[ContributionRates]) -> ContributionRates:
    """The rates in force on an Algiers day; for a declaration, the first day of its period.

    A correction filed later keeps the rates of its period. Raises NotFound before the first.
    """
    in_force = [rates for rates in table if rates.valid_from <= day]
    if not in_force:
        raise NotFound(kind="contribution_rates", reference=day.isoformat())
    return max(in_force, key=lambda rates: rates.valid_from)


def contribution(base: Centimes, rate: int) -> Centimes:
    """One contribution in centimes, rounded half-up to the centime. [house]"""
    return Centimes(half_up(base * rate, RATE_UNIT))


def line_contributions(
    leave_base: Centimes, weather_base: Centimes, rates: ContributionRates
) -> LineContributions:
    """The three contributions of a line; the weather base covers only open-air workers.

    Source of the rates: domain notes §2. [likely]
    """
    return LineContributions(
        leave=contribution(leave_base, rates.leave),
        weather_employer=contribution(weather_base, rates.weather_employer),
        weather_worker=contribution(weather_base, rates.weather_worker),
    )
