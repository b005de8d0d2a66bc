"""Freezing: announced debits become attempts in a bank file, or are held, or start anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import cut_off
from webapp.domain.errors import RunDoesNotAddUp
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    Attempt,
    BankFile,
    Channel,
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
from webapp.services.holding import hold, hold_uncollectable
from webapp.services.sets import insert_ignoring, ranges
from webapp.services.taking_again import DEBTOR_NAME, take_again
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 2_000
NEVER_SENT = [BankFileStatus.FROZEN, BankFileStatus.WRITTEN, BankFileStatus.APPROVED]


@dataclass(frozen=True, slots=True)
class Window:
    """The debits of one channel and collection day that may be frozen now."""

    channel: Row[*tuple[Any, ...]]
    collect_on: date

    def is_open(self, day: WorkingDay) -> bool:
        """Whether the day of the cut-off is near enough."""
        ahead = self.channel.lead_days + day.rules.freeze_ahead_bank_days
        return day.today >= day.calendar.subtract_bank_days(self.collect_on, ahead)

    def cut_off(self, calendar: BankCalendar) -> datetime:
        """The last instant at which these debits may leave for the bank."""
        return cut_off(self.collect_on, self.channel.lead_days, self.channel.cut_off, calendar)


def renew_missed(session: Session, day: WorkingDay) -> int:
    """Give a new day, and later a new notice, to what missed its bank's cut-off.

    Files that were not approved and sent in time are superseded and their debits planned again
    for the feasible day, as are announced debits that no run froze in time; without surcharge,
    for the cause is the fund's. Returns how many debits start anew. (design.md §6.5)
    """
    renewed = 0
    with transaction(session):
        files = session.execute(
            select(BankFile.id, BankFile.collect_on, Channel.lead_days, Channel.cut_off)
            .join(Channel, Channel.id == BankFile.channel_id)
            .where(BankFile.status.in_(NEVER_SENT))
        ).all()
        late = [
            row.id
            for row in files
            if day.now > cut_off(row.collect_on, row.lead_days, row.cut_off, day.calendar)
        ]
    for file_id in late:
        with transaction(session):
            renewed += supersede_file(
                session, day, file_id, DebitStatus.PLANNED, collect_on=day.feasible_on
            )
    for window in _windows(session, day):
        if day.now <= window.cut_off(day.calendar):
            continue
        with transaction(session):
            moved = move_all(
                session,
                day,
                Debit,
                DebitStatus.ANNOUNCED,
                DebitStatus.PLANNED,
                _inside(window),
                cause="cut_off_missed",
                collect_on=day.feasible_on,
            )
        renewed += len(moved)
    return renewed


def supersede_file(
    session: Session, day: WorkingDay, file_id: int, target: DebitStatus, **values: date
) -> int:
    """Take back a file of which no byte has left: its attempts fail, its debits move to `target`.

    The file and its attempts stay as they are, for ever. Returns how many debits moved: none when
    the file has begun to leave meanwhile.
    """
    taken_back = [
        moved_id
        for source in NEVER_SENT
        for moved_id in move_all(
            session,
            day,
            BankFile,
            source,
            BankFileStatus.SUPERSEDED,
            BankFile.id == file_id,
            cause="superseded",
        )
    ]
    if not taken_back:
        return 0
    return leave_file(
        session, day, file_id, DebitStatus.FROZEN, target, cause="superseded", **values
    )


def leave_file(
    session: Session,
    day: WorkingDay,
    file_id: int,
    source: DebitStatus,
    target: DebitStatus,
    *,
    cause: str,
    **values: date,
) -> int:
    """Let the debits under way in a superseded file go to `target`, their attempts failed; how
    many. Inside the caller's transaction.
    """
    # As a list, not an EXISTS: SQLite would walk through the whole file for each of its debits.
    live = select(Attempt.debit_id).where(
        Attempt.bank_file_id == file_id, Attempt.failed_at.is_(None)
    )
    mine = Debit.id.in_(live)
    moved = move_all(session, day, Debit, source, target, mine, cause=cause, **values)
    session.execute(
        update(Attempt)
        .where(Attempt.bank_file_id == file_id, Attempt.failed_at.is_(None))
        .values(failed_at=day.now)
        .execution_options(synchronize_session=False)
    )
    return len(moved)


def freeze_debits(session: Session, day: WorkingDay, progress: Progress = no_progress) -> int:
    """Put every announced debit that is near enough into a bank file; return how many.

    Re-checks mandate, ceiling, notice, lines and dues; what does not hold is held with its
    reason. One file per channel, day and the channel's limit. (design.md §6.4)
    """
    frozen = 0
    windows = _windows(session, day)
    for number, window in enumerate(windows, 1):
        _hold_in(session, day, window)
        while True:
            with transaction(session):
                count = _freeze_file(session, day, window)
            frozen += count
            if not count:
                break
        progress("freeze", number, len(windows))
    return frozen


def _windows(session: Session, day: WorkingDay) -> list[Window]:
    """The channels and days that hold announced debits near enough to be frozen, oldest first."""
    with transaction(session):
        channels = {row.id: row for row in session.execute(select(Channel.__table__))}
        announced = session.execute(
            select(Debit.collect_on, Mandate.channel_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(Debit.status == DebitStatus.ANNOUNCED)
            .distinct()
            .order_by(Debit.collect_on, Mandate.channel_id)
        ).all()
    windows = [Window(channels[channel_id], collect_on) for collect_on, channel_id in announced]
    return [window for window in windows if window.is_open(day)]


def _inside(window: Window) -> ColumnElement[bool]:
    through = aliased(Mandate)
    mine = exists().where(through.id == Debit.mandate_id, through.channel_id == window.channel.id)
    return and_(Debit.collect_on == window.collect_on, mine)


def _hold_in(session: Session, day: WorkingDay, window: Window) -> None:
    with transaction(session):
        ids = session.scalars(
            select(Debit.id)
            .where(Debit.status == DebitStatus.ANNOUNCED, _inside(window))
            .order_by(Debit.id)
        ).all()
    for first, last, _ in ranges(ids, DEBITS_AT_ONCE):
        here = and_(_inside(window), ~is_on_its_way(day), Debit.id.between(first, last))
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


def _freeze_file(session: Session, day: WorkingDay, window: Window) -> int:
    """Freeze up to one file's worth of the window's debits; how many."""
    ready = and_(Debit.status == DebitStatus.ANNOUNCED, _inside(window), ~is_on_its_way(day))
    ids = session.scalars(
        select(Debit.id)
        .where(ready)
        .order_by(Debit.id)
        .limit(window.channel.file_limit)
        .with_for_update()  # No page changes an amount while it goes into the file.
    ).all()
    file_id = _open_file(session, day, window) if ids else None
    if file_id is None:
        return 0
    here = and_(ready, Debit.id.between(ids[0], ids[-1]))
    take_again(session, file_id, here)
    _insert_attempts(session, file_id, here)
    mine = Attempt.bank_file_id == file_id
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Attempt.amount_centimes), 0)).where(mine)
    ).one()
    if not count:  # Another run has frozen them meanwhile: this file never was.
        session.rollback()
        return 0
    moved = move_all(
        session,
        day,
        Debit,
        DebitStatus.ANNOUNCED,
        DebitStatus.FROZEN,
        Debit.id.in_(select(Attempt.debit_id).where(mine)),
        cause="frozen",
    )
    if count != len(moved):
        raise RunDoesNotAddUp(what="frozen debits", expected=len(moved), found=count)
    session.execute(
        update(BankFile)
        .where(BankFile.id == file_id)
        .values(transactions=count, total_centimes=int(total))
    )
    record(session, day, Subject.BANK_FILE, [file_id], None, BankFileStatus.FROZEN, "frozen")
    return int(count)


def _open_file(session: Session, day: WorkingDay, window: Window) -> int | None:
    """A new bank file for the window, or None when another run has just taken its number."""
    sequence = 1 + (
        session.scalar(
            select(func.max(BankFile.sequence)).where(
                BankFile.channel_id == window.channel.id,
                BankFile.collect_on == window.collect_on,
            )
        )
        or 0
    )
    return session.scalar(
        insert_ignoring(session, BankFile)
        .values(
            reference=f"KHATWA-{window.channel.code}-{window.collect_on:%Y%m%d}-{sequence:03}",
            channel_id=window.channel.id,
            collect_on=window.collect_on,
            sequence=sequence,
            status=BankFileStatus.FROZEN,
            message_format=window.channel.message_format,
            name_profile=window.channel.name_profile,
            transactions=0,
            total_centimes=0,
            frozen_by=day.actor,
            frozen_at=day.now,
        )
        .returning(BankFile.id)
    )


def _insert_attempts(session: Session, file_id: int, ready: ColumnElement[bool]) -> None:
    """A first attempt, or the next one; the key of live attempts leaves out what has one."""
    before = aliased(Attempt)
    number = (
        select(func.coalesce(func.max(before.number), 0) + 1)
        .where(before.debit_id == Debit.id)
        .correlate(Debit)
        .scalar_subquery()
    )
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
        .where(ready)
        .order_by(Debit.id)
    )
    columns = [
        "debit_id", "number", "end_to_end_id", "bank_file_id", "amount_centimes", "debtor_name",
        "mandate_reference", "mandate_signed_on",
    ]  # fmt: skip
    session.execute(insert_ignoring(session, Attempt).from_select(columns, rows))
