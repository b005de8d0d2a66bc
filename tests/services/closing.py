"""Closing and opening bank days: what tests of re-planning do again and again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import COLLECTION, Desk
from webapp.domain.calendar import RestDay
from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Debit,
    DueKind,
    Notice,
)
from webapp.services.closed_days import (
    close_day,
    open_day,
)
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.replanning import Replanned, replan
from webapp.services.transactions import transaction

PLANNING = date(2026, 11, 18)
BEFORE, AFTER = date(2026, 11, 29), date(2026, 12, 1)  # the bank days around COLLECTION
THREE_DAYS_BEFORE = date(2026, 11, 26)


def row(day: date) -> RestDay:
    return RestDay(day, "عطلة", "Jour férié", estimated=False)


def close(desk: Desk, on: date, day: date = COLLECTION) -> Replanned:
    """Close a day and re-plan; the tables must agree with each other at once."""
    desk.on = on
    working = close_day(desk.session, builders.working_day(desk.session, on, "staff:1"), row(day))
    return done(desk, replan(desk.session, working))


def reopen(desk: Desk, on: date, day: date = COLLECTION) -> Replanned:
    desk.on = on
    working = open_day(desk.session, builders.working_day(desk.session, on, "staff:1"), day)
    return done(desk, replan(desk.session, working))


def done(desk: Desk, replanned: Replanned) -> Replanned:
    check_tables(desk.session)
    again = replan(desk.session, builders.working_day(desk.session, desk.on))
    assert again == Replanned(), "a second time changes nothing"
    return replanned


def live(desk: Desk) -> list[Debit]:
    return [one for one in desk.debits() if one.status is not DebitStatus.CANCELLED]


def the_debit(desk: Desk) -> Debit:
    [debit] = live(desk)
    return debit


def notices(desk: Desk) -> list[tuple[int, str, date, str]]:
    desk.session.expire_all()
    rows = desk.session.scalars(select(Notice).order_by(Notice.id))
    return [(one.version, one.kind.value, one.collect_on, one.status.value) for one in rows]


def run_until(desk: Desk, first: date, last: date) -> None:
    for on in builders.bank_days(builders.working_day(desk.session, first), first, last):
        desk.run(on)
        desk.approve()
        desk.send()
        check_tables(desk.session)


def assess(desk: Desk, on: date) -> None:
    """The fund's own system asks the same employer for 5 DA, to be collected on that day."""
    due = desk.dues()[0]
    new = NewDue(
        origin_key="assessed:1", kind=DueKind.PENALTY, employer_id=due.employer_id,
        worksite_id=None, period="2026-10", amount_centimes=Centimes(500), legal_due_on=on,
        collect_from_on=on,
    )  # fmt: skip
    desk.session.rollback()
    with transaction(desk.session):
        add_dues(desk.session, builders.working_day(desk.session, desk.on), [new], "assessed")
