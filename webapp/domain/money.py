"""Money in whole centimes: reading what people type, and rounding. Formatting lives elsewhere."""

from __future__ import annotations

import re
from typing import NewType

from webapp.domain.errors import InvalidAmount
from webapp.domain.text import typed

Centimes = NewType("Centimes", int)

LARGEST_AMOUNT = Centimes(10**15)
CURRENCY_WORDS = re.compile(r"^(?:DZD|DA|دج|د\.ج\.?)|(?:DZD|DA|دج|د\.ج\.?)$", re.IGNORECASE)

# ٫ and ٬ are the decimal mark and the grouping mark of Arabic keyboards and nothing else;
# ، is the Arabic comma. A comma and a dot can be either, so their surroundings decide.
DECIMAL_ONLY = "٫"
GROUPING_ONLY = "٬"
ARABIC_COMMA = "،"
MINUS_SIGNS = "-−‐‑–"

PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[,.٫](?P<cents>[0-9]{1,2}))?")
GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<group>[,.٬])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[,.٫](?P<cents>[0-9]{1,2}))?"
)
ONE_MARK_AND_THREE_DIGITS = re.compile(r"[1-9][0-9]{0,2}[,.][0-9]{3}")
TOO_FINE = re.compile(r"[0-9]+[,.٫][0-9]{3,}")


def parse_amount(text: str) -> Centimes:
    """Read an amount of dinars as people type it in Arabic or French; return centimes.

    Spaces of every kind, direction marks and the currency's name are dropped, Arabic-Indic
    digits are read as digits. One comma or dot before one or two digits is the decimal mark;
    groups of three are understood where only one reading is possible ("1,296,000.00"). What has
    two readings ("1.234") is refused.

    Raises InvalidAmount; zero is an amount, a negative number is not.
    """
    written = CURRENCY_WORDS.sub("", "".join(typed(text).split())).replace(ARABIC_COMMA, ",")
    if not written:
        raise InvalidAmount(reason="empty")
    if written.strip(MINUS_SIGNS) != written and re.search("[0-9]", written):
        raise InvalidAmount(reason="negative")
    if ONE_MARK_AND_THREE_DIGITS.fullmatch(written):
        raise InvalidAmount(reason="ambiguous")
    number = PLAIN.fullmatch(written) or GROUPED.fullmatch(written)
    if number is None:
        raise InvalidAmount(reason=_what_is_wrong(written))
    whole = re.sub("[^0-9]", "", number["whole"]).lstrip("0")
    if len(whole) > len(str(LARGEST_AMOUNT)):
        raise InvalidAmount(reason="too_large")
    amount = int(whole or "0") * 100 + int((number["cents"] or "").ljust(2, "0"))
    if amount > LARGEST_AMOUNT:
        raise InvalidAmount(reason="too_large")
    return Centimes(amount)


def _what_is_wrong(written: str) -> str:
    if TOO_FINE.fullmatch(written):
        return "too_many_decimals"
    if re.fullmatch("[0-9][0-9,.٫٬]*[0-9]", written):
        return "ambiguous"
    return "not_a_number"


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, halves away from zero.

    A credit rounds like the debt that it takes back: half_up(-n, d) == -half_up(n, d).
    """
    if denominator <= 0:
        raise ValueError("the denominator of an amount is above zero")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def plain_dinars(centimes: int) -> str:
    """An amount that is not negative as programs read it: 1296000.00."""
    return f"{centimes // 100}.{centimes % 100:02d}"
