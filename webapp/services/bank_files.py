"""Bank files after freezing: written, approved by a second person, sent once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.adapters.storage import sha256_of, write_atomically
from webapp.adapters.transports import Transport
from webapp.adapters.vault import Vault
from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.layouts import layout_named
from webapp.banking.layouts.layout import Layout
from webapp.banking.names import name_for_bank
from webapp.domain.channel_terms import NameProfile
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
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import BankFileStatus, DebitStatus, check_move
from webapp.models import Attempt, BankFile, Channel, Debit, Mandate
from webapp.services.after_restore import refuse_until_reconciled
from webapp.services.events import move_all
from webapp.services.journalling import journal_lines, stayed_line
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

ATTEMPTS_AT_ONCE = 2_000
# Names under which no person approves a file.
NOBODY = frozenset({"", "run", "scheduler", "system"})


SENDING = BankFileStatus.SENDING
_FILES = select(
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


def write_bank_files(
    session: Session, day: WorkingDay, outbox: Path, vault: Vault, progress: Progress = no_progress
) -> int:
    """Write every frozen file to the outbox and validate it; return how many were written.

    The bytes derive from the frozen rows alone: a file whose writing was interrupted is written
    again, to the same bytes. Raises SchemaViolation, TotalsDiffer, SealBroken and, for a layout
    that is no more, UnsupportedMessage.
    """
    with transaction(session):
        frozen = session.execute(
            _FILES.where(BankFile.status == BankFileStatus.FROZEN).order_by(BankFile.id)
        ).all()
    for number, file in enumerate(frozen, 1):
        layout = layout_named(file.message_format)
        batch = CollectionBatch(
            message_id=file.reference,
            created_at=file.frozen_at,
            collect_on=file.collect_on,
            creditor_name=name_for_bank(
                file.creditor_name, file.name_profile, file.creditor_identifier
            ),
            creditor_account=vault.open(file.creditor_account, f"channel:{file.code}"),
            creditor_identifier=file.creditor_identifier,
            creditor_agent=file.creditor_agent,
            count=file.transactions,
            total=Centimes(file.total_centimes),
        )
        path = outbox_path(outbox, file.reference, file.message_format)

        def produce(
            out: BinaryIO,
            batch: CollectionBatch = batch,
            file: AnyRow = file,
            layout: Layout = layout,
        ) -> None:
            collections = _collections(session, vault, file.id, file.name_profile)
            layout.write(out, batch, collections)

        digest = write_atomically(path, produce)
        layout.validate(path)
        with transaction(session):
            move_all(
                session,
                day,
                BankFile,
                BankFileStatus.FROZEN,
                BankFileStatus.WRITTEN,
                BankFile.id == file.id,
                cause="written",
                sha256=digest,
            )
        progress("write", number, len(frozen))
    return len(frozen)


def _collections(
    session: Session, vault: Vault, file_id: int, names: NameProfile
) -> Iterator[Collection]:
    """The frozen attempts of a file in their order, read in short pages."""
    last = 0
    while True:
        with transaction(session):
            rows = session.execute(
                select(
                    Attempt.id,
                    Attempt.end_to_end_id,
                    Attempt.amount_centimes,
                    Attempt.mandate_reference,
                    Attempt.mandate_signed_on,
                    Attempt.debtor_name,
                    Mandate.account,
                )
                .join(Debit, Debit.id == Attempt.debit_id)
                .join(Mandate, Mandate.id == Debit.mandate_id)
                .where(Attempt.bank_file_id == file_id, Attempt.id > last)
                .order_by(Attempt.id)
                .limit(ATTEMPTS_AT_ONCE)
            ).all()
        for _, reference, centimes, mandate, signed_on, name, account in rows:
            yield Collection(
                end_to_end_id=reference,
                amount=Centimes(centimes),
                mandate_reference=mandate,
                mandate_signed_on=signed_on,
                debtor_name=name_for_bank(name, names, otherwise=mandate),
                account=Rib.from_digits(vault.open(account, f"mandate:{mandate}")),
                remittance=f"CACOBATPH {reference}",
            )
        if not rows:
            return
        last = rows[-1].id


def find_bank_file(session: Session, reference: str) -> AnyRow:
    """The file with that reference and its channel's terms, which nobody moves until this
    transaction ends. Raises NotFound.
    """
    wanted = _FILES.where(BankFile.reference == reference).with_for_update(of=BankFile)
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
        if _is_past_cut_off(day, file):
            raise CutOffPassed(reference=reference)
        check_move(file.status, BankFileStatus.APPROVED)
        _check_bytes(file, outbox)
        _move(session, day, file, BankFileStatus.APPROVED, approved_by=day.actor)


def _is_past_cut_off(day: WorkingDay, file: AnyRow) -> bool:
    return day.now > cut_off(file.collect_on, file.lead_days, file.cut_off, day.calendar)


def _check_bytes(file: AnyRow, outbox: Path) -> None:
    path = outbox_path(outbox, file.reference, file.message_format)
    if not path.exists() or sha256_of(path) != file.sha256:
        raise FileAltered(reference=file.reference)


def send_bank_files(
    session: Session,
    day: WorkingDay,
    outbox: Path,
    transports: Mapping[str, Transport],
    journal: SentJournal,
) -> list[str]:
    """Send every approved file over its channel's transport, once; return the references sent.

    A file found in `sending` was interrupted: whether its bytes left is unknown, and it is never
    sent again by itself. Before the first byte leaves, the journal outside the database and the
    state `sending` are on disk. Whoever calls holds the run's lock. Raises FileAltered,
    TransportRefused, after which the file waits as before, and DeliveryUnknown, after which it is
    unknown; the last two when the other banks have got their files; and SentNotReconciled after
    the return to a backup. (design.md §5, §6.5)
    """
    refuse_until_reconciled(session)
    doubt_interrupted(session, day)
    with transaction(session):
        approved = session.execute(
            _FILES.where(BankFile.status == BankFileStatus.APPROVED).order_by(BankFile.id)
        ).all()
    sent = []
    failures: dict[str, TransportRefused | DeliveryUnknown] = {}
    for file in approved:
        if file.code in failures:
            continue  # A bank that could not be reached is not asked for each of its files.
        if _is_past_cut_off(day, file):
            continue  # The next run supersedes it.
        _check_bytes(file, outbox)
        journal.append(journal_lines(session, day, file))
        with transaction(session):
            claimed = _move(session, day, file, BankFileStatus.SENDING)
        if not claimed:
            continue
        path = outbox_path(outbox, file.reference, file.message_format)
        try:
            transports[file.code].deliver(path, path.name)
        except TransportRefused as error:  # It is certain that nothing was delivered.
            with transaction(session):
                _move_from(session, day, file.id, SENDING, BankFileStatus.APPROVED)
            journal.append([stayed_line(file, day)])
            failures[file.code] = error
            continue
        except DeliveryUnknown as error:
            doubt_interrupted(session, day)
            failures[file.code] = error
            continue
        with transaction(session):
            _move_from(session, day, file.id, SENDING, BankFileStatus.SENT, sent_at=day.now)
            _move_debits(session, day, file.id, DebitStatus.FROZEN, DebitStatus.SENT)
        sent.append(file.reference)
    for failure in failures.values():
        raise failure
    return sent


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
            _move_debits(session, day, file_id, DebitStatus.FROZEN, DebitStatus.UNKNOWN)
    return len(files)


def confirm_sent(session: Session, day: WorkingDay, reference: str) -> None:
    """The bank says that it has a file of which we did not know. Raises NotFound, IllegalMove."""
    with transaction(session):
        file = find_bank_file(session, reference)
        if file.status is not BankFileStatus.UNKNOWN:  # One in `sending` may be leaving just now.
            raise IllegalMove(
                subject="BankFile", source=file.status.value, target=BankFileStatus.SENT.value
            )
        _move(session, day, file, BankFileStatus.SENT, sent_at=day.now)
        _move_debits(session, day, file.id, DebitStatus.UNKNOWN, DebitStatus.SENT)


def _move(
    session: Session, day: WorkingDay, file: AnyRow, target: BankFileStatus, **values: Any
) -> bool:
    """Move a file if it is still in the state in which it was read."""
    return _move_from(session, day, file.id, file.status, target, **values)


def _move_from(
    session: Session,
    day: WorkingDay,
    file_id: int,
    source: BankFileStatus,
    target: BankFileStatus,
    **values: Any,
) -> bool:
    mine = BankFile.id == file_id
    return bool(
        move_all(session, day, BankFile, source, target, mine, cause=target.value, **values)
    )


def _move_debits(
    session: Session, day: WorkingDay, file_id: int, source: DebitStatus, target: DebitStatus
) -> None:
    mine = exists().where(
        Attempt.debit_id == Debit.id,
        Attempt.bank_file_id == file_id,
        Attempt.failed_at.is_(None),
    )
    move_all(session, day, Debit, source, target, mine, cause="sent")
