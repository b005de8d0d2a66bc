"""The six words that a screen may use for an amount, and which status is told by which.

A qualifier narrows a word ("scheduled, on hold"); it never replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from webapp.domain.statuses import DebitStatus, DueStatus


class Word(StrEnum):
    """What an employer is told about an amount."""

    DECLARED = "declared"
    SCHEDULED = "scheduled"  # for which day
    SENT = "sent"  # to which institution
    DEBITED = "debited"  # from your account
    SETTLED = "settled"  # by the fund
    REFUSED = "refused"  # why


DUE_WORDS: Mapping[DueStatus, tuple[Word, str | None]] = {
    DueStatus.OPEN: (Word.DECLARED, None),
    DueStatus.SCHEDULED: (Word.SCHEDULED, None),
    DueStatus.SETTLED: (Word.SETTLED, None),
    DueStatus.SUPERSEDED: (Word.DECLARED, "replaced"),
    DueStatus.CONTESTED: (Word.DECLARED, "contested"),
    DueStatus.WAIVED: (Word.DECLARED, "waived"),
    DueStatus.PAID_ELSEWHERE: (Word.SETTLED, "paid_elsewhere"),
    DueStatus.DEFERRED: (Word.DECLARED, "deferred"),
    DueStatus.GIVEN_BACK: (Word.DECLARED, "given_back"),
}

DEBIT_WORDS: Mapping[DebitStatus, tuple[Word, str | None]] = {
    DebitStatus.PLANNED: (Word.SCHEDULED, "notice_to_come"),
    DebitStatus.ANNOUNCED: (Word.SCHEDULED, None),
    DebitStatus.HELD: (Word.SCHEDULED, "on_hold"),
    DebitStatus.FROZEN: (Word.SCHEDULED, "about_to_be_sent"),
    DebitStatus.CANCELLED: (Word.SCHEDULED, "cancelled"),
    DebitStatus.SENT: (Word.SENT, None),
    DebitStatus.UNKNOWN: (Word.SENT, "not_confirmed"),
    DebitStatus.ACCEPTED: (Word.SENT, "accepted"),
    DebitStatus.DEBITED: (Word.DEBITED, None),
    DebitStatus.DISPUTED: (Word.DEBITED, "disputed"),
    DebitStatus.SETTLED: (Word.SETTLED, None),
    DebitStatus.REFUSED: (Word.REFUSED, None),
    DebitStatus.REVERSED: (Word.DEBITED, "reversed"),
}


def word_for(status: DueStatus | DebitStatus) -> tuple[Word, str | None]:
    """The word for a status and its qualifier, None where the word says it all."""
    if isinstance(status, DueStatus):
        return DUE_WORDS[status]
    return DEBIT_WORDS[status]
