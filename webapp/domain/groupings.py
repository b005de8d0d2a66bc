"""What the rows of the office's comparison stand for."""

from __future__ import annotations

from enum import StrEnum


class By(StrEnum):
    """A row for each day, institution or bank file."""

    DAY = "day"
    BANK = "bank"
    FILE = "file"
