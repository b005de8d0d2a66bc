"""What a bank is asked to collect, before it becomes the bytes of any bank's format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from webapp.domain.money import Centimes
from webapp.domain.rib import Rib


@dataclass(frozen=True, slots=True)
class Collection:
    """One debit as the bank sees it: how much, from which account, under which mandate."""

    end_to_end_id: str
    amount: Centimes
    mandate_reference: str
    mandate_signed_on: date
    debtor_name: str
    account: Rib
    remittance: str


@dataclass(frozen=True, slots=True)
class CollectionBatch:
    """One bank file: its creditor, its day, and what its collections add up to.

    `creditor_account` is written as it is (up to 34 characters), for the fund's own account may
    be known to a bank under another number than a RIB; `creditor_agent` is the three-digit code
    of the fund's bank; `count` and `total` (centimes) are the database's, checked while writing.
    """

    message_id: str
    created_at: datetime
    collect_on: date
    creditor_name: str
    creditor_account: str
    creditor_identifier: str
    creditor_agent: str
    count: int
    total: Centimes
