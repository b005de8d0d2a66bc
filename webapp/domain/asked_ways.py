"""How an employer asked the fund to act for them: one of these, and a reason, or not at all."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class AskedWay(StrEnum):
    """Each leaves something that can be looked at again: a letter, a paper seen, a call back."""

    LETTER = "letter"
    COUNTER = "counter"  # with the identity paper seen
    PHONE = "phone"  # after calling back the number on file


LONGEST_REASON: Final = 500


def cause_by(cause: str, way: AskedWay | None) -> str:
    """The cause of an event: of an act that was asked for, how it was asked for as well."""
    return cause if way is None else f"{cause}_by_{way.value}"
