"""What may stand on a day of an employer's calendar, in the order in which it stands there."""

from __future__ import annotations

from enum import StrEnum


class EntryKind(StrEnum):
    """What one entry of a day is: on one day, what costs money or binds stands first."""

    DEBIT = "debit"
    EXPECTED = "expected"  # declared, and in no debit yet
    DEBIT_DAY = "debit_day"  # of a period that is not declared: the day alone, no amount
    INSTALMENT = "instalment"
    DECLARE_BY = "declare_by"  # to be debited on the fixed day
    DEADLINE = "deadline"  # the last day to declare
    CORRECT_BY = "correct_by"  # a correction changes all of the debit
    LOWER_BY = "lower_by"  # a correction still lowers it
    ANNUAL_RETURN = "annual_return"
    CLOSED = "closed"  # the banks rest


# Of these a calendar on a phone reminds the day before, where they are still to be done.
REMINDED_OF = frozenset({EntryKind.DECLARE_BY, EntryKind.DEADLINE, EntryKind.ANNUAL_RETURN})


def place_of(kind: EntryKind) -> int:
    """Where a kind stands among those of its day."""
    return list(EntryKind).index(kind)
