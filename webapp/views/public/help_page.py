"""Help: what employers ask before they sign, with the figures that are in force today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import Response

from webapp.audiences import Audience, open_to
from webapp.data.loader import load_rates
from webapp.domain.contributions import (
    RATE_UNIT,
    ContributionRates,
    LineContributions,
    line_contributions,
    rates_for,
)
from webapp.domain.money import Centimes
from webapp.domain.rules import AccessRules, CollectionRules
from webapp.views import desk
from webapp.views.public.blueprint import public, show

EXAMPLE_BASE = Centimes(1_000_000_00)


@dataclass(frozen=True)
class AmountExample:
    """What a base of wages makes: each rate as it is read, each part in centimes."""

    base: Centimes
    leave_rate: str
    weather_employer_rate: str
    weather_worker_rate: str
    total_rate: str
    parts: LineContributions


@public.get("/help")
@open_to(Audience.PUBLIC)
def help_page() -> Response:
    return show(
        "public/help.html",
        collection=CollectionRules(),
        access=AccessRules(),
        example=amount_example(EXAMPLE_BASE, rates_for(desk.moment().today, load_rates())),
    )


def amount_example(base: Centimes, rates: ContributionRates) -> AmountExample:
    """The contributions of one worksite whose two bases are the same."""
    return AmountExample(
        base=base,
        leave_rate=percentage(rates.leave),
        weather_employer_rate=percentage(rates.weather_employer),
        weather_worker_rate=percentage(rates.weather_worker),
        total_rate=percentage(rates.leave + rates.weather_employer + rates.weather_worker),
        parts=line_contributions(base, base, rates),
    )


def percentage(rate: int) -> str:
    """`12210` hundred-thousandths as both languages write them: `12,21 %`, never broken."""
    return f"{Decimal(rate) * 100 / RATE_UNIT:f}".replace(".", ",") + "\u00a0%"
