"""The five columns in which an office counts its debits; every status stands in one of them.

What was cancelled, or undone by the fund, is no debit any more and stands in none.
(design notes §6.8)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from webapp.domain.statuses import DebitStatus


class Stage(StrEnum):
    """How far a debit has come."""

    TO_COME = "to_come"
    HELD = "held"
    AT_THE_BANK = "at_the_bank"
    COLLECTED = "collected"
    REFUSED = "refused"


STAGE_OF: Mapping[DebitStatus, Stage | None] = {
    DebitStatus.PLANNED: Stage.TO_COME,
    DebitStatus.ANNOUNCED: Stage.TO_COME,
    DebitStatus.FROZEN: Stage.TO_COME,
    DebitStatus.HELD: Stage.HELD,
    DebitStatus.SENT: Stage.AT_THE_BANK,
    DebitStatus.UNKNOWN: Stage.AT_THE_BANK,
    DebitStatus.ACCEPTED: Stage.AT_THE_BANK,
    DebitStatus.DEBITED: Stage.AT_THE_BANK,
    DebitStatus.DISPUTED: Stage.AT_THE_BANK,
    DebitStatus.SETTLED: Stage.COLLECTED,
    DebitStatus.REFUSED: Stage.REFUSED,
    DebitStatus.CANCELLED: None,
    DebitStatus.REVERSED: None,
}
