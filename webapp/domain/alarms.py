"""What makes the service unhealthy: each a reason for somebody to look now."""

from __future__ import annotations

from enum import StrEnum


class Alarm(StrEnum):
    """One thing that is wrong."""

    NOT_RECONCILED = "not_reconciled"  # after the return to a backup
    RUN_MISSING = "run_missing"
    FILE_IN_DOUBT = "file_in_doubt"
    BANK_SILENT = "bank_silent"
    EVENTS_BROKEN = "events_broken"
    BOOKS_UNBALANCED = "books_unbalanced"
    MESSAGES_STUCK = "messages_stuck"
