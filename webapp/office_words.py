"""What the things of the collection office are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.stages import Stage
from webapp.domain.statuses import BankFileStatus
from webapp.models import SuspenseReason
from webapp.services.staff.three_ways import By

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
UNMATCHED: Texts = {
    SuspenseReason.UNKNOWN_REFERENCE: _l("The reference is none of ours"),
    SuspenseReason.WRONG_AMOUNT: _l("Another amount than was asked for"),
    SuspenseReason.WRONG_CURRENCY: _l("Another currency than the dinar"),
    SuspenseReason.WRONG_MANDATE: _l("Another authorisation than was named"),
    SuspenseReason.WRONG_CREDITOR: _l("An account that is none of the fund's"),
    SuspenseReason.NEVER_SENT: _l("The debit was never sent"),
}
ROWS: Texts = {
    By.DAY: _l("By day"),
    By.BANK: _l("By institution"),
    By.FILE: _l("By file"),
}
OFFICE_WORDS = (STAGES, BANK_FILES, UNMATCHED, ROWS)
