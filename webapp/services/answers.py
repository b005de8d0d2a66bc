"""Taking in a bank's message: staged whole first, so that a broken file changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from webapp.adapters.archive import seal_file
from webapp.adapters.storage import sha256_of
from webapp.adapters.vault import Vault
from webapp.banking.answers import AnswerEntry, AnswerHeader, read_answers
from webapp.domain.errors import MessageChanged
from webapp.domain.facts import Fact
from webapp.domain.reasons import REASONS_OF_A_SECOND_COPY
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    BankMessageStatus,
    Channel,
    EntryOutcome,
    Reversal,
    Subject,
)
from webapp.services.applying import apply_message
from webapp.services.bank_files import doubt_interrupted
from webapp.services.events import record
from webapp.services.lost_files import NOT_WITH_THE_BANK, hear_of_lost_files
from webapp.services.reversals import hear_of_reversal
from webapp.services.staging import stage_entries
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

NO_CHANNEL = ""
WHOLE_FILE_FACTS = [Fact.ACCEPTED, Fact.REFUSED]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a message: how many entries were applied, known, noted, in suspense."""

    message_id: str
    message_name: str
    known_before: bool
    outcomes: dict[EntryOutcome, int]


def import_answers(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    path: Path,
    inbox: Path,
    progress: Progress = no_progress,
) -> Imported:
    """Import one message of a bank (pain.002, camt.053, camt.054, pacs.004).

    Staged in chunks, its end verified, then applied in chunks; a kill at any point is made good
    by importing the same file again, and a message imported before changes nothing. The message
    is kept encrypted in the inbox; the file at `path` stays with whoever brought it. Raises
    MessageChanged when another content comes under a known message id, and the errors of
    `read_answers` for a file that is no valid message: nothing is changed then.
    (design.md §7)
    """
    doubt_interrupted(session, day)
    digest = sha256_of(path)
    with path.open("rb") as stream:
        header, entries = read_answers(stream)
        first = next(entries, None)
        message_id, ready = _open_message(session, day, vault, header, first, digest)
        if not ready:
            everything = chain([first] if first else [], entries)
            stage_entries(session, vault, header, message_id, everything, progress)
    known = _status(session, message_id) is BankMessageStatus.APPLIED
    if not known:  # Before what is told of a whole file is spread over what it holds.
        hear_of_lost_files(session, day, message_id, header.original_message_id)
    if not ready:
        _finish_staging(session, day, header, message_id)
    seal_file(path, inbox, vault)
    if not known:
        hear_of_reversal(session, day, message_id, header.original_message_id)
        apply_message(session, day, message_id, progress)
    return Imported(header.message_id, header.message_name, known, _outcomes(session, message_id))


def _open_message(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    header: AnswerHeader,
    first: AnswerEntry | None,
    digest: str,
) -> tuple[int, bool]:
    """The message's row, and whether it is staged already. An interrupted staging starts anew."""
    with transaction(session):
        channel_code = _channel_code(session, vault, header, first)
        known = session.scalar(
            select(BankMessage).where(
                BankMessage.channel_code == channel_code,
                BankMessage.message_id == header.message_id,
            )
        )
        if known is None:
            message = BankMessage(
                channel_code=channel_code,
                message_id=header.message_id,
                message_name=header.version[:20],
                sha256=digest,
                status=BankMessageStatus.STAGING,
                imported_at=day.now,
            )
            session.add(message)
            session.flush()
            return message.id, False
        if known.sha256 != digest and known.status is not BankMessageStatus.STAGING:
            raise MessageChanged(message_id=header.message_id)
        if known.status is BankMessageStatus.STAGING:
            known.sha256 = digest
            session.execute(delete(BankEntry).where(BankEntry.bank_message_id == known.id))
        return known.id, known.status is not BankMessageStatus.STAGING


