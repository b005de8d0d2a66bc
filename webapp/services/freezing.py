"""Freezing: announced debits become attempts in a bank file, portion by portion, or are held."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    Employer,
    HoldReason,
    Mandate,
    Subject,
)
from webapp.services.delivered import is_delivered, is_on_its_way
from webapp.services.events import move_all, record
from webapp.services.freeze_windows import Window, inside, open_windows
from webapp.services.holding import hold, hold_uncollectable
from webapp.services.report_checks import must_be_equal
from webapp.services.sets import insert_ignoring, ranges
from webapp.services.statistics import Growth
from webapp.services.taking_again import DEBTOR_NAME, take_again
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 2_000


def freeze_debits(session: Session, day: WorkingDay, progress: Progress = no_progress) -> int:
    """Put every announced debit that is near enough into a bank file; return how many.

    Re-checks mandate, ceiling, notice, lines and dues; what does not hold is held with its
    reason. Files of one channel and day, each up to the channel's limit, are filled in short
    transactions: a file that a killed run was filling is filled on by the next one. It is frozen
    once it is full or nothing is left for it. (design.md §6.4)
    """
    frozen = 0
    windows = open_windows(session, day)
    for number, window in enumerate(windows, 1):
        _hold_in(session, day, window)
        frozen += _fill_files(session, day, window)
        progress("freeze", number, len(windows))
    return frozen


def _hold_in(session: Session, day: WorkingDay, window: Window) -> None:
    with transaction(session):
        ids = session.scalars(
            select(Debit.id)
            .where(Debit.status == DebitStatus.ANNOUNCED, inside(window))
            .order_by(Debit.id)
        ).all()
    for first, last, _ in ranges(ids, DEBITS_AT_ONCE):
        here = and_(inside(window), ~is_on_its_way(day), Debit.id.between(first, last))
        with transaction(session):
            hold_uncollectable(session, day, DebitStatus.ANNOUNCED, here)
            hold(
                session,
                day,
                DebitStatus.ANNOUNCED,
                here,
                HoldReason.NOTICE_NOT_DELIVERED,
                ~is_delivered(day, window.collect_on),
            )
            hold(session, day, DebitStatus.ANNOUNCED, here, HoldReason.DUES_CHANGED, ~_sound())


def _sound() -> ColumnElement[bool]:
    """The debit's amount is what its live lines and their still scheduled dues add up to."""
    total = (
        select(func.coalesce(func.sum(DebitLine.amount_centimes), 0))
        .join(Due, Due.id == DebitLine.due_id)
        .where(
            DebitLine.debit_id == Debit.id,
            DebitLine.freed_at.is_(None),
            Due.status == DueStatus.SCHEDULED,
        )
        .correlate(Debit)
        .scalar_subquery()
    )
    return and_(Debit.amount_centimes > 0, Debit.amount_centimes == total)


def _fill_files(session: Session, day: WorkingDay, window: Window) -> int:
    """Freeze all that is ready in the window, a portion in each transaction; how many."""
    frozen = 0
    growth = Growth(session, Attempt)
    after: int | None = 0
    while after is not None:
        with transaction(session):
            moved, after = _fill_portion(session, day, window, after)
        frozen += moved
        growth.by(moved)
    return frozen


def _fill_portion(
    session: Session, day: WorkingDay, window: Window, after: int
) -> tuple[int, int | None]:
    """Put the next debits, by their ids, into the file that is being filled, or into a new one.

    How many went in, and the last that was looked at; None once nothing is left. What somebody
    else was filling is closed as it stands.
    """
    file = _filling_file(session, window)
    if file and file.frozen_by != day.actor:
        # Who froze a file is one person, who never approves it. And nothing else here: where runs
        # work at once, whoever closes a file waits for nobody's debits.
        _close_file(session, day, file.id)
        return 0, after
    inside_before = file.transactions if file else 0
    room = max(0, window.channel.file_limit - inside_before)
    ready = and_(Debit.status == DebitStatus.ANNOUNCED, inside(window), ~is_on_its_way(day))
    ids = session.scalars(
        select(Debit.id)
        .where(ready, Debit.id > after)
        .order_by(Debit.id)
        .limit(min(DEBITS_AT_ONCE, room))
        .with_for_update()  # No page changes an amount while it goes into the file.
    ).all()
    if file and not ids:
        _close_file(session, day, file.id)
        return 0, after if room == 0 else None
    file_id = file.id if file else _open_file(session, day, window) if ids else None
    if file_id is None:
        return 0, None
    here = Debit.id.between(ids[0], ids[-1])
    take_again(session, file_id, and_(ready, here))
    _insert_attempts(session, file_id, ready, ids[0], ids[-1])
    moved = move_all(
        session,
        day,
        Debit,
        DebitStatus.ANNOUNCED,
        DebitStatus.FROZEN,
        here,
        Debit.id.in_(select(Attempt.debit_id).where(Attempt.bank_file_id == file_id)),
        cause="frozen",
    )
    if file or moved:
        _count_file(session, file_id, inside_before + len(moved))
    else:  # Another run has frozen them meanwhile: this file never was.
        session.rollback()
    return len(moved), ids[-1]


