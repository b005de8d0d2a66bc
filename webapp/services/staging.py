"""Staging: each entry of a message becomes a row that says what it proves, or what is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.banking.answers import AnswerEntry, AnswerHeader
from webapp.domain.facts import Fact, fact_for_entry, fact_for_status
from webapp.domain.local_codes import Meanings, meaning_of
from webapp.domain.statuses import LEFT_REVERSAL_STATUSES
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Channel,
    EntryOutcome,
    Reversal,
    SuspenseReason,
)
from webapp.services.local_codes import load_meanings
from webapp.services.lost_files import NOT_WITH_THE_BANK, has_left, stood_in_another
from webapp.services.reversals import is_about_reversal
from webapp.services.second_copies import (
    SecondCopies,
    is_of_the_other_copy,
    load_second_copies,
)
from webapp.services.sets import insert_rows
from webapp.services.transactions import Progress, transaction

ENTRIES_AT_ONCE = 1_000
CURRENCY = "DZD"
SIGN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """What we asked of the bank under one EndToEndId; `reversal` names ours that left.

    `twice`: it has left in the file of that name, and the bank may have it from an earlier one.
    """

    attempt_id: int
    file: str
    twice: bool
    amount: int
    mandate_reference: str
    was_sent: bool
    channel_code: str
    reversal: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the entries of a message are held against."""

    channel_code: str
    own_accounts: set[str]
    meanings: Meanings
    copies: SecondCopies = field(default_factory=SecondCopies)


def stage_entries(
    session: Session,
    vault: Vault,
    header: AnswerHeader,
    message_id: int,
    entries: Iterator[AnswerEntry],
    progress: Progress,
) -> None:
    """Write the entries as rows in short transactions, matched with what was asked of the bank."""
    with transaction(session):
        known = _known(session, message_id)
    staged = 0
    while part := list(islice(entries, ENTRIES_AT_ONCE)):
        with transaction(session):
            asked = _asked(session, part)
            twice = [one.attempt_id for one in asked.values() if one.twice]
            known = replace(known, copies=load_second_copies(session, twice))
            rows = [_row(vault, header, message_id, entry, asked, known) for entry in part]
            insert_rows(session, BankEntry, rows)
        staged += len(part)
        progress("stage", staged, staged)


def _known(session: Session, message_id: int) -> Known:
    channel_code = select(BankMessage.channel_code).where(BankMessage.id == message_id)
    return Known(
        session.execute(channel_code).scalar_one(),
        set(session.scalars(select(Channel.creditor_account_index))),
        load_meanings(session),
    )


def _asked(session: Session, entries: Sequence[AnswerEntry]) -> dict[str, Asked]:
    references = [entry.end_to_end_id for entry in entries if entry.end_to_end_id]
    rows = session.execute(
        select(
            Attempt.end_to_end_id,
            Attempt.id,
            Attempt.amount_centimes,
            Attempt.mandate_reference,
            BankFile.reference,
            BankFile.status,
            or_(has_left(BankFile), stood_in_another()).label("was_sent"),
            stood_in_another().label("in_another"),
            Channel.code,
            Reversal.reference.label("reversal"),
        )
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .join(Channel, Channel.id == BankFile.channel_id)
        .outerjoin(
            Reversal,
            and_(Reversal.attempt_id == Attempt.id, Reversal.status.in_(LEFT_REVERSAL_STATUSES)),
        )
        .where(Attempt.end_to_end_id.in_(references))
    )
    return {
        row.end_to_end_id: Asked(
            row.id,
            row.reference,
            row.in_another and row.status not in NOT_WITH_THE_BANK,
            row.amount_centimes,
            row.mandate_reference,
            row.was_sent,
            row.code,
            row.reversal,
        )
        for row in rows
    }


