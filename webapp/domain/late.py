"""What being late costs, from a day to a day, by the day on which an amount was legally due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LateRates:
    """Rates in hundred-thousandths: 5 % is 5000."""

    kind: str
    valid_from: date
    valid_until: date | None
    at_once: int
    monthly: int


def late_rule_for(kind: str, legal_due_on: date, table: Iterable[LateRates]) -> LateRates | None:
    """The rates of a kind for what was legally due on an Algiers day; None where none hold."""
    return next(
        (
            one
            for one in table
            if one.kind == kind
            and one.valid_from <= legal_due_on
            and (one.valid_until is None or legal_due_on <= one.valid_until)
        ),
        None,
    )
