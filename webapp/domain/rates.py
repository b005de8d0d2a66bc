"""Rates as people type them: percentages with three decimals at most, as hundred-thousandths."""

from __future__ import annotations

import re

from webapp.domain.contributions import RATE_UNIT
from webapp.domain.errors import InvalidRate
from webapp.domain.text import typed

PERCENT = RATE_UNIT // 100
WRITTEN = re.compile(r"(?P<whole>[0-9]+)(?:[.,٫](?P<decimals>[0-9]+))?\s*[%٪]?")


def parse_rate(text: str) -> int:
    """Read "12,21", "12.21 %" or "٠٫٣٧٥" as hundred-thousandths: 12210, 375. Raises InvalidRate."""
    written = typed(text)
    if not written:
        raise InvalidRate(reason="empty")
    found = WRITTEN.fullmatch(written)
    if found is None:
        raise InvalidRate(reason="not_a_number")
    decimals = (found["decimals"] or "").rstrip("0")
    if len(decimals) > 3:
        raise InvalidRate(reason="too_many_decimals")
    if len(found["whole"].lstrip("0")) > 3:
        raise InvalidRate(reason="too_large")
    rate = int(found["whole"]) * PERCENT + int(decimals.ljust(3, "0") or 0)
    if rate > RATE_UNIT:
        raise InvalidRate(reason="too_large")
    return rate


def percent_as_typed(rate: int) -> str:
    """A rate as somebody types it: 12210 is "12,21"."""
    whole, rest = divmod(rate, PERCENT)
    return f"{whole},{rest:03d}".rstrip("0").rstrip(",")
