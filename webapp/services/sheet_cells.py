"""What the cells of several sheets hold: days, amounts, periods, short texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from webapp.domain.errors import InvalidAmount, InvalidPeriod
from webapp.domain.money import Centimes, parse_amount
from webapp.domain.period import Period
from webapp.domain.text import clean_name, typed

Word = TypeVar("Word", bound=StrEnum)

# The fund is of 1997: what is older is a typing error.
FIRST_YEAR = 1997


def read_day(text: str) -> date:
    """A day as 2019-05-31 or 31/05/2019. Raises ValueError with the reason."""
    cleaned = typed(text)
    if cleaned.count("/") == 2:
        cleaned = "-".join(part.zfill(2) for part in reversed(cleaned.split("/")))
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cleaned):
        raise ValueError("not_a_day")
    try:
        day = date.fromisoformat(cleaned)
    except ValueError as error:
        raise ValueError("not_a_day") from error
    if day.year < FIRST_YEAR:
        raise ValueError("too_long_ago")
    return day


def read_past_day(today: date) -> Callable[[str], date]:
    """Reads a day up to an Algiers day. Raises ValueError with the reason."""

    def check(text: str) -> date:
        day = read_day(text)
        if day > today:
            raise ValueError("in_the_future")
        return day

    return check


def read_amount(text: str) -> Centimes:
    """Dinars above zero as people write them, in centimes. Raises ValueError with the reason."""
    try:
        amount = parse_amount(text)
    except InvalidAmount as error:
        raise ValueError(f"amount_{error.reason}") from error
    if not amount:
        raise ValueError("not_above_zero")
    return Centimes(amount)


def read_period(text: str) -> Period:
    """A period as 2026-10 or 2026-Q4. Raises ValueError with the reason."""
    try:
        return Period.parse(typed(text).upper())
    except InvalidPeriod as error:
        raise ValueError("not_a_period") from error


def read_text(longest: int, *, needed: bool = False) -> Callable[[str], str]:
    """Reads a short text, cleaned. Raises ValueError with the reason."""

    def check(text: str) -> str:
        cleaned = clean_name(text)
        if needed and not cleaned:
            raise ValueError("empty")
        if len(cleaned) > longest:
            raise ValueError("too_long")
        return cleaned

    return check


def read_word(words: type[Word], allowed: tuple[Word, ...] = ()) -> Callable[[str], Word]:
    """Reads one of the words, or of those allowed. Raises ValueError with the reason."""
    choice = [one.value for one in allowed or tuple(words)]

    def check(text: str) -> Word:
        word = typed(text).lower()
        if word not in choice:
            raise ValueError(f"not_one_of {' '.join(choice)}")
        return words(word)

    return check
