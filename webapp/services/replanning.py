"""Re-planning when a closed day was added, moved or removed: whatever falls on one moves on.

Each step finds by itself what is still wrong with the calendar as it stands now, in short
transactions: whoever was killed in between is made good by the next run, and a second time changes
nothing. No surcharge follows: a due keeps its line or gets another one, and its deadline only ever
moves later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.domain.due_dates import (
    last_timely_acceptance,
    moved_day,
)
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    BankFile,
    Channel,
    ClosedDay,
    Debit,
    DebitLine,
    Due,
    Employer,
    Mandate,
    Notice,
    NoticeKind,
    NoticeStatus,
    Subject,
)
from webapp.services.collection_days import LONGEST_REST, NEVER_TOLD, move_collection_days
from webapp.services.delivered import was_announced
from webapp.services.events import move_all, record
from webapp.services.freeing import CALENDAR_CHANGED, cancel_debits
from webapp.services.planning import plan_debits
from webapp.services.portions import in_turn
from webapp.services.sets import ranges
from webapp.services.superseding import NEVER_SENT, supersede_file
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 1_000
# With the bank, and its money not moved yet: the day of the file stays what the bank was told.
ON_THEIR_WAY = (DebitStatus.SENT, DebitStatus.UNKNOWN, DebitStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Replanned:
    """How many debits were planned anew, told of another day, taken out of files, or expected
    on another day.
    """

    planned: int = 0
    told: int = 0
    superseded: int = 0
    expected: int = 0

    @property
    def total(self) -> int:
        """All debits that moved; one out of a file is told as well."""
        return self.planned + self.told + self.expected


def replan(session: Session, day: WorkingDay, progress: Progress = no_progress) -> Replanned:
    """Move whatever the calendar has no room for any more; return how many debits.

    What nobody was told of is planned again for its right day. What was announced moves to the
    next bank day with a new notice, out of its file if it was in one that had not left; never
    earlier. What is held keeps its state, what is with the bank is only expected later.
    (design.md §6.2, domain.md §3)
    """
    if not _was_changed(session, day):
        return Replanned()
    move_collection_days(session, day)
    freed = _free_planned(session, day, progress)
    if freed:
        plan_debits(session, day, in_turn(progress))
    _move_waiting(session, day)
    superseded = _take_back_files(session, day)
    return Replanned(
        planned=freed,
        told=_move_announced(session, day, progress),
        superseded=superseded,
        expected=_expect_anew(session, day),
    )


def _was_changed(session: Session, day: WorkingDay) -> bool:
    """Whether staff have changed a day that is still to come, or was a short while ago."""
    changed = or_(ClosedDay.known_from_on.is_not(None), ClosedDay.opened_on.is_not(None))
    with transaction(session):
        found = session.scalar(
            select(ClosedDay.day).where(changed, ClosedDay.day >= day.today - LONGEST_REST).limit(1)
        )
    return found is not None


def _free_planned(session: Session, day: WorkingDay, progress: Progress) -> int:
    """Cancel what nobody was told of and is planned for a closed day, or before its dues' day.

    Its dues are open again: planned anew they join what is there on their right day, under the
    same keys as everything else.
    """
    too_early = exists().where(
        DebitLine.debit_id == Debit.id,
        DebitLine.freed_at.is_(None),
        Due.id == DebitLine.due_id,
        Due.collect_from_on > Debit.collect_on,
    )
    closed = _closed(session, day, NEVER_TOLD)
    wrong = and_(NEVER_TOLD, or_(Debit.collect_on.in_(closed), too_early))
    with transaction(session):
        ids = session.scalars(select(Debit.id).where(wrong).order_by(Debit.id)).all()
    freed = 0
    for first, last, done in ranges(ids, DEBITS_AT_ONCE):
        here = and_(wrong, Debit.id.between(first, last))
        with transaction(session):
            freed += len(
                cancel_debits(
                    session, day, here, cause=CALENDAR_CHANGED, sources=[DebitStatus.PLANNED]
                )
            )
        progress("replan", done, len(ids))
    return freed


def _move_waiting(session: Session, day: WorkingDay) -> None:
    """What is held, or is to be announced anew, keeps its state and gets the next bank day."""
    again = and_(Debit.status == DebitStatus.PLANNED, Debit.notice_version > 0)
    waiting = or_(Debit.status == DebitStatus.HELD, again)
    for on in _closed(session, day, waiting):
        with transaction(session):
            for status in (DebitStatus.HELD, DebitStatus.PLANNED):
                here = and_(waiting, Debit.status == status, Debit.collect_on == on)
                _keep(session, day, status, here, day.calendar.next_bank_day(on))


def _take_back_files(session: Session, day: WorkingDay) -> int:
    """Supersede the files of closed days of which nothing has left; their debits are announced."""
    with transaction(session):
        files = session.execute(
            select(BankFile.id, BankFile.collect_on).where(BankFile.status.in_(NEVER_SENT))
        ).all()
    superseded = 0
    for file_id, collect_on in files:
        if not day.calendar.is_bank_day(collect_on):
            with transaction(session):
                superseded += supersede_file(session, day, file_id, DebitStatus.ANNOUNCED)
    return superseded


def _move_announced(session: Session, day: WorkingDay, progress: Progress) -> int:
    """Move what was announced for a closed day, with a new notice; how many debits.

    Where the first notice is not delivered, everything begins anew on the feasible day.
    """
    moved = 0
    announced = Debit.status == DebitStatus.ANNOUNCED
    closed = _closed(session, day, announced)
    with transaction(session):
        channels = session.execute(select(Channel.id, Channel.lead_days).order_by(Channel.id)).all()
    for on in closed:
        for channel_id, lead_days in channels:
            target = moved_day(on, day.today, lead_days, day.calendar, day.rules)
            through = aliased(Mandate)
            mine = exists().where(through.id == Debit.mandate_id, through.channel_id == channel_id)
            here = and_(announced, Debit.collect_on == on, mine)
            with transaction(session):
                ids = session.scalars(select(Debit.id).where(here).order_by(Debit.id)).all()
            for first, last, done in ranges(ids, DEBITS_AT_ONCE):
                part = and_(here, Debit.id.between(first, last))
                with transaction(session):
                    moved += _tell_and_move(session, day, part, target)
                progress("replan", done, len(ids))
    return moved


def _tell_and_move(
    session: Session, day: WorkingDay, here: ColumnElement[bool], target: date
) -> int:
    # What is told and what is debited is one amount: no page changes it in between.
    session.execute(select(Debit.id).where(here).order_by(Debit.id).with_for_update())
    in_time = last_timely_acceptance(target, day.calendar, day.rules)
    anew = move_all(
        session,
        day,
        Debit,
        DebitStatus.ANNOUNCED,
        DebitStatus.PLANNED,
        here,
        ~was_announced(in_time),
        cause=CALENDAR_CHANGED,
        collect_on=max(target, day.feasible_on),
    )
    session.execute(
        insert(Notice).from_select(
            [
                "debit_id", "version", "kind", "channel", "language", "amount_centimes",
                "collect_on", "account_last4", "status", "created_at",
            ],
            select(
                Debit.id,
                Debit.notice_version + 1,
                literal(NoticeKind.MOVED, Notice.kind.type),
                Employer.notice_channel,
                Employer.language,
                Debit.amount_centimes,
                literal(target),
                Mandate.account_last4,
                literal(NoticeStatus.QUEUED, Notice.status.type),
                literal(day.now, Notice.created_at.type),
            )
            .join(Employer, Employer.id == Debit.employer_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(here),
        )
    )  # fmt: skip
    told = _keep(
        session, day, DebitStatus.ANNOUNCED, here, target, notice_version=Debit.notice_version + 1
    )
    return len(anew) + len(told)


def _expect_anew(session: Session, day: WorkingDay) -> int:
    """What is with the bank is expected on the bank day that follows its file's; how many."""
    on_its_way = Debit.status.in_(ON_THEIR_WAY)
    with transaction(session):
        days = session.scalars(
            select(BankFile.collect_on).where(BankFile.collect_on >= day.today).distinct()
        ).all()
    expected = 0
    for on in sorted(days):
        in_file = exists().where(
            Attempt.debit_id == Debit.id,
            Attempt.failed_at.is_(None),
            BankFile.id == Attempt.bank_file_id,
            BankFile.collect_on == on,
        )
        target = day.calendar.next_bank_day(on)
        here = and_(on_its_way, in_file, Debit.collect_on != target)
        with transaction(session):
            ids = session.scalars(select(Debit.id).where(here).order_by(Debit.id)).all()
        for first, last, _ in ranges(ids, DEBITS_AT_ONCE):
            part = and_(here, Debit.id.between(first, last))
            with transaction(session):
                for status in ON_THEIR_WAY:
                    expected += len(_keep(session, day, status, part, target))
    return expected


def _closed(session: Session, day: WorkingDay, debits: ColumnElement[bool]) -> list[date]:
    """The days of these debits on which the banks do not work; what is past is the run's."""
    with transaction(session):
        days: Iterable[date] = session.scalars(
            select(Debit.collect_on).where(debits, Debit.collect_on >= day.today).distinct()
        ).all()
    return sorted(on for on in days if not day.calendar.is_bank_day(on))


def _keep(
    session: Session,
    day: WorkingDay,
    status: DebitStatus,
    here: ColumnElement[bool],
    collect_on: date,
    **values: object,
) -> Sequence[int]:
    """Give the debits of a state another day, with an event each; return their ids."""
    ids = session.scalars(
        update(Debit)
        .where(Debit.status == status, here)
        .values(collect_on=collect_on, **values)
        .returning(Debit.id)
        .execution_options(synchronize_session=False)
    ).all()
    record(session, day, Subject.DEBIT, ids, status, status.value, CALENDAR_CHANGED)
    return ids
