"""Amounts and days as they are read in a page, a message or a paper, in both languages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

AMOUNT = re.compile(r"(?<![\d,])\d{1,3}(?: \d{3})*,\d{2}(?!\d| ?%)")
SHORT_DAY = re.compile(r"(?<!\d)(\d{2})/(\d{2})/(\d{4})(?!\d)")
MONTHS = (
    ("janvier", "جانفي"), ("février", "فيفري"), ("mars", "مارس"), ("avril", "أفريل"),
    ("mai", "ماي"), ("juin", "جوان"), ("juillet", "جويلية"), ("août", "أوت"),
    ("septembre", "سبتمبر"), ("octobre", "أكتوبر"), ("novembre", "نوفمبر"),
    ("décembre", "ديسمبر"),
)  # fmt: skip
MONTH_OF = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
LONG_DAY = re.compile(rf"(?<!\d)(\d{{1,2}})(?:er)? ({'|'.join(MONTH_OF)}) (\d{{4}})(?!\d)")


def written(amount: Decimal) -> str:
    """`1 296 000,00`, with plain spaces."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def plain(text: str) -> str:
    """A text without the marks and spaces that only set it."""
    return re.sub(r"[\u00a0\u202f\s]", " ", re.sub(r"[\u200e\u200f\u2066-\u2069]", "", text))


def amounts_in(text: str) -> set[str]:
    return set(AMOUNT.findall(plain(text)))


def days_in(text: str) -> set[date]:
    """Every day that is written out, in figures or with its month in words."""
    read = plain(text)
    short = {date(int(year), int(month), int(day)) for day, month, year in SHORT_DAY.findall(read)}
    long = {
        date(int(year), MONTH_OF[month], int(day)) for day, month, year in LONG_DAY.findall(read)
    }
    return short | long