def _channel_code(
    session: Session, vault: Vault, header: AnswerHeader, first: AnswerEntry | None
) -> str:
    """The channel that the message speaks of: by our file's reference, or by our account."""
    original = header.original_message_id or (first.original_message_id if first else None)
    account = header.account or (first.account if first else None)
    by_file = select(Channel.code).join(BankFile).where(BankFile.reference == (original or ""))
    by_account = select(Channel.code).where(
        Channel.creditor_account_index == vault.blind_index(account or "")
    )
    by_reversal = (
        select(Channel.code)
        .join(BankFile)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(Reversal, Reversal.attempt_id == Attempt.id)
        .where(Reversal.reference == (original or ""))
    )
    found = (session.scalar(query) for query in (by_file, by_reversal, by_account))
    return next(filter(None, found), NO_CHANNEL)


def _finish_staging(
    session: Session, day: WorkingDay, header: AnswerHeader, message_id: int
) -> None:
    """Read to its end: spread what it says of a whole file, and let it be applied."""
    with transaction(session):
        last = session.scalar(
            select(func.max(BankEntry.position)).where(BankEntry.bank_message_id == message_id)
        )
        told = session.execute(
            select(BankEntry.fact, BankEntry.reason_code, BankEntry.local_code)
            .where(
                BankEntry.bank_message_id == message_id,
                BankEntry.outcome == EntryOutcome.NOTED,
                BankEntry.end_to_end_id.is_(None),
                BankEntry.moved_centimes.is_(None),
                BankEntry.fact.in_(WHOLE_FILE_FACTS),
                func.coalesce(BankEntry.reason_code, "").not_in(REASONS_OF_A_SECOND_COPY),
            )
            .order_by(BankEntry.position)
            .limit(1)
        ).first()
        if told is not None and header.original_message_id:
            _spread(
                session,
                message_id,
                header.original_message_id,
                told.fact,
                told.reason_code,
                told.local_code,
                last or 0,
            )
        session.execute(
            update(BankMessage)
            .where(BankMessage.id == message_id)
            .values(status=BankMessageStatus.STAGED)
        )
        record(
            session, day, Subject.BANK_MESSAGE, [message_id], None, BankMessageStatus.STAGED, "read"
        )


def _spread(
    session: Session,
    message_id: int,
    reference: str,
    fact: Fact,
    reason: str | None,
    local_code: str | None,
    last: int,
) -> None:
    """A status of the whole file is one of each of its attempts, when the message names none.

    Where it names some, nothing is known of the others: to take them for refused would present
    them again although the bank may have debited them.
    """
    names_some = exists().where(
        BankEntry.bank_message_id == message_id, BankEntry.attempt_id.is_not(None)
    )
    rows = (
        select(
            literal(message_id),
            last + func.row_number().over(order_by=Attempt.id),
            Attempt.end_to_end_id,
            Attempt.id,
            literal(fact, BankEntry.fact.type),
            literal(reason, BankEntry.reason_code.type),
            literal(local_code, BankEntry.local_code.type),
            literal(EntryOutcome.PENDING, BankEntry.outcome.type),
        )
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .where(
            BankFile.reference == reference, BankFile.status.not_in(NOT_WITH_THE_BANK), ~names_some
        )
    )
    columns = [
        "bank_message_id", "position", "end_to_end_id", "attempt_id", "fact", "reason_code",
        "local_code", "outcome",
    ]  # fmt: skip
    session.execute(insert(BankEntry).from_select(columns, rows))


def _status(session: Session, message_id: int) -> BankMessageStatus:
    with transaction(session):
        return session.execute(
            select(BankMessage.status).where(BankMessage.id == message_id)
        ).scalar_one()


def _outcomes(session: Session, message_id: int) -> dict[EntryOutcome, int]:
    with transaction(session):
        return dict(
            session.execute(
                select(BankEntry.outcome, func.count())
                .where(BankEntry.bank_message_id == message_id)
                .group_by(BankEntry.outcome)
            ).all()
        )
