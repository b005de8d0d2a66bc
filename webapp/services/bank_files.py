"""Bank files after they were written: approved by a second person, sent once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.adapters.storage import sha256_of
from webapp.adapters.transports import Transport
from webapp.banking.layouts import layout_named
from webapp.domain.due_dates import cut_off
from webapp.domain.errors import (
    CutOffPassed,
    DeliveryUnknown,
    FileAltered,
    IllegalMove,
    NotFound,
    SecondPersonNeeded,
    TransportRefused,
)
from webapp.domain.file_acts import (
    RECEIPT_CAUSE,
    STAYED,
    may_leave,
    read_receipt,
)
from webapp.domain.statuses import BankFileStatus, DebitStatus, check_move
from webapp.models import Attempt, BankFile, Channel, Debit
from webapp.services.after_restore import refuse_until_reconciled
from webapp.services.events import move_all
from webapp.services.file_standings import standings_of
from webapp.services.journalling import journal_lines, stayed_line
from webapp.services.lost_files import doubt_again
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

# Names under which no person approves a file.
NOBODY = frozenset({"", "run", "scheduler", "system"})

SENDING = BankFileStatus.SENDING
FILES = select(
    BankFile.__table__,
    Channel.code,
    Channel.creditor_name,
    Channel.creditor_identifier,
    Channel.creditor_agent,
    Channel.creditor_account,
    Channel.lead_days,
    Channel.cut_off,
).join(Channel, Channel.id == BankFile.channel_id)


def outbox_path(outbox: Path, reference: str, message_format: str) -> Path:
    """Where the bytes of a bank file stand. Raises UnsupportedMessage for an unknown layout."""
    return outbox / f"{reference}{layout_named(message_format).suffix}"


def find_bank_file(session: Session, reference: str) -> AnyRow:
    """The file with that reference and its channel's terms, which nobody moves until this
    transaction ends. Raises NotFound.
    """
    wanted = FILES.where(BankFile.reference == reference).with_for_update(of=BankFile)
    file = session.execute(wanted).first()
    if file is None:
        raise NotFound(kind="bank_file", reference=reference)
    return file


def approve_bank_file(session: Session, day: WorkingDay, reference: str, outbox: Path) -> None:
    """A second person lets the file go. `day.actor` is that person.

    Raises NotFound, SecondPersonNeeded when the actor froze the file or is no person,
    FileAltered when the bytes in the outbox are not those that were written, CutOffPassed, and
    IllegalMove when the file does not wait for approval.
    """
    with transaction(session):
        file = find_bank_file(session, reference)
        if day.actor == file.frozen_by or day.actor in NOBODY:
            raise SecondPersonNeeded(reference=reference)
        if is_past_cut_off(day, file):
            raise CutOffPassed(reference=reference)
        check_move(file.status, BankFileStatus.APPROVED)
        check_bytes(file, outbox)
        move_file(session, day, file, BankFileStatus.APPROVED, approved_by=day.actor)


def is_past_cut_off(day: WorkingDay, file: AnyRow) -> bool:
    """Whether the bank's hour for the file's day has passed: it leaves no more."""
    return day.now > cut_off(file.collect_on, file.lead_days, file.cut_off, day.calendar)


def check_bytes(file: AnyRow, outbox: Path) -> None:
    """Raise FileAltered unless the outbox holds the bytes that were written."""
    path = outbox_path(outbox, file.reference, file.message_format)
    if not path.exists() or sha256_of(path) != file.sha256:
        raise FileAltered(reference=file.reference)


def send_bank_files(
    session: Session,
    day: WorkingDay,
    outbox: Path,
    transports: Mapping[str, Transport],
    journal: SentJournal,
    *,
    asked_only: bool = False,
) -> list[str]:
    """Send every approved file over its channel's transport, once; return the references sent.

    `asked_only`: those alone that somebody wants to leave now. A file found in `sending` was
    interrupted: whether its bytes left is unknown, and it is never sent again by itself; again
    under the same name with the same bytes, when two people have said that the bank has not got
    it. Before the first byte leaves, the journal outside the database and the state `sending` are
    on disk. Whoever calls holds the run's lock. Raises FileAltered,
    TransportRefused, after which the file waits as before, and DeliveryUnknown, after which it is
    unknown; the last two when the other banks have got their files; and SentNotReconciled after
    the return to a backup. (design.md §5, §6.5)
    """
    refuse_until_reconciled(session)
    doubt_interrupted(session, day)
    sent = []
    failures: dict[str, TransportRefused | DeliveryUnknown] = {}
    for file in _to_leave(session, asked_only=asked_only):
        if file.code in failures:
            continue  # A bank that could not be reached is not asked for each of its files.
        if is_past_cut_off(day, file):
            continue  # The next run supersedes an approved one.
        check_bytes(file, outbox)
        journal.append(journal_lines(session, day, file))
        if not _claim(session, day, file, asked_only=asked_only):
            continue
        path = outbox_path(outbox, file.reference, file.message_format)
        try:
            transports[file.code].deliver(path, path.name)
        except TransportRefused as error:  # It is certain that nothing was delivered.
            _take_back(session, day, file, journal)
            failures[file.code] = error
            continue
        except DeliveryUnknown as error:
            doubt_interrupted(session, day)
            failures[file.code] = error
            continue
        with transaction(session):
            move_from(session, day, file.id, SENDING, BankFileStatus.SENT, sent_at=day.now)
            for source in (DebitStatus.FROZEN, DebitStatus.UNKNOWN):
                move_debits(session, day, file.id, source, DebitStatus.SENT)
        sent.append(file.reference)
    for failure in failures.values():
        raise failure
    return sent


def is_anything_asked(session: Session, day: WorkingDay) -> bool:
    """Whether a file waits that somebody wants to leave now, and that still may."""
    with reading(session):
        asked = _may_leave(session, asked_only=True)
    return any(not is_past_cut_off(day, file) for file in asked)


def _to_leave(session: Session, *, asked_only: bool) -> Sequence[AnyRow]:
    with transaction(session):
        return _may_leave(session, asked_only=asked_only)


def _may_leave(session: Session, *, asked_only: bool) -> Sequence[AnyRow]:
    waiting = (BankFileStatus.APPROVED, BankFileStatus.UNKNOWN)
    files = session.execute(FILES.where(BankFile.status.in_(waiting)).order_by(BankFile.id)).all()
    standings = standings_of(session, [file.id for file in files])
    return [
        file for file in files if may_leave(file.status, standings[file.id], asked_only=asked_only)
    ]


def _claim(session: Session, day: WorkingDay, file: AnyRow, *, asked_only: bool) -> bool:
    """Take the file for sending if it may still leave; nobody else takes it, or says more of it."""
    with transaction(session):
        now = find_bank_file(session, file.reference)
        standing = standings_of(session, [file.id])[file.id]
        if now.status is not file.status or not may_leave(
            now.status, standing, asked_only=asked_only
        ):
            return False
        return move_file(session, day, file, SENDING)


def _take_back(session: Session, day: WorkingDay, file: AnyRow, journal: SentJournal) -> None:
    """The file waits as before. One that was in doubt stays so, and in the journal."""
    in_doubt = file.status is BankFileStatus.UNKNOWN
    cause = STAYED if in_doubt else file.status.value
    with transaction(session):
        move_from(session, day, file.id, SENDING, file.status, cause)
    if not in_doubt:
        journal.append([stayed_line(file, day)])


def doubt_interrupted(session: Session, day: WorkingDay) -> int:
    """Files found in `sending` become unknown with their debits; return how many."""
    with transaction(session):
        files = move_all(
            session,
            day,
            BankFile,
            BankFileStatus.SENDING,
            BankFileStatus.UNKNOWN,
            cause="found_in_sending",
        )
        for file_id in files:
            move_debits(session, day, file_id, DebitStatus.FROZEN, DebitStatus.UNKNOWN)
    return len(files)


def confirm_sent(session: Session, day: WorkingDay, reference: str, receipt: str = "") -> None:
    """The bank says that it has a file of which we did not know, by its `receipt` where it gives
    one; also after all, of one that counted as lost. Raises NotFound, IllegalMove, and
    InvalidInput for what is no number of a receipt.
    """
    cause = f"{RECEIPT_CAUSE}{read_receipt(receipt)}" if receipt else ""
    with transaction(session):
        file = find_bank_file(session, reference)
        unknown, target = BankFileStatus.UNKNOWN, BankFileStatus.SENT
        if file.lost_at is not None:
            doubt_again(session, day, file.id)
        elif file.status is not unknown:  # One in `sending` may be leaving just now.
            raise IllegalMove(subject="BankFile", source=file.status.value, target=target.value)
        move_from(session, day, file.id, unknown, target, cause, sent_at=day.now)
        move_debits(session, day, file.id, DebitStatus.UNKNOWN, DebitStatus.SENT)


def move_file(
    session: Session,
    day: WorkingDay,
    file: AnyRow,
    target: BankFileStatus,
    cause: str = "",
    **values: Any,
) -> bool:
    """Move a file if it is still in the state in which it was read."""
    return move_from(session, day, file.id, file.status, target, cause, **values)


def move_from(
    session: Session,
    day: WorkingDay,
    file_id: int,
    source: BankFileStatus,
    target: BankFileStatus,
    cause: str = "",
    **values: Any,
) -> bool:
    """Move a file if it is in that state. Inside the caller's transaction. Raises IllegalMove."""
    mine = BankFile.id == file_id
    told = cause or target.value
    return bool(move_all(session, day, BankFile, source, target, mine, cause=told, **values))


def move_debits(
    session: Session, day: WorkingDay, file_id: int, source: DebitStatus, target: DebitStatus
) -> None:
    """Move the debits that are under way in a file along with it."""
    mine = exists().where(
        Attempt.debit_id == Debit.id,
        Attempt.bank_file_id == file_id,
        Attempt.failed_at.is_(None),
    )
    move_all(session, day, Debit, source, target, mine, cause="sent")
