"""Why what was sent cannot be matched with a restored database."""

from __future__ import annotations

from enum import StrEnum


class Obstacle(StrEnum):
    """What is missing or different here."""

    NO_CHANNEL = "no_channel"  # the collecting account
    NO_MANDATE = "no_mandate"
    NO_DUE = "no_due"
    DUE_DIFFERS = "due_differs"
    DUE_CHANGED = "due_changed"
    DEBIT_DIFFERS = "debit_differs"
    ALREADY_SETTLED = "already_settled"  # before its refusal was told
