"""What the office may do with a bank file, by its state and by what its events tell of it.

A file that is not known to have left is sent again only under its own name, with its own bytes,
and after two people have said that the bank has written that it has not got it; once the bank's
hour has passed, their word gives it up as lost instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.errors import InvalidInput
from webapp.domain.statuses import BankFileStatus
from webapp.domain.text import typed

LONGEST_RECEIPT = 40
RECEIPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9./:_-]*")
RECEIPT_CAUSE = "receipt:"
# Causes of moves, as they stand in the events.
BY_HAND = "carried_by_hand"
LOST = "lost"  # the bank's hour had passed when two people said that it has not got the file
FOUND = "found_after_all"  # and then it had
STAYED = "certainly_stayed"  # the bank's server took nothing of a file that was sent again


class FileAct(StrEnum):
    """One thing that a person does with a file."""

    APPROVE = "approve"
    SEND = "send"
    CARRY = "carry"  # to the bank by hand
    REPLACE = "replace"  # by a new file
    ARRIVED = "arrived"  # the bank says that it has it
    MISSING = "missing"  # the bank has written that it has not got it
    AGREE = "agree"  # a second person says so too


class FileMark(StrEnum):
    """What is said of a file without moving it: the cause of an event."""

    ASKED = "asked_to_send"
    MISSING = "said_missing"
    AGREED = "agreed_missing"


class FileEvent(NamedTuple):
    """What one event tells of a file."""

    at: datetime
    actor: str
    source: str | None
    target: str
    cause: str


@dataclass(frozen=True, slots=True)
class FileStanding:
    """What a file's state alone does not tell; the names are those of its events' actors.

    `since`: in this state, or in doubt, without a break. `stayed_at`: the last try to send it has
    certainly brought nothing to the bank. `asked_at`: somebody wants it to leave now. `lost`: it
    was given up, by `missing_by` and `agreed_by`.
    """

    since: datetime | None = None
    by_hand: bool = False
    missing_by: str = ""
    agreed_by: str = ""
    asked_by: str = ""
    asked_at: datetime | None = None
    stayed_at: datetime | None = None
    receipt: str = ""
    lost: bool = False


def standing_of(events: Iterable[FileEvent]) -> FileStanding:
    """What the events of one file, the oldest first, tell of it."""
    now = FileStanding()
    for event in events:
        now = _moved(now, event) if event.source != event.target else _marked(now, event)
    return now


def _marked(now: FileStanding, event: FileEvent) -> FileStanding:
    if event.cause == FileMark.MISSING:
        return replace(now, missing_by=event.actor)
    if event.cause == FileMark.AGREED:
        return replace(now, agreed_by=event.actor, asked_by=event.actor, asked_at=event.at)
    if event.cause == FileMark.ASKED:
        return replace(now, asked_by=event.actor, asked_at=event.at)
    return now


def _moved(now: FileStanding, event: FileEvent) -> FileStanding:
    unasked = replace(now, asked_by="", asked_at=None)
    if event.target == BankFileStatus.SENDING:
        return unasked
    if event.target == BankFileStatus.UNKNOWN and event.cause == STAYED:
        # What two people said of the bank still holds: nothing has left since.
        return replace(unasked, stayed_at=event.at)
    if event.target == BankFileStatus.APPROVED and event.source == BankFileStatus.SENDING:
        return FileStanding(since=event.at, stayed_at=event.at)
    if event.cause == LOST:
        return replace(unasked, since=event.at, agreed_by=event.actor, lost=True)
    return FileStanding(
        since=event.at,
        by_hand=event.cause == BY_HAND,
        receipt=event.cause.removeprefix(RECEIPT_CAUSE)
        if event.cause.startswith(RECEIPT_CAUSE)
        else "",
    )


def may_leave(status: BankFileStatus, standing: FileStanding, *, asked_only: bool) -> bool:
    """Whether a sending takes the file: an approved one, or one in doubt that two people let go.

    `asked_only`: of the approved files those alone that somebody wants to leave now.
    """
    if status is BankFileStatus.APPROVED:
        return not asked_only or standing.asked_at is not None
    if status is BankFileStatus.UNKNOWN:
        return bool(standing.agreed_by) and standing.asked_at is not None
    return False


def acts_for(
    status: BankFileStatus, standing: FileStanding, *, actor: str, made_by: str, too_late: bool
) -> list[FileAct]:
    """What this person may do with the file now, the first the likeliest.

    `made_by` froze it; `too_late`: its bank's hour has passed, and it leaves no more.
    """
    asked = standing.asked_at is not None
    possible: dict[FileAct, bool] = {}
    if status is BankFileStatus.WRITTEN:
        possible = {FileAct.APPROVE: actor != made_by and not too_late, FileAct.REPLACE: True}
    elif status is BankFileStatus.APPROVED:
        possible = {
            FileAct.SEND: not asked and not too_late,
            FileAct.CARRY: not asked and not too_late,
            FileAct.REPLACE: True,
        }
    elif status is BankFileStatus.UNKNOWN:
        possible = {
            FileAct.SEND: bool(standing.agreed_by) and not asked and not too_late,
            FileAct.ARRIVED: True,
            FileAct.MISSING: not standing.missing_by,
            # What two people agreed on and did not leave in time is given up by one of the second.
            FileAct.AGREE: standing.missing_by not in ("", actor)
            and (not standing.agreed_by or too_late),
        }
    elif status is BankFileStatus.SUPERSEDED:
        possible = {FileAct.ARRIVED: standing.lost}
    return [act for act, is_possible in possible.items() if is_possible]


def read_receipt(text: str) -> str:
    """The bank's number for what was brought to it. Raises InvalidInput.

    It goes into an event, which is never changed or deleted: a number, no sentence, no name.
    """
    number = typed(text).strip()
    if len(number) > LONGEST_RECEIPT or not RECEIPT.fullmatch(number):
        raise InvalidInput(field="receipt")
    return number
