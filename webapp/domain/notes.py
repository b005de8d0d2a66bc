"""Notes that an agency takes of an employer: how they met, what may not be written. [house]

(design notes §8: no account number lies where no key protects it and no reason opens it.)
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from webapp.domain.errors import InvalidInput, InvalidNote
from webapp.domain.rib import RIB_DIGITS, Rib
from webapp.domain.text import typed

LONGEST_NOTE = 1_000
LONGEST_REMINDER = timedelta(days=366)
DIGITS_IN_A_ROW = re.compile(rf"[0-9]{{{RIB_DIGITS},}}")
SPACED_DIGITS = re.compile(r"[0-9](?:[\s.,:;/_·‐‑‒–—―−-]*[0-9])+")


class NoteKind(StrEnum):
    """How the agency and the employer met."""

    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    INTERNAL = "internal"  # they did not


def check_note(text: str, remind_on: date | None, today: date) -> None:
    """Raise InvalidNote for a note that is empty, too long, or holds an account number.

    And for a day to be reminded on that is past, or more than a year away.
    """
    if not text.strip():
        raise InvalidNote(field="text", reason="empty")
    if len(text) > LONGEST_NOTE:
        raise InvalidNote(field="text", reason="too_long")
    if holds_account(text):
        raise InvalidNote(field="text", reason="account")
    if remind_on is not None and remind_on < today:
        raise InvalidNote(field="remind_on", reason="past")
    if remind_on is not None and remind_on > today + LONGEST_REMINDER:
        raise InvalidNote(field="remind_on", reason="too_far")


def holds_account(text: str) -> bool:
    """Whether a whole account number stands in a text: twenty digits in a row, in any writing.

    With signs between them twenty digits may be two phone numbers: they count where their key is
    that of an account.
    """
    # Line by line: a sign that nobody sees must not hide a digit.
    plain = typed(text)
    if DIGITS_IN_A_ROW.search(plain):
        return True
    for found in SPACED_DIGITS.findall(plain):
        digits = re.sub(r"[^0-9]", "", found)
        if any(
            _is_account(digits[at : at + RIB_DIGITS]) for at in range(len(digits) - RIB_DIGITS + 1)
        ):
            return True
    return False


def _is_account(digits: str) -> bool:
    try:
        Rib.from_digits(digits)
    except InvalidInput:
        return False
    return True
