"""Why a bank refused or returned a debit, and what the fund does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActionClass(StrEnum):
    """What follows a refusal."""

    RETRY = "RETRY"  # present it again, told before
    STOP = "STOP"  # never again on this mandate
    FIX = "FIX"  # the account or the mandate must be corrected first
    CONTACT = "CONTACT"  # a person talks to the employer or the bank
    OWN = "OWN"  # the fund's own account or identity is wrong
    TECH = "TECH"  # the file was wrong: a programmer looks
    NONE = "NONE"  # the expected echo of our own request


@dataclass(frozen=True)
class Reason:
    """One ISO 20022 reason code with its official name and its consequence."""

    code: str
    name: str
    action: ActionClass


def action_for(code: str | None, reasons: Mapping[str, Reason]) -> ActionClass:
    """The consequence of a refusal; an unknown or missing code needs a person (CONTACT)."""
    reason = reasons.get(code or "")
    return reason.action if reason else ActionClass.CONTACT


# A bank that refuses a whole file with one of these has had the file before: it speaks of the
# second copy, and the debits of the first one stand.
REASONS_OF_A_SECOND_COPY = frozenset({"AM05", "DUPL", "DU01", "DU02", "DU03", "DU04", "DU05"})
