"""The queues of the collection office, and what can be done with many of their lines at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class QueueKind(StrEnum):
    """What waits for a person of the office; each thing waits in one queue."""

    HELD = "held"  # debits on hold, but for those that a bank has refused
    REFUSED = "refused"  # debits that a bank has refused and whose amounts nothing collects
    MONEY = "money"  # answers of banks that match nothing; money among them is in suspense
    REVERSALS = "reversals"  # surcharges and penalties whose waiver a colleague asks for
    FILES = "files"  # files of which nobody knows whether they arrived


class LookNote(StrEnum):
    """What somebody found who looked into a line. Words of the code: events hold no free text."""

    EMPLOYER_CALLED = "employer_called"
    EMPLOYER_WRITTEN_TO = "employer_written_to"
    AGENCY_ASKED = "agency_asked"
    BANK_ASKED = "bank_asked"
    KEPT_ON_HOLD = "kept_on_hold"
    NOTHING_TO_DO = "nothing_to_do"


class Looked(StrEnum):
    """Which lines of a queue to show. Without one: those that nobody has looked into."""

    DONE = "looked_into"
    TAKEN = "taken"
    ALL = "all_lines"


class BulkAct(StrEnum):
    """What is done with every ticked line."""

    RELEASE = "release"  # plan the debit anew, with a new notice
    LOOK = "look"  # it was looked into, with a note; it goes on waiting, out of the way
    TAKE = "take"  # who acts takes care of it
    ASSIGN = "assign"  # money in suspense: ask that it be an employer's
    CONFIRM = "confirm"  # a second person agrees that it is theirs
    DECLINE = "decline"  # or does not
    GRANT = "grant"  # a second person grants the waiver
    REFUSE = "refuse_waiver"  # or does not


ACTS_OF: Mapping[QueueKind, tuple[BulkAct, ...]] = {
    QueueKind.HELD: (BulkAct.RELEASE, BulkAct.LOOK, BulkAct.TAKE),
    QueueKind.REFUSED: (BulkAct.RELEASE, BulkAct.LOOK, BulkAct.TAKE),
    QueueKind.MONEY: (
        BulkAct.ASSIGN, BulkAct.CONFIRM, BulkAct.DECLINE, BulkAct.LOOK, BulkAct.TAKE,
    ),
    QueueKind.REVERSALS: (BulkAct.GRANT, BulkAct.REFUSE),
    QueueKind.FILES: (),
}  # fmt: skip


class Problem(StrEnum):
    """Why a ticked line was left as it is."""

    CHANGED = "changed_meanwhile"  # also when the same form comes a second time
    GONE = "gone"
    NOT_HELD = "not_held"
    NO_MONEY = "no_money_came_in"
    NOT_ASKED = "nobody_asked"
    SECOND_PERSON = "second_person"
    NOT_POSSIBLE = "not_possible"
