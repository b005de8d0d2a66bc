"""The answers of banks for the office: the messages received, and one with where each entry led."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from webapp.adapters.archive import names_of_sealed
from webapp.data.loader import load_reasons
from webapp.domain.errors import NotFound
from webapp.domain.facts import Fact
from webapp.domain.money import Centimes
from webapp.domain.reasons import RefusalCause, cause_of
from webapp.models import (
    Attempt,
    BankEntry,
    BankMessage,
    BankMessageStatus,
    Channel,
    Debit,
    Due,
    Employer,
    EntryOutcome,
    SuspenseReason,
)
from webapp.services.event_search import on_days
from webapp.services.suspense_assigning import credit_key
from webapp.services.transactions import reading

MESSAGES_ON_A_PAGE = 24
ENTRIES_ON_A_PAGE = 50
FAILED = (Fact.REFUSED, Fact.RETURNED)
# What told something about a debit, for the first time or once more.
MATCHED = (EntryOutcome.APPLIED, EntryOutcome.KNOWN)


@dataclass(frozen=True, slots=True)
class AnswersWanted:
    """Which messages to show: of one channel, or received on these Algiers days."""

    channel: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The entries of a message: all, those that tell of a debit by what they tell, the others.

    `unmatched` match nothing; `in_suspense` is how many of them are money, `held` how many
    centimes.
    """

    entries: int = 0
    told: Mapping[Fact, int] = field(default_factory=dict)
    unmatched: int = 0
    in_suspense: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; its bank is empty where neither file nor account told which channel it is of.

    `file_name` is empty where the file is no more in the inbox.
    """

    id: int
    message_id: str
    message_name: str
    institution_ar: str
    institution_fr: str
    file_name: str
    received_at: datetime
    finished: bool
    sha256: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry and where it led: to a debit, to suspense, to an employer's credit, nowhere."""

    id: int
    position: int
    reference: str
    fact: Fact | None
    moved: Centimes | None
    code: str | None
    cause: RefusalCause | None
    booked_on: date | None
    outcome: EntryOutcome
    doubt: SuspenseReason | None
    debit: str
    employer_id: int | None
    member_number: str
    name_ar: str
    name_fr: str
    credited: str


def list_messages(
    session: Session, inbox: Path, wanted: AnswersWanted, before: int | None = None
) -> tuple[list[MessageRow], bool]:
    """The messages that fit, the latest first, and whether there are older ones than these."""
    fits = on_days(BankMessage.imported_at, wanted.since, wanted.until)
    if wanted.channel:
        fits.append(BankMessage.channel_code == wanted.channel)
    if before is not None:
        fits.append(BankMessage.id < before)
    with reading(session):
        rows = _messages(session, inbox, MESSAGES_ON_A_PAGE + 1, *fits)
    return rows[:MESSAGES_ON_A_PAGE], len(rows) > MESSAGES_ON_A_PAGE


def find_message(session: Session, inbox: Path, message_id: int) -> MessageRow:
    """One message. Raises NotFound."""
    with reading(session):
        found = _messages(session, inbox, 1, BankMessage.id == message_id)
    if not found:
        raise NotFound(kind="bank_message", reference=str(message_id))
    return found[0]


def entries_of(
    session: Session, message_id: int, *, after: int = -1, unmatched: bool = False
) -> tuple[list[EntryRow], bool]:
    """The entries of a message in its order, from behind a position, and whether there are more.

    All of them, or those that match nothing.
    """
    statement = (
        select(
            BankEntry, Debit.reference, Debit.employer_id, Employer.member_number,
            Employer.name_ar, Employer.name_fr,
        )
        .outerjoin(Attempt, Attempt.end_to_end_id == BankEntry.end_to_end_id)
        .outerjoin(Debit, Debit.id == Attempt.debit_id)
        .outerjoin(Employer, Employer.id == Debit.employer_id)
        .where(BankEntry.bank_message_id == message_id, BankEntry.position > after)
        .order_by(BankEntry.position)
        .limit(ENTRIES_ON_A_PAGE + 1)
    )  # fmt: skip
    if unmatched:
        statement = statement.where(BankEntry.outcome == EntryOutcome.SUSPENSE)
    with reading(session):
        rows = session.execute(statement).all()
        credited = _credited(session, [row[0].id for row in rows if row[0].moved_centimes])
        found = [_entry(row, credited) for row in rows[:ENTRIES_ON_A_PAGE]]
    return found, len(rows) > ENTRIES_ON_A_PAGE


