"""Reconciling what was sent with a restored database, so that nobody is ever debited again for it.

The journal outside the database says what left, or was about to. Every debit in it that the
database does not know as sent becomes `unknown` there, with its dues bound: its bank answers, or a
person asks it. What cannot be matched is listed, and keeps runs and sending blocked, until what is
missing was entered again, or somebody answers for it by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.domain.errors import JournalDamaged, JournalIncomplete
from webapp.domain.obstacles import Obstacle
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import (
    Attempt,
    BankFile,
    Channel,
    Debit,
    DebitLine,
    Due,
    Restoration,
    Subject,
)
from webapp.services.bank_files import doubt_interrupted
from webapp.services.bringing_into_line import CAUSE, apply_match
from webapp.services.events import move_all, record
from webapp.services.journalling import (
    FILE,
    SentFile,
    attempts_in,
    sent_files,
)
from webapp.services.lost_sendings import Lost, find_lost, give_up_lost_files
from webapp.services.matching_sent import SentDebit, match
from webapp.services.sets import insert_for, parts, portions
from webapp.services.superseding import NEVER_SENT, supersede_file
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 25
# From where a file goes to `unknown`, step by step.
TO_UNKNOWN = (
    BankFileStatus.FILLING,
    BankFileStatus.FROZEN,
    BankFileStatus.WRITTEN,
    BankFileStatus.APPROVED,
    BankFileStatus.SENDING,
    BankFileStatus.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What left under these EndToEndIds, and why the database cannot take it in."""

    end_to_end_ids: tuple[str, ...]
    obstacle: Obstacle
    dues: tuple[str, ...]


@dataclass(slots=True)
class Reconciliation:
    """What a reconciling did. `done`: nothing stands in the way of runs and sending any more."""

    journalled: int = 0
    files_in_doubt: int = 0
    debits_bound: int = 0
    files_taken_back: int = 0
    set_aside: int = 0
    files_removed: int = 0
    unmatched: list[Unmatched] = field(default_factory=list)
    done: bool = False


def reconcile_sent(
    session: Session, day: WorkingDay, journal: SentJournal, outbox: Path
) -> Reconciliation:
    """Bring the database into line with the journal; afterwards runs and sending may go on.

    May be stopped at any moment, and begun again: what is done is found done. Whoever calls holds
    the run's lock. Raises JournalDamaged, and JournalIncomplete for one that cannot be all of it.
    """
    result = Reconciliation()
    doubt_interrupted(session, day)
    try:
        files, aside = sent_files(journal.read())
    except ValueError:
        raise JournalDamaged(line=0) from None
    _check_journal(session, files, journal)
    result.journalled = len(files)
    result.files_in_doubt = _doubt_frozen(session, day, files, journal)
    lost = find_lost(session, files, journal)
    give_up_lost_files(session, day, lost)
    result.files_taken_back = _take_back(session, day, files, lost)
    for part in portions(lost.debits, DEBITS_AT_ONCE):
        with transaction(session):
            for sent in part:
                _bring_in(session, day, lost, sent, aside, result)
    result.done = not result.unmatched
    if result.done:
        result.files_removed = _clear_outbox(session, files, outbox)
        _mark_reconciled(session, day)
    return result


def _check_journal(session: Session, files: Mapping[str, SentFile], journal: SentJournal) -> None:
    """What has left by the database stands in the journal, or it is not the journal."""
    if not journal.path.exists():
        raise JournalIncomplete(reference="")
    with reading(session):
        left = session.scalars(
            select(BankFile.reference)
            .where(BankFile.status.not_in([*NEVER_SENT, BankFileStatus.SUPERSEDED]))
            .order_by(BankFile.id)
        )
        missing = next((reference for reference in left if reference not in files), None)
    if missing is not None:
        raise JournalIncomplete(reference=missing)


def _doubt_frozen(
    session: Session, day: WorkingDay, files: Mapping[str, SentFile], journal: SentJournal
) -> int:
    """Files that the database has, not sent yet, and the journal has: `unknown`, as their debits.

    Nothing but the sending comes between: what is in the file is what has left. Of one that was
    being filled when the backup was taken, the rest is lost, and found as such.
    """
    with transaction(session):
        waiting = session.execute(
            select(BankFile.id, BankFile.reference, BankFile.status).where(
                BankFile.status.in_(NEVER_SENT)
            )
        ).all()
    doubted = 0
    for file in waiting:
        sent = files.get(file.reference)
        filling = file.status is BankFileStatus.FILLING
        if sent is None or not _has_left(session, file.id, journal, sent, in_part=filling):
            continue
        mine = BankFile.id == file.id
        inside = exists().where(
            Attempt.debit_id == Debit.id,
            Attempt.bank_file_id == file.id,
            Attempt.failed_at.is_(None),
        )
        start = TO_UNKNOWN.index(file.status)
        with transaction(session):
            if filling:
                _say_what_left(session, file.id, sent)
            for source, target in zip(TO_UNKNOWN[start:], TO_UNKNOWN[start + 1 :], strict=False):
                move_all(session, day, BankFile, source, target, mine, cause=CAUSE)
            session.execute(
                update(BankFile)
                .where(mine)
                .values(sha256=sent.sha256, approved_by=sent.approved_by)
                .execution_options(synchronize_session=False)
            )
            frozen, unknown = DebitStatus.FROZEN, DebitStatus.UNKNOWN
            move_all(session, day, Debit, frozen, unknown, inside, cause=CAUSE)
        doubted += 1
    return doubted


