"""What being late costs: the rates in force on the day on which an amount was legally due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from webapp.domain.contributions import RATE_UNIT


@dataclass(frozen=True)
class LateRates:
    """What one kind of being late costs from a day to a day, both included.

    `kind` is "surcharge" (late payment) or "penalty" (late declaration); `at_once` and `monthly`
    are hundred-thousandths of the amount: 5 % is 5000. `valid_until` is None while no end is known.
    Source: domain notes §3. [likely]
    """

    kind: str
    valid_from: date
    valid_until: date | None
    at_once: int
    monthly: int

    def __post_init__(self) -> None:
        if not all(0 <= rate <= RATE_UNIT for rate in (self.at_once, self.monthly)):
            raise ValueError("a rate lies between nothing and the whole amount")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("a rule ends on its first day or later")

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on that Algiers day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def late_rule_for(kind: str, legal_due_on: date, table: Iterable[LateRates]) -> LateRates | None:
    """The rates of a kind for an amount that was legally due that Algiers day.

    An amount keeps them however late it is reckoned. None where no rule holds: before the first,
    or after one that ended without another in its place, being late costs nothing. Where two
    overlap, the one that began later holds.
    """
    holding = [rule for rule in table if rule.kind == kind and rule.holds_on(legal_due_on)]
    return max(holding, key=lambda rule: rule.valid_from, default=None)
