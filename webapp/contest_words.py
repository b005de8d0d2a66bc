"""What the things of a contest are called: reasons, states, what follows, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.contests import (
    ContestEffect,
    ContestOutcome,
    ContestReason,
    ContestResult,
    ContestVerdict,
)
from webapp.domain.statuses import ContestStatus

Texts = Mapping[StrEnum, LazyString]

REASONS: Texts = {
    ContestReason.NOT_OWED: _l("The amount is not owed"),
    ContestReason.WRONG_AMOUNT: _l("The amount is wrong"),
    ContestReason.PAID_ALREADY: _l("The amount is paid already"),
    ContestReason.NOT_OURS: _l("The worksite is of another enterprise"),
    ContestReason.NOT_AUTHORISED: _l("The debit was not authorised"),
    ContestReason.OTHER: _l("Another reason"),
}
STATES: Texts = {
    ContestStatus.OPEN: _l("waiting for the fund's answer"),
    ContestStatus.UPHELD: _l("contest accepted"),
    ContestStatus.REJECTED: _l("contest not accepted"),
    ContestStatus.WITHDRAWN: _l("contest taken back"),
}
EFFECTS: Texts = {
    ContestEffect.LEAVES: _l("It is not debited until the fund has answered."),
    ContestEffect.GOES_ON: _l(
        "Its debit has left for the bank or is about to, and cannot be stopped. If it is refused, "
        "the amount is not presented again."
    ),
    ContestEffect.STAYS: _l(
        "It was debited already. If you are right, it is set against your next debit or paid back."
    ),
}
OUTCOMES: Texts = {
    ContestOutcome.CREDIT: _l("Set against the employer's next debit"),
    ContestOutcome.REFUND: _l("Paid back, after a second person has agreed"),
}
RESULTS: Texts = {
    ContestResult.WAITS: _l("not answered yet"),
    ContestResult.STANDS: _l("the amount stands"),
    ContestResult.UNDER_WAY: _l("not owed; the bank has not answered yet"),
    ContestResult.GIVEN_UP: _l("not owed, and not debited"),
    ContestResult.CREDITED: _l("not owed; set against the next debit"),
    ContestResult.REFUNDED: _l("not owed; a repayment was asked for"),
}
VERDICTS: Texts = {
    ContestVerdict.UPHELD: _l("The employer is right"),
    ContestVerdict.REJECTED: _l("The amounts stand"),
}
CONTEST_WORDS = (REASONS, STATES, EFFECTS, OUTCOMES, RESULTS, VERDICTS)