def _has_left(
    session: Session, file_id: int, journal: SentJournal, sent: SentFile, *, in_part: bool
) -> bool:
    """Whether what is in the file is what has left under its name, or a part of it."""
    with reading(session):
        here = session.execute(
            select(Attempt.end_to_end_id, Attempt.amount_centimes).where(
                Attempt.bank_file_id == file_id
            )
        ).all()
    left = {(a.end_to_end_id, a.amount) for a in attempts_in(journal.read(), {sent.reference})}
    inside = {(row.end_to_end_id, row.amount_centimes) for row in here}
    return inside <= left if in_part else inside == left


def _say_what_left(session: Session, file_id: int, sent: SentFile) -> None:
    session.execute(
        update(BankFile)
        .where(BankFile.id == file_id)
        .values(transactions=sent.count, total_centimes=sent.total)
        .execution_options(synchronize_session=False)
    )


def _take_back(session: Session, day: WorkingDay, files: Mapping[str, SentFile], lost: Lost) -> int:
    """Supersede the files that never left and hold something of what left otherwise."""
    debits = {one.last.debit for one in lost.debits}
    taken = 0
    with reading(session):
        waiting = session.execute(
            select(BankFile.id, BankFile.reference).where(BankFile.status.in_(NEVER_SENT))
        ).all()
    for file in waiting:
        if file.reference in files:
            continue  # It left under that name: what differs has an obstacle.
        with transaction(session):
            held = session.execute(
                select(Debit.reference, Due.origin_key)
                .join(Attempt, Attempt.debit_id == Debit.id)
                .join(DebitLine, DebitLine.debit_id == Debit.id)
                .join(Due, Due.id == DebitLine.due_id)
                .where(Attempt.bank_file_id == file.id, DebitLine.freed_at.is_(None))
            ).all()
            if any(row.reference in debits or row.origin_key in lost.dues for row in held):
                supersede_file(session, day, file.id, DebitStatus.ANNOUNCED)
                taken += 1
    return taken


def _bring_in(
    session: Session,
    day: WorkingDay,
    lost: Lost,
    sent: SentDebit,
    aside: set[str],
    result: Reconciliation,
) -> None:
    ids = tuple(one.end_to_end_id for one in sent.attempts)
    matched = match(session, sent)
    files: dict[str, tuple[int, date]] = {}
    if not isinstance(matched, Obstacle):
        for name in sorted({name for one in sent.attempts for name in (one.file, *one.earlier)}):
            file_id = _file_id(session, day, lost.files[name], result)
            if file_id is None:
                matched = Obstacle.NO_CHANNEL
                break
            files[name] = (file_id, lost.files[name].collect_on)
    if not isinstance(matched, Obstacle):
        apply_match(session, day, sent, matched, files)
        result.debits_bound += 1
    elif aside.issuperset(ids):
        result.set_aside += 1
    else:
        result.unmatched.append(Unmatched(ids, matched, sent.last.dues))


def _file_id(
    session: Session, day: WorkingDay, sent: SentFile, result: Reconciliation
) -> int | None:
    """The bank file of that name, made anew as `unknown`; None where its channel is not there."""
    known = session.scalar(select(BankFile.id).where(BankFile.reference == sent.reference))
    if known is not None:
        return known
    channel = session.execute(
        select(Channel.id, Channel.message_format, Channel.name_profile).where(
            Channel.code == sent.channel
        )
    ).first()
    if channel is None:
        return None
    file_id = session.scalar(
        insert_for(session, BankFile)
        .values(
            reference=sent.reference,
            channel_id=channel.id,
            message_format=channel.message_format,
            name_profile=channel.name_profile,
            collect_on=sent.collect_on,
            sequence=sent.sequence,
            status=BankFileStatus.UNKNOWN,
            transactions=sent.count,
            total_centimes=sent.total,
            sha256=sent.sha256,
            frozen_by=sent.frozen_by,
            frozen_at=sent.at,
            approved_by=sent.approved_by,
        )
        .returning(BankFile.id)
    )
    record(session, day, Subject.BANK_FILE, [file_id or 0], None, BankFileStatus.UNKNOWN, CAUSE)
    result.files_in_doubt += 1
    return file_id


def _clear_outbox(session: Session, files: Mapping[str, SentFile], outbox: Path) -> int:
    """Remove bank files that were written after the backup, never left, and nobody knows now.

    They hold account numbers, and nothing else would ever take them away.
    """
    with reading(session):
        known = set(session.scalars(select(BankFile.reference)))
    strangers = [
        path
        for path in outbox.iterdir()
        if FILE.fullmatch(path.stem) and path.stem not in known and path.stem not in files
    ]
    for path in strangers:
        path.unlink()
    return len(strangers)


def _mark_reconciled(session: Session, day: WorkingDay) -> None:
    with transaction(session):
        ids = session.scalars(
            update(Restoration)
            .where(Restoration.reconciled_at.is_(None))
            .values(reconciled_at=day.now, reconciled_by=day.actor)
            .returning(Restoration.id)
            .execution_options(synchronize_session=False)
        ).all()
        for part in parts(ids):
            record(session, day, Subject.RESTORATION, part, None, CAUSE, CAUSE)
