"""What runs, bank files and the columns of their reports are called on the office's pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.file_acts import FileAct
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
FILE_ACTS: Texts = {
    FileAct.APPROVE: _l("Approve the file"),
    FileAct.SEND: _l("Send the file now"),
    FileAct.CARRY: _l("Carry the file to the bank by hand"),
    FileAct.REPLACE: _l("Replace the file by a new one"),
    FileAct.ARRIVED: _l("The bank has this file"),
    FileAct.MISSING: _l("The bank has not got this file"),
    FileAct.AGREE: _l("Confirm that the bank has not got this file"),
}
OFFICE_WORDS = (STAGES, BANK_FILES, FILE_ACTS)
