"""What would follow from a change of the bank calendar: counts and sums, before it is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import collection_day, moved_day
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus
from webapp.models import Attempt, BankFile, Channel, Debit, DebitLine, Due, Mandate
from webapp.services.closed_days import calendar_with
from webapp.services.collection_days import NEVER_TOLD
from webapp.services.replanning import ON_THEIR_WAY
from webapp.services.superseding import NEVER_SENT
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Some:
    """So many debits and what they come to, in centimes."""

    debits: int
    amount: Centimes

    def __bool__(self) -> bool:
        return self.debits > 0


@dataclass(frozen=True, slots=True)
class Moving:
    """Announced debits that go to one day; each employer gets a new notice."""

    to_on: date
    some: Some


@dataclass(frozen=True, slots=True)
class FileTakenBack:
    """A file of which nothing has left, and how many debits are in it."""

    reference: str
    debits: int
    amount: Centimes


@dataclass(frozen=True, slots=True)
class ClosingEffect:
    """What moves when one day is closed, one is opened, or both.

    `planned` are planned again and nobody was told of them; `moving` were announced; `waiting`
    keep their state; `sent` are with the bank, which debits them on `expected_on`; `back` are
    planned for the day that opens.
    """

    planned: Some
    moving: tuple[Moving, ...]
    files: tuple[FileTakenBack, ...]
    waiting: Some
    sent: Some
    expected_on: date | None
    back: Some

    @property
    def notices(self) -> int:
        """How many new notices are written: one for each debit that was announced."""
        return sum(one.some.debits for one in self.moving)

    def __bool__(self) -> bool:
        return bool(self.planned or self.moving or self.waiting or self.sent or self.back)


NOTHING = Some(0, Centimes(0))


def preview_change(
    session: Session, day: WorkingDay, closed: date | None, opened: date | None
) -> ClosingEffect:
    """What would follow from closing one day, opening another, or both. Writes nothing."""
    after = calendar_with(day.calendar, day.today, closed, opened)
    would_be = WorkingDay(day.moment, after, day.rules, day.actor)
    with reading(session):
        back = _back(session, would_be, opened) if opened else NOTHING
        if closed is None or not day.calendar.is_bank_day(closed):
            return ClosingEffect(NOTHING, (), (), NOTHING, NOTHING, None, back)
        here = Debit.collect_on == closed
        again = and_(Debit.status == DebitStatus.PLANNED, Debit.notice_version > 0)
        on_file = _in_file(BankFile.collect_on == closed)
        return ClosingEffect(
            planned=_some(session, here, NEVER_TOLD),
            moving=_moving(session, would_be, closed),
            files=_files(session, closed),
            waiting=_some(session, here, or_(Debit.status == DebitStatus.HELD, again)),
            sent=_some(session, Debit.status.in_(ON_THEIR_WAY), on_file),
            expected_on=after.next_bank_day(closed),
            back=back,
        )


def _in_file(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Attempt.debit_id == Debit.id,
        Attempt.failed_at.is_(None),
        BankFile.id == Attempt.bank_file_id,
        *conditions,
    )


def _some(session: Session, *conditions: ColumnElement[bool]) -> Some:
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Debit.amount_centimes), 0)).where(*conditions)
    ).one()
    return Some(count, Centimes(int(total)))


def _moving(session: Session, day: WorkingDay, closed: date) -> tuple[Moving, ...]:
    """What was announced, in a file that has not left or in none, by the day it goes to."""
    unsent = _in_file(BankFile.collect_on == closed, BankFile.status.in_(NEVER_SENT))
    announced = or_(
        and_(Debit.status == DebitStatus.ANNOUNCED, Debit.collect_on == closed),
        and_(Debit.status == DebitStatus.FROZEN, unsent),
    )
    rows = session.execute(
        select(
            Channel.lead_days,
            func.count(Debit.id).label("debits"),
            func.sum(Debit.amount_centimes).label("amount"),
        )
        .join(Mandate, Mandate.channel_id == Channel.id)
        .join(Debit, Debit.mandate_id == Mandate.id)
        .where(announced)
        .group_by(Channel.lead_days)
    ).all()
    days: dict[date, tuple[int, int]] = {}
    for row in rows:
        to_on = moved_day(closed, day.today, row.lead_days, day.calendar, day.rules)
        count, total = days.get(to_on, (0, 0))
        days[to_on] = (count + row.debits, total + int(row.amount))
    return tuple(
        Moving(to_on, Some(count, Centimes(total)))
        for to_on, (count, total) in sorted(days.items())
    )


def _files(session: Session, closed: date) -> tuple[FileTakenBack, ...]:
    rows: Sequence[BankFile] = session.scalars(
        select(BankFile)
        .where(BankFile.collect_on == closed, BankFile.status.in_(NEVER_SENT))
        .order_by(BankFile.id)
    ).all()
    return tuple(
        FileTakenBack(one.reference, one.transactions, Centimes(one.total_centimes)) for one in rows
    )


def _back(session: Session, day: WorkingDay, opened: date) -> Some:
    """What nobody was told of, and whose collection day the opened day becomes."""
    untold = and_(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))
    declared = and_(Due.id == DebitLine.due_id, Due.revision.is_not(None))
    periods = session.scalars(
        select(Due.period)
        .join(DebitLine, DebitLine.due_id == Due.id)
        .join(Debit, untold)
        .where(declared, NEVER_TOLD)
        .distinct()
    ).all()
    moved = [
        code
        for code in periods
        if collection_day(Period.parse(code), day.calendar, day.rules) == opened
    ]
    line = exists().where(untold, declared, Due.period.in_(moved))
    return _some(session, NEVER_TOLD, Debit.collect_on < opened, line)
