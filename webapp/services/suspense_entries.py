"""The entries in suspense as the books tell them apart: money is booked once, whoever tells it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from webapp.models import BankEntry, EntryOutcome


def told_entries() -> Subquery:
    """Every entry in suspense, with `nth`, which of its message's equal ones it is, and `telling`,
    which of the messages tells that one. (see webapp/services/suspense.py)
    """
    same = (BankEntry.end_to_end_id, BankEntry.moved_centimes, BankEntry.booked_on)
    nth = func.row_number().over(
        partition_by=(BankEntry.bank_message_id, *same), order_by=BankEntry.position
    )
    one = (
        select(
            BankEntry.id, BankEntry.bank_message_id, BankEntry.end_to_end_id, BankEntry.fact,
            BankEntry.moved_centimes, BankEntry.reason_code, BankEntry.booked_on,
            BankEntry.suspense_reason, nth.label("nth"),
        )
        .where(BankEntry.outcome == EntryOutcome.SUSPENSE)
        .subquery("one")
    )  # fmt: skip
    telling = func.row_number().over(
        partition_by=(one.c.end_to_end_id, one.c.moved_centimes, one.c.booked_on, one.c.nth),
        order_by=one.c.id,
    )
    return select(one, telling.label("telling")).subquery("told")


def is_first_telling(session: Session, entry_id: int) -> bool:
    """Whether the money of this entry is booked under it, and not under one that told it before."""
    told: Any = told_entries()
    return session.scalar(select(told.c.telling).where(told.c.id == entry_id)) == 1
