"""Suspense: money on the fund's account that matches nothing that was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.models import Account, BankEntry, EntryOutcome
from webapp.services.books import Entry, Leg, post, posted_keys
from webapp.services.working_day import WorkingDay


def book_suspense(
    session: Session, day: WorkingDay, message_id: int, entries: Sequence[Row[*tuple[Any, ...]]]
) -> None:
    """Money that cannot be matched waits in suspense, once, whatever message tells it again.

    The key is what the entry says and how often this message has said it so far: two messages
    that tell the same two credits book two, not four.
    """
    waiting = [entry for entry in entries if entry.suspense_reason and entry.moved_centimes]
    if not waiting:
        return
    before = session.execute(
        select(BankEntry.end_to_end_id, BankEntry.moved_centimes, BankEntry.booked_on).where(
            BankEntry.bank_message_id == message_id,
            BankEntry.outcome == EntryOutcome.SUSPENSE,
            BankEntry.moved_centimes.is_not(None),
        )
    )
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in before:
        seen[row] += 1
    wanted = {}
    for entry in waiting:
        told = (entry.end_to_end_id, entry.moved_centimes, entry.booked_on)
        seen[told] += 1
        digest = sha256("|".join(map(str, (*told, seen[told]))).encode()).hexdigest()
        wanted[f"suspense:{digest}"] = entry.moved_centimes
    known = posted_keys(session, wanted)
    post(
        session,
        day.today,
        [
            Entry(
                key,
                (Leg("bank", Account.BANK, moved), Leg("suspense", Account.SUSPENSE, -moved)),
            )
            for key, moved in wanted.items()
            if key not in known
        ],
    )
