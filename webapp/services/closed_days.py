"""The closed days of the banks: listed, and closed, moved or opened by somebody of the fund."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.calendar import BankCalendar, RestDay
from webapp.domain.errors import InvalidClosedDay
from webapp.domain.months import add_months
from webapp.models import ClosedDay
from webapp.services.events import record_closed_day
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay, load_calendar

MONTHS_BACK, MONTHS_AHEAD = 12, 18


def list_closed_days(session: Session, day: WorkingDay) -> list[RestDay]:
    """The closed days of the past year and of the eighteen months to come, in their order."""
    with reading(session):
        rows = session.scalars(
            select(ClosedDay)
            .where(
                ClosedDay.day >= add_months(day.today, -MONTHS_BACK),
                ClosedDay.day <= last_day(day),
                ClosedDay.opened_on.is_(None),
            )
            .order_by(ClosedDay.day)
        )
        return [_row(one) for one in rows]


def find_closed_day(session: Session, day: WorkingDay, on: date) -> RestDay:
    """The closed day that may still be moved or opened. Raises InvalidClosedDay."""
    with reading(session):
        check_change(session, day, on, closed=True)
        return _row(session.get_one(ClosedDay, on))


def may_be_closed(session: Session, day: WorkingDay, on: date, in_place_of: date | None) -> None:
    """Whether a day may be closed, or a closed one moved to it. Raises InvalidClosedDay."""
    with reading(session):
        if on != in_place_of:
            check_change(session, day, on, closed=False)


def last_day(day: WorkingDay) -> date:
    """The last day that may be closed."""
    return add_months(day.today, MONTHS_AHEAD)


def close_day(session: Session, day: WorkingDay, new: RestDay) -> WorkingDay:
    """Close a day that is not past; return the working day with the calendar as it is now.

    What it moves is for `replan`. On a day that is closed already nothing changes. Raises
    InvalidClosedDay.
    """
    with transaction(session):
        if _is_closed(session, new.day):
            return _with_calendar(session, day)
        check_change(session, day, new.day, closed=False)
        _close(session, day, new)
    return _with_calendar(session, day)


def open_day(session: Session, day: WorkingDay, on: date) -> WorkingDay:
    """Open a closed day that is not past, as `close_day` closes one. Raises InvalidClosedDay."""
    with transaction(session):
        if not _is_closed(session, on):
            return _with_calendar(session, day)
        check_change(session, day, on, closed=True)
        _open(session, day, on)
    return _with_calendar(session, day)


def move_day(session: Session, day: WorkingDay, on: date, new: RestDay) -> WorkingDay:
    """Open a closed day and close another in its place, in one step. Raises InvalidClosedDay.

    Onto the same day: its names, and whether it may still move, are corrected.
    """
    with transaction(session):
        check_change(session, day, on, closed=True)
        if new.day != on:
            check_change(session, day, new.day, closed=False)
            _open(session, day, on)
        _close(session, day, new)
    return _with_calendar(session, day)


def check_change(session: Session, day: WorkingDay, on: date, *, closed: bool) -> None:
    """A day that is past stays as it was, and what is far away is not known yet.

    Inside the caller's transaction. Raises InvalidClosedDay.
    """
    reason = ""
    if on < day.today:
        reason = "past"
    elif on > last_day(day):
        reason = "too_far"
    elif _is_closed(session, on) is not closed:
        reason = "not_closed" if closed else "closed_already"
    if reason:
        raise InvalidClosedDay(reason=reason, day=on)


def calendar_with(
    calendar: BankCalendar, today: date, closed: date | None, opened: date | None
) -> BankCalendar:
    """The calendar as it would be with one day closed, one opened, or both."""
    days = calendar.closed_days - {opened} | ({closed} if closed else set())
    known = {pair for pair in calendar.known_from if pair[0] in days}
    return BankCalendar(days, known | ({(closed, today)} if closed else set()))


def _is_closed(session: Session, on: date) -> bool:
    found = session.scalar(
        select(ClosedDay.day).where(ClosedDay.day == on, ClosedDay.opened_on.is_(None))
    )
    return found is not None


def _close(session: Session, day: WorkingDay, new: RestDay) -> None:
    there = session.get(ClosedDay, new.day)
    if there is None:
        there = ClosedDay(day=new.day, known_from_on=day.today)
        session.add(there)
        act = "day_closed"
    elif there.opened_on is not None:
        there.known_from_on, there.opened_on = day.today, None
        act = "day_closed"
    else:
        act = "day_renamed"
    there.name_ar, there.name_fr, there.estimated = new.name_ar, new.name_fr, new.estimated
    session.flush()
    record_closed_day(session, day, new.day, act)


def _open(session: Session, day: WorkingDay, on: date) -> None:
    session.get_one(ClosedDay, on).opened_on = day.today
    session.flush()
    record_closed_day(session, day, on, "day_opened")


def _with_calendar(session: Session, day: WorkingDay) -> WorkingDay:
    return replace(day, calendar=load_calendar(session))


def _row(one: ClosedDay) -> RestDay:
    return RestDay(one.day, one.name_ar, one.name_fr, one.estimated, one.known_from_on is not None)
