"""What an employer is warned of, in one order: what costs money first."""

from __future__ import annotations

from enum import StrEnum


class WarningKind(StrEnum):
    """A kind of warning; the order of this list is the order on every page.

    First what is costing money already, then what will if nothing is done, then what only wants
    to be known.
    """

    DEBIT_REFUSED = "debit_refused"  # for good: a surcharge runs
    DECLARATION_LATE = "declaration_late"  # a penalty grows
    SCHEDULE_BROKEN = "schedule_broken"  # surcharges are owed again, everything is due
    DEBIT_TRIED_AGAIN = "debit_tried_again"  # refused, and presented once more
    DEBIT_HELD = "debit_held"
    AUTHORISATION_ENDED = "authorisation_ended"
    AUTHORISATION_SUSPENDED = "authorisation_suspended"  # by its bank
    AUTHORISATION_MISSING = "authorisation_missing"
    DECLARATION_DUE = "declaration_due"
    SCHEDULE_PROPOSED = "schedule_proposed"
    PAPER_MISSING = "paper_missing"
    AUTHORISATION_EXPIRING = "authorisation_expiring"
    AUTHORISATION_WAITS = "authorisation_waits"  # for its bank alone
    CONTESTED = "contested"  # the fund has to answer
    PAUSED = "paused"
    SCHEDULE_RUNNING = "schedule_running"


# Of these nothing is asked.
FOR_INFORMATION = frozenset(
    {
        WarningKind.AUTHORISATION_WAITS, WarningKind.CONTESTED, WarningKind.PAUSED,
        WarningKind.SCHEDULE_RUNNING,
    }
)  # fmt: skip
_PLACES = {kind: place for place, kind in enumerate(WarningKind)}


def urgency_of(kind: WarningKind) -> int:
    """The place of a kind in the order: 0 costs the most."""
    return _PLACES[kind]