def _row(
    vault: Vault,
    header: AnswerHeader,
    message_id: int,
    entry: AnswerEntry,
    asked: dict[str, Asked],
    known: Known,
) -> dict[str, object]:
    """One entry as a row: the fact it proves about which attempt, or why it is in suspense."""
    request = asked.get(entry.end_to_end_id or "")
    fact = _fact(header, entry, request)
    moved = _moved(header, entry)
    doubt = _doubt(vault, entry, moved, request, known.own_accounts)
    channel = request.channel_code if request else known.channel_code
    reason_code, local_code = meaning_of(channel, entry.reason_code, known.meanings)
    # What a bank says of a reversal of ours, or of another copy, says nothing of the debit.
    another = (
        entry.level in ("group", "batch")
        or is_about_reversal(header.original_message_id)
        or _is_of_another_copy(header, entry, request, fact, reason_code)
    )
    if doubt is None and request and request.twice and fact and moved:
        on = entry.booked_on
        if known.copies.is_second(request.attempt_id, fact, message_id, on):
            doubt = SuspenseReason.COLLECTED_TWICE
    if another or (fact is None and not moved):
        outcome, doubt = EntryOutcome.NOTED, None
    else:
        outcome = EntryOutcome.PENDING
    return {
        "bank_message_id": message_id,
        "position": entry.position,
        "end_to_end_id": _shown(vault, entry, request),
        "attempt_id": request.attempt_id if request and not doubt and not another else None,
        "fact": fact,
        "moved_centimes": moved,
        "reason_code": reason_code,
        "local_code": local_code,
        "booked_on": entry.booked_on,
        "outcome": outcome,
        "suspense_reason": doubt,
        "raw": vault.seal_bytes(entry.raw, f"entry:{message_id}:{entry.position}")
        if doubt
        else None,
    }


def _shown(vault: Vault, entry: AnswerEntry, request: Asked | None) -> str | None:
    """The reference when it is ours; of any other, which may hold an account number, a sign.

    The same reference has the same sign, so that money told twice is known again.
    """
    if entry.end_to_end_id is None or request is not None:
        return entry.end_to_end_id
    return f"?{vault.blind_index(entry.end_to_end_id)[:SIGN_LENGTH]}"


def _fact(header: AnswerHeader, entry: AnswerEntry, request: Asked | None) -> Fact | None:
    if header.message_name == "pain.002":
        return fact_for_status(entry.status_code or "")
    if header.message_name == "pacs.004":
        return Fact.RETURNED
    # A return says that it is one; what else is taken for a debit that we asked back is that.
    reversal = request.reversal if request else None
    asked_back = reversal is not None and (
        entry.original_message_id == reversal or not entry.return_information
    )
    return fact_for_entry(bool(entry.credit), entry.reversal, entry.booked, asked_back=asked_back)


def _is_of_another_copy(
    header: AnswerHeader,
    entry: AnswerEntry,
    request: Asked | None,
    fact: Fact | None,
    reason_code: str | None,
) -> bool:
    if request is None or not request.twice:
        return False
    original = entry.original_message_id or header.original_message_id
    return is_of_the_other_copy(fact, reason_code, original, request.file)


def _moved(header: AnswerHeader, entry: AnswerEntry) -> int | None:
    """What a booked entry of an account moved, seen from the fund; statuses move nothing."""
    if not header.message_name.startswith("camt") or not entry.booked or not entry.amount:
        return None
    return entry.amount if entry.credit else -entry.amount


def _doubt(
    vault: Vault,
    entry: AnswerEntry,
    moved: int | None,
    request: Asked | None,
    own_accounts: set[str],
) -> SuspenseReason | None:
    """Why an entry cannot be taken for the answer to what we asked; None when it can."""
    if request is None:
        return SuspenseReason.UNKNOWN_REFERENCE
    if not request.was_sent:
        return SuspenseReason.NEVER_SENT
    if moved is not None and vault.blind_index(entry.account or "") not in own_accounts:
        return SuspenseReason.WRONG_CREDITOR
    if entry.currency is not None and entry.currency != CURRENCY:
        return SuspenseReason.WRONG_CURRENCY
    if entry.amount is not None and entry.amount != request.amount:
        return SuspenseReason.WRONG_AMOUNT
    if entry.mandate_reference and entry.mandate_reference != request.mandate_reference:
        return SuspenseReason.WRONG_MANDATE
    return None
