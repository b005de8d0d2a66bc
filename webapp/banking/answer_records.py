"""What a bank's answer says, as plain records: its header, and each thing it states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from webapp.domain.money import Centimes


class AnswerLevel(StrEnum):
    """What an entry speaks of: a whole file, a batch of it, one debit, or money on an account."""

    GROUP = "group"
    BATCH = "batch"
    TRANSACTION = "transaction"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class AnswerHeader:
    """The message as a whole.

    `message_name` is "pain.002", `version` "pain.002.001.10" (the bare name when the file does
    not tell); `account` is the first account that the message stands on.
    """

    message_name: str
    version: str
    message_id: str
    created_at: datetime | None
    original_message_id: str | None
    account: str | None


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """One thing that a message states, in the order of the file (`position` counts from 1).

    pain.002 fills `status_code`, with the level it was stated at. camt.053 and camt.054 fill
    `credit` (money came to the account, or left it), `reversal` and `booked`; what their entries
    yield adds up to the entries' amounts, and what the bank gives no single reference for comes
    as one entry without `end_to_end_id`. pacs.004 fills `return_information` alone.
    `account` is the fund's own account; `raw` is the element as the bank wrote it.
    """

    position: int
    level: AnswerLevel
    raw: bytes
    end_to_end_id: str | None = None
    original_message_id: str | None = None
    status_code: str | None = None
    credit: bool | None = None
    reversal: bool = False
    booked: bool = False
    amount: Centimes | None = None
    currency: str | None = None
    reason_code: str | None = None
    reason_text: str | None = None
    account: str | None = None
    mandate_reference: str | None = None
    booked_on: date | None = None
    return_information: bool = False