def _messages(
    session: Session, inbox: Path, most: int, *conditions: ColumnElement[bool]
) -> list[MessageRow]:
    rows = session.execute(
        select(BankMessage, Channel.institution_ar, Channel.institution_fr)
        .outerjoin(Channel, Channel.code == BankMessage.channel_code)
        .where(*conditions)
        .order_by(BankMessage.id.desc())
        .limit(most)
        .execution_options(populate_existing=True)
    ).all()
    counts = _counts(session, [message.id for message, *_ in rows])
    names = names_of_sealed(inbox, {message.sha256 for message, *_ in rows})
    return [
        MessageRow(
            id=message.id,
            message_id=message.message_id,
            message_name=message.message_name,
            institution_ar=arabic or "",
            institution_fr=french or "",
            file_name=names.get(message.sha256, ""),
            received_at=message.imported_at,
            finished=message.status is BankMessageStatus.APPLIED,
            sha256=message.sha256,
            counts=counts.get(message.id, Counts()),
        )
        for message, arabic, french in rows
    ]


def _counts(session: Session, ids: Sequence[int]) -> dict[int, Counts]:
    moved = func.coalesce(BankEntry.moved_centimes, 0)
    rows = session.execute(
        select(
            BankEntry.bank_message_id, BankEntry.outcome, BankEntry.fact,
            func.count().label("entries"),
            func.count().filter(moved != 0).label("money"),
            func.sum(moved).label("centimes"),
        )
        .where(BankEntry.bank_message_id.in_(ids))
        .group_by(BankEntry.bank_message_id, BankEntry.outcome, BankEntry.fact)
    ).all()  # fmt: skip
    by_message: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        by_message[row.bank_message_id].append(row)
    return {message_id: _added(parts) for message_id, parts in by_message.items()}


def _added(parts: Collection[Any]) -> Counts:
    told: dict[Fact, int] = defaultdict(int)
    for one in parts:
        if one.outcome in MATCHED and one.fact is not None:
            told[one.fact] += one.entries
    doubted = [one for one in parts if one.outcome is EntryOutcome.SUSPENSE]
    return Counts(
        entries=sum(one.entries for one in parts),
        told=told,
        unmatched=sum(one.entries for one in doubted),
        in_suspense=sum(one.money for one in doubted),
        held=sum(int(one.centimes) for one in doubted),
    )


def _credited(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The employers, by their member numbers, to whom the money of these entries was given."""
    keys = {credit_key(one): one for one in ids}
    rows = session.execute(
        select(Due.origin_key, Employer.member_number)
        .join(Employer, Employer.id == Due.employer_id)
        .where(Due.origin_key.in_(keys))
    )
    return {keys[row.origin_key]: row.member_number for row in rows}


def _entry(row: Row[*tuple[Any, ...]], credited: Mapping[int, str]) -> EntryRow:
    entry = row[0]
    ours = row.reference is not None
    return EntryRow(
        id=entry.id,
        position=entry.position,
        # Of a reference that is not ours only a sign is kept, which says nothing to anybody.
        reference=(entry.end_to_end_id or "") if ours else "",
        fact=entry.fact,
        moved=None if entry.moved_centimes is None else Centimes(entry.moved_centimes),
        code=entry.reason_code,
        cause=cause_of(entry.reason_code, load_reasons()) if entry.fact in FAILED else None,
        booked_on=entry.booked_on,
        outcome=entry.outcome,
        doubt=entry.suspense_reason,
        debit=row.reference or "",
        employer_id=row.employer_id,
        member_number=row.member_number or "",
        name_ar=row.name_ar or "",
        name_fr=row.name_fr or "",
        credited=credited.get(entry.id, ""),
    )
