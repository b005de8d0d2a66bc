"""What may stand in a bank file of any layout: amounts, references, texts; checked or cleaned."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from webapp.banking.collections import CollectionBatch
from webapp.domain.errors import InvalidAmount, InvalidInput, TotalsDiffer
from webapp.domain.moment import ALGIERS
from webapp.domain.money import LARGEST_AMOUNT
from webapp.domain.text import clean_name

LONGEST_NAME = 70
LONGEST_REMITTANCE = 140
LONGEST_REFERENCE = 35
LONGEST_ACCOUNT = 34


def checked_amount(centimes: int) -> int:
    """The amount, above zero and not beyond what a file can hold. Raises InvalidAmount."""
    if centimes <= 0:
        raise InvalidAmount(field="amount", reason="negative")
    if centimes > LARGEST_AMOUNT:
        raise InvalidAmount(field="amount", reason="too_large")
    return centimes


def checked_reference(field: str, text: str, longest: int = LONGEST_REFERENCE) -> str:
    """A reference as it is, for a reference that was mended would match nothing later.

    Raises InvalidInput for one that is empty, too long, or not of plain printable characters.
    """
    if not (text and len(text) <= longest and text.isascii() and text.isprintable()):
        raise InvalidInput(field=field)
    if text != text.strip():
        raise InvalidInput(field=field)
    return text


def checked_name(field: str, text: str) -> str:
    """A name as it may stand in a file. Raises InvalidInput when nothing of it may."""
    name = bank_text(text, LONGEST_NAME)
    if not name:
        raise InvalidInput(field=field)
    return name


def local_instant(moment: datetime) -> str:
    """The instant on Algiers' clock with its offset, whatever zone it came in.

    Raises InvalidInput for one without a zone.
    """
    if moment.tzinfo is None:
        raise InvalidInput(field="created_at")
    return moment.astimezone(ALGIERS).isoformat(timespec="seconds")


def bank_text(text: str, longest: int) -> str:
    """Text as it may stand in a bank file: clean (domain.text), at most `longest` characters.

    A cut never parts a letter from the marks written over or under it, and leaves no space.
    """
    clean = clean_name(text)
    if len(clean) <= longest:
        return clean
    end = longest
    while end and unicodedata.category(clean[end]).startswith("M"):
        end -= 1
    return clean[: end or longest].rstrip()


def check_totals(batch: CollectionBatch, count: int, total: int) -> None:
    """What was written is what the database counted. Raises TotalsDiffer (centimes)."""
    if count != batch.count:
        raise TotalsDiffer(what="transactions", expected=batch.count, found=count)
    if total != batch.total:
        raise TotalsDiffer(what="sum", expected=batch.total, found=total)
