"""Declared, debited, received: the same money told by three sources, side by side.

What was declared is the dues under the debits, what was debited the bank files, what was received
the banks' own entries. Where two of them differ, the page says why, or that nothing explains it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.groupings import By
from webapp.domain.statuses import BankFileStatus
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Channel,
    DebitLine,
    EntryOutcome,
    SuspenseReason,
)
from webapp.services.sums import Sum
from webapp.services.transactions import reading

LEFT = (
    BankFileStatus.SENDING,
    BankFileStatus.SENT,
    BankFileStatus.UNKNOWN,
    BankFileStatus.ACKNOWLEDGED,
    BankFileStatus.RECONCILED,
)
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class ThreeWays:
    """One day, bank or file by its key, empty for their total; every amount in centimes.

    declared  the dues under its debits when their file was frozen
    debited   what its files asked the bank for; `debits` is how many
    received  what the bank's entries have moved for them, returns taken off
    refused   asked for, and refused, returned or given back: nothing of it is on the account
    awaited   asked for, and not answered in full yet
    """

    key: str | date
    debits: int
    declared: int
    debited: int
    received: int
    refused: int
    awaited: int

    @property
    def undeclared(self) -> int:
        """Debited without a due under it; zero, or somebody must look."""
        return self.debited - self.declared

    @property
    def unexplained(self) -> int:
        """Debited, and neither received, refused nor awaited; zero, or somebody must look."""
        return self.debited - self.received - self.refused - self.awaited


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Entries of a bank that match no debit; the sum is what they moved, in centimes."""

    channel_code: str
    reason: SuspenseReason
    sum: Sum


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows by day, bank or file with their total, and the entries that match nothing."""

    rows: Sequence[ThreeWays]
    total: ThreeWays
    more: bool
    unmatched: Sequence[Unmatched]


def compare_three_ways(session: Session, by: By, first_on: date, last_on: date) -> Comparison:
    """Compare the files collected on these Algiers days, the latest row first.

    The unmatched entries are those that the banks have booked on these days. One query for each
    source, grouped by the database; a row is told to be `more` than are shown, the total has all.
    (design.md §9)
    """
    here = and_(BankFile.status.in_(LEFT), BankFile.collect_on.between(first_on, last_on))
    key = _key(by)
    with reading(session):
        sources = (_debited(key, here), _declared(key, here), _received(key, here))
        debited, declared, received = (_by_key(session, source) for source in sources)
        unmatched = _unmatched(session, first_on, last_on)
    rows = [
        ThreeWays(
            key=key,
            debits=int(count),
            declared=int(declared[key][0] if key in declared else 0),
            debited=int(amount),
            received=int(received[key][0] if key in received else 0),
            refused=int(refused),
            awaited=int(awaited),
        )
        for key, (count, amount, refused, awaited) in debited.items()
    ]
    rows.sort(key=lambda row: str(row.key), reverse=by is not By.BANK)
    return Comparison(rows[:MOST_ROWS], _total(rows), len(rows) > MOST_ROWS, unmatched)


def _key(by: By) -> ColumnElement[Any]:
    if by is By.DAY:
        return BankFile.collect_on.expression
    return Channel.code.expression if by is By.BANK else BankFile.reference.expression


def _debited(key: ColumnElement[Any], here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    given_back = or_(Attempt.returned_at.is_not(None), Attempt.reversed_at.is_not(None))
    on_the_account = and_(Attempt.settled_at.is_not(None), ~given_back)
    failed = or_(Attempt.refused_at.is_not(None), given_back)
    amount = Attempt.amount_centimes
    return (
        select(
            key,
            func.count(),
            func.sum(amount),
            func.sum(case((and_(failed, ~on_the_account), amount), else_=0)),
            func.sum(case((and_(~failed, Attempt.settled_at.is_(None)), amount), else_=0)),
        )
        .select_from(BankFile)
        .join(Channel, Channel.id == BankFile.channel_id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .where(here)
        .group_by(key)
    )


def _declared(key: ColumnElement[Any], here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """A line that was freed before the file was frozen is not in it, one freed later was."""
    held = or_(DebitLine.freed_at.is_(None), DebitLine.freed_at >= BankFile.frozen_at)
    return (
        select(key, func.sum(DebitLine.amount_centimes))
        .select_from(BankFile)
        .join(Channel, Channel.id == BankFile.channel_id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(DebitLine, DebitLine.debit_id == Attempt.debit_id)
        .where(here, held)
        .group_by(key)
    )


def _received(key: ColumnElement[Any], here: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(key, func.sum(BankEntry.moved_centimes))
        .select_from(BankFile)
        .join(Channel, Channel.id == BankFile.channel_id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(BankEntry, BankEntry.attempt_id == Attempt.id)
        .where(
            here,
            BankEntry.outcome == EntryOutcome.APPLIED,
            BankEntry.moved_centimes.is_not(None),
        )
        .group_by(key)
    )


def _by_key(session: Session, query: Select[*tuple[Any, ...]]) -> Mapping[Any, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in session.execute(query)}


def _unmatched(session: Session, first_on: date, last_on: date) -> list[Unmatched]:
    rows = session.execute(
        select(
            BankMessage.channel_code,
            BankEntry.suspense_reason,
            func.count(),
            func.sum(BankEntry.moved_centimes),
        )
        .join(BankMessage, BankMessage.id == BankEntry.bank_message_id)
        .where(
            BankEntry.outcome == EntryOutcome.SUSPENSE,
            BankEntry.moved_centimes.is_not(None),
            BankEntry.booked_on.between(first_on, last_on),
        )
        .group_by(BankMessage.channel_code, BankEntry.suspense_reason)
        .order_by(BankMessage.channel_code, BankEntry.suspense_reason)
    ).all()
    return [
        Unmatched(code, reason, Sum(count, int(moved or 0)))
        for code, reason, count, moved in rows
        if reason is not None
    ]


def _total(rows: Sequence[ThreeWays]) -> ThreeWays:
    return ThreeWays(
        key="",
        debits=sum(row.debits for row in rows),
        declared=sum(row.declared for row in rows),
        debited=sum(row.debited for row in rows),
        received=sum(row.received for row in rows),
        refused=sum(row.refused for row in rows),
        awaited=sum(row.awaited for row in rows),
    )
