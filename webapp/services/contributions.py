"""What a declaration would make, at the rates that the fund keeps for its period."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.domain.contributions import LineContributions, line_contributions, rates_for
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.services.declarations import rates_table
from webapp.services.transactions import reading


def contributions_of(
    session: Session, period: Period, declared: Sequence[tuple[int, Centimes, Centimes]]
) -> list[LineContributions]:
    """The contributions of each line (workers, leave base and weather base in centimes)."""
    with reading(session):
        rates = rates_for(period.first_day, rates_table(session))
    return [line_contributions(leave, weather, rates) for _workers, leave, weather in declared]