def _filling_file(session: Session, window: Window) -> Row[int, int, str] | None:
    """The window's file that is being filled; nobody moves it until this transaction ends."""
    return session.execute(
        select(BankFile.id, BankFile.transactions, BankFile.frozen_by)
        .where(
            BankFile.status == BankFileStatus.FILLING,
            BankFile.channel_id == window.channel.id,
            BankFile.collect_on == window.collect_on,
        )
        .with_for_update()
    ).first()


def _count_file(session: Session, file_id: int, expected: int) -> None:
    """Let the file say what is in it so far. Raises RunDoesNotAddUp."""
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Attempt.amount_centimes), 0)).where(
            Attempt.bank_file_id == file_id
        )
    ).one()
    must_be_equal("frozen debits", expected, count)
    session.execute(
        update(BankFile)
        .where(BankFile.id == file_id)
        .values(transactions=count, total_centimes=int(total))
        .execution_options(synchronize_session=False)
    )


def _close_file(session: Session, day: WorkingDay, file_id: int) -> None:
    """Freeze the file: nothing goes into it any more. Raises RunDoesNotAddUp."""
    [file] = session.execute(
        select(BankFile.reference, BankFile.transactions, BankFile.total_centimes).where(
            BankFile.id == file_id
        )
    )
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Debit.amount_centimes), 0))
        .join(Attempt, Attempt.debit_id == Debit.id)
        .where(Attempt.bank_file_id == file_id, Debit.status == DebitStatus.FROZEN)
    ).one()
    must_be_equal(f"{file.reference} transactions", file.transactions, count)
    must_be_equal(f"{file.reference} centimes", file.total_centimes, int(total))
    filling, frozen = BankFileStatus.FILLING, BankFileStatus.FROZEN
    move_all(session, day, BankFile, filling, frozen, BankFile.id == file_id, cause="frozen")


def _open_file(session: Session, day: WorkingDay, window: Window) -> int | None:
    """A new bank file for the window, or None when another run has just begun one."""
    sequence = 1 + (
        session.scalar(
            select(func.max(BankFile.sequence)).where(
                BankFile.channel_id == window.channel.id,
                BankFile.collect_on == window.collect_on,
            )
        )
        or 0
    )
    file_id = session.scalar(
        insert_ignoring(session, BankFile)
        .values(
            reference=f"KHATWA-{window.channel.code}-{window.collect_on:%Y%m%d}-{sequence:03}",
            channel_id=window.channel.id,
            collect_on=window.collect_on,
            sequence=sequence,
            status=BankFileStatus.FILLING,
            message_format=window.channel.message_format,
            name_profile=window.channel.name_profile,
            transactions=0,
            total_centimes=0,
            frozen_by=day.actor,
            frozen_at=day.now,
        )
        .returning(BankFile.id)
    )
    if file_id is not None:
        filling = BankFileStatus.FILLING
        record(session, day, Subject.BANK_FILE, [file_id], None, filling, "filling")
    return file_id


def _insert_attempts(
    session: Session, file_id: int, ready: ColumnElement[bool], first: int, last: int
) -> None:
    """A first attempt, or the next one, for those of the debits from the first to the last one
    that are ready; the key of live attempts leaves out what has one.
    """
    # Asked once for all, not for each: PostgreSQL would read a whole table that it has just seen
    # empty, as often as there are debits.
    before = (
        select(Attempt.debit_id, func.max(Attempt.number).label("number"))
        .where(Attempt.debit_id.between(first, last))
        .group_by(Attempt.debit_id)
        .subquery()
    )
    number = func.coalesce(before.c.number, 0) + 1
    rows = (
        select(
            Debit.id,
            number,
            Debit.reference + "-" + cast(number, String),
            literal(file_id),
            Debit.amount_centimes,
            DEBTOR_NAME,
            Mandate.reference,
            Mandate.signed_on,
        )
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .outerjoin(before, before.c.debit_id == Debit.id)
        .where(ready, Debit.id.between(first, last))
        .order_by(Debit.id)
    )
    columns = [
        "debit_id", "number", "end_to_end_id", "bank_file_id", "amount_centimes", "debtor_name",
        "mandate_reference", "mandate_signed_on",
    ]  # fmt: skip
    session.execute(insert_ignoring(session, Attempt).from_select(columns, rows))
