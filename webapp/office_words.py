"""What the things of the collection office are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.facts import Fact
from webapp.domain.file_acts import FileAct
from webapp.domain.groupings import By
from webapp.domain.office_queues import BulkAct, Looked, LookNote, Problem, QueueKind
from webapp.domain.reasons import RefusalCause
from webapp.domain.stages import Stage
from webapp.domain.statuses import BankFileStatus
from webapp.models import EntryOutcome, HoldReason, SuspenseReason

Texts = Mapping[StrEnum, LazyString]

STAGES: Texts = {
    Stage.TO_COME: _l("To come"),
    Stage.HELD: _l("On hold"),
    Stage.AT_THE_BANK: _l("With the bank"),
    Stage.COLLECTED: _l("Received"),
    Stage.REFUSED: _l("Refused"),
}
BANK_FILES: Texts = {
    BankFileStatus.FILLING: _l("being put together"),
    BankFileStatus.FROZEN: _l("being written"),
    BankFileStatus.WRITTEN: _l("waiting for approval"),
    BankFileStatus.APPROVED: _l("approved, to be sent"),
    BankFileStatus.SENDING: _l("being sent"),
    BankFileStatus.SENT: _l("sent to the bank"),
    BankFileStatus.UNKNOWN: _l("not known whether it arrived"),
    BankFileStatus.ACKNOWLEDGED: _l("received by the bank"),
    BankFileStatus.RECONCILED: _l("answered in full"),
    BankFileStatus.SUPERSEDED: _l("replaced by another file"),
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
QUEUES: Texts = {
    QueueKind.HELD: _l("Debits on hold"),
    QueueKind.REFUSED: _l("Refused debits"),
    QueueKind.MONEY: _l("Unmatched answers"),
    QueueKind.REVERSALS: _l("Surcharges to give up"),
    QueueKind.FILES: _l("Files in doubt"),
}
CAUSES: Texts = {
    RefusalCause.EMPLOYER: _l("On the employer's side"),
    RefusalCause.BANK: _l("On the bank's side"),
    RefusalCause.TECHNICAL: _l("A fault of our file or account"),
    RefusalCause.UNKNOWN: _l("An unknown code, or none"),
}
FACTS: Texts = {
    Fact.ACCEPTED: _l("Accepted by the bank"),
    Fact.DEBITED: _l("Debited from the employer"),
    Fact.SETTLED: _l("Received by the fund"),
    Fact.REFUSED: _l("Refused by the bank"),
    Fact.RETURNED: _l("Taken back by the bank"),
}
OUTCOMES: Texts = {
    EntryOutcome.PENDING: _l("not dealt with yet"),
    EntryOutcome.APPLIED: _l("counted"),
    EntryOutcome.KNOWN: _l("known before"),
    EntryOutcome.NOTED: _l("noted, proves nothing"),
    EntryOutcome.SUSPENSE: _l("matches nothing"),
}
DOUBTS: Texts = {
    SuspenseReason.UNKNOWN_REFERENCE: _l("The reference is none of ours"),
    SuspenseReason.WRONG_AMOUNT: _l("Another amount than was asked for"),
    SuspenseReason.WRONG_CURRENCY: _l("Another currency than the dinar"),
    SuspenseReason.WRONG_MANDATE: _l("Another authorisation than was named"),
    SuspenseReason.WRONG_CREDITOR: _l("An account that is none of the fund's"),
    SuspenseReason.NEVER_SENT: _l("The debit was never sent"),
    SuspenseReason.COLLECTED_TWICE: _l("Collected twice, once from a file that counted as lost"),
}
LOOKS: Texts = {
    Looked.DONE: _l("looked into"),
    Looked.TAKEN: _l("that somebody takes care of"),
    Looked.ALL: _l("all lines"),
}
NOTES: Texts = {
    LookNote.EMPLOYER_CALLED: _l("The employer was called"),
    LookNote.EMPLOYER_WRITTEN_TO: _l("The employer was written to"),
    LookNote.AGENCY_ASKED: _l("The agency was asked"),
    LookNote.BANK_ASKED: _l("The bank was asked"),
    LookNote.KEPT_ON_HOLD: _l("It stays on hold"),
    LookNote.NOTHING_TO_DO: _l("There is nothing to do"),
}
BULK_ACTS: Texts = {
    BulkAct.RELEASE: _l("Release, with a new notice"),
    BulkAct.LOOK: _l("Mark as looked into"),
    BulkAct.TAKE: _l("Take care of it myself"),
    BulkAct.ASSIGN: _l("Ask to credit an employer"),
    BulkAct.CONFIRM: _l("Agree to the credit, as second person"),
    BulkAct.DECLINE: _l("Decline the credit"),
    BulkAct.GRANT: _l("Grant the waiver, as second person"),
    BulkAct.REFUSE: _l("Refuse the waiver"),
}
PROBLEMS: Texts = {
    Problem.CHANGED: _l("It has changed since it was shown, or was done already."),
    Problem.GONE: _l("It is not there any more."),
    Problem.NOT_HELD: _l("It is not on hold."),
    Problem.NO_MONEY: _l("No money came in with it, or it was given already."),
    Problem.NOT_ASKED: _l("Nobody asks for a credit from it."),
    Problem.SECOND_PERSON: _l("You have asked for it: a colleague decides."),
    Problem.NOT_POSSIBLE: _l("It was decided, paid or replaced in the meantime."),
}
# Why a debit is held, as the office reads it; its employer reads another sentence.
HOLDS_AT_OFFICE: Texts = {
    HoldReason.MANDATE_NOT_ACTIVE: _l("The authorisation is not active"),
    HoldReason.OVER_CEILING: _l("Above the employer's ceiling"),
    HoldReason.NO_CONTACT: _l("No contact on file for the notice"),
    HoldReason.NOTICE_NOT_DELIVERED: _l("The notice was not delivered"),
    HoldReason.DUES_CHANGED: _l("The amount has changed since the notice"),
    HoldReason.BANK_REFUSAL: _l("Refused by the bank"),
    HoldReason.LATE_MONEY: _l("Its money came in the meantime"),
}
ROWS: Texts = {
    By.DAY: _l("By day"),
    By.BANK: _l("By institution"),
    By.FILE: _l("By file"),
}
OFFICE_WORDS = (
    STAGES, BANK_FILES, FILE_ACTS, QUEUES, CAUSES, FACTS, OUTCOMES, DOUBTS, LOOKS, NOTES,
    BULK_ACTS, PROBLEMS, ROWS,
)  # fmt: skip
