"""What became of the lines of a sheet, and who is told of those that were refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.errors import InvalidRow

Refuse = Callable[[InvalidRow], None]
# The column, the value and the reason for which a line cannot be taken in.
Wrong = tuple[str, str, str]


@dataclass(slots=True)
class SheetSummary:
    """How many lines there were, and what became of them."""

    lines: int = 0
    refused: int = 0
    added: int = 0
    known: int = 0


def refusal(line: int, wrong: Wrong) -> InvalidRow:
    """The error of a line that can be read and cannot be taken in."""
    column, value, reason = wrong
    return InvalidRow(line=line, column=column, value=value, reason=reason)
