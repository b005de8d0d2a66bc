"""What runs, bank files and the columns of their reports are called on the office's pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.stages import Stage
from webapp.domain.statuses import BankFileStatus

Texts = Mapping[StrEnum, LazyString]

STAGES: Texts = {
    Stage.TO_COME: _l("To come"),
    Stage.HELD: _l("On hold"),
    Stage.AT_THE_BANK: _l("With the bank"),
    Stage.COLLECTED: _l("Received"),
    Stage.REFUSED: _l("Refused"),
}
BANK_FILES: Texts = {
    BankFileStatus.FROZEN: _l("being written"),
    BankFileStatus.WRITTEN: _l("waiting for approval"),
    BankFileStatus.APPROVED: _l("approved, to be sent"),
    BankFileStatus.SENDING: _l("being sent"),
    BankFileStatus.SENT: _l("sent to the bank"),
    BankFileStatus.UNKNOWN: _l("not known whether it arrived"),
    BankFileStatus.ACKNOWLEDGED: _l("received by the bank"),
    BankFileStatus.RECONCILED: _l("answered in full"),
    BankFileStatus.SUPERSEDED: _l("replaced before it was sent"),
}
OFFICE_WORDS = (STAGES, BANK_FILES)
