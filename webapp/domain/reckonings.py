"""How an amount came about, as numbers that give it again. Knows no words and no database."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.domain.contributions import ContributionRates, LineContributions, line_contributions
from webapp.domain.late_dues import late_amount
from webapp.domain.money import Centimes


@dataclass(frozen=True, slots=True)
class OfBases:
    """The contributions of one worksite: its two bases in centimes, and the rates of its period."""

    leave_base: Centimes
    weather_base: Centimes
    rates: ContributionRates

    @property
    def made(self) -> LineContributions:
        """The three contributions, each rounded for itself."""
        return line_contributions(self.leave_base, self.weather_base, self.rates)

    @property
    def amount(self) -> Centimes:
        return self.made.total


@dataclass(frozen=True, slots=True)
class OfRate:
    """What being late costs: a rate (hundred-thousandths) of an amount; step 0 is owed at once."""

    base: Centimes
    rate: int
    step: int

    @property
    def amount(self) -> Centimes:
        return late_amount(self.base, self.rate)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a correction adds or, below zero, takes away: the new amount less the former one."""

    new: Centimes
    former: Centimes

    @property
    def amount(self) -> Centimes:
        return Centimes(self.new - self.former)


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part of an amount that was split: the whole less the other parts."""

    whole: Centimes
    others: Centimes

    @property
    def amount(self) -> Centimes:
        return Centimes(self.whole - self.others)


@dataclass(frozen=True, slots=True)
class InstalmentOf:
    """One of the instalments into which a schedule has cut `principal`: that less the others."""

    principal: Centimes
    others: Centimes
    count: int

    @property
    def amount(self) -> Centimes:
        return Centimes(self.principal - self.others)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A credit for the whole of an amount that was not owed."""

    paid: Centimes

    @property
    def amount(self) -> Centimes:
        return Centimes(-self.paid)


Reckoning = OfBases | OfRate | Difference | PartOf | InstalmentOf | GivenBack
