"""How well the collection goes: what was paid when, how fast, and what is expected."""

from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, Desk
from webapp.services.staff.collection_figures import Figures, Month, collection_figures

NOVEMBER = "2026-11"


def figures(desk: Desk, on: date = COLLECTION) -> Figures:
    desk.session.rollback()
    return collection_figures(desk.session, builders.working_day(desk.session, on))


def november(desk: Desk, on: date = COLLECTION) -> Month:
    (month,) = [one for one in figures(desk, on).months if one.period.code == NOVEMBER]
    return month


@pytest.fixture
def debited(desk: Desk) -> Desk:
    for _ in range(4):
        desk.file_one()
    desk.send_all()
    return desk


def references(desk: Desk) -> list[str]:
    found = [one.end_to_end_id for one in desk.attempts()]
    desk.session.rollback()
    return found


def test_before_anything_has_left_there_is_nothing_to_count(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    found = figures(desk, ANNOUNCING)
    assert (found.months, found.days, found.paid_percent) == ([], [], None)
    (day,) = found.forecast
    assert (day.collect_on, day.count, day.scheduled, day.expected) == (
        COLLECTION, 1, AMOUNT, None,
    )  # fmt: skip


def test_each_debit_is_paid_lost_or_awaited(debited: Desk) -> None:
    first, second, third, _ = references(debited)
    debited.take_in(debited.bank.settled({first: AMOUNT, second: AMOUNT}), COLLECTION)
    debited.take_in(debited.bank.status("", {third: "RJCT"}, reason="AC04"))
    month = november(debited)
    assert (month.at_first, month.on_retry, month.lost, month.awaited) == (2, 0, 1, 1)
    assert month.presented == 4


def test_what_is_paid_on_a_later_attempt_is_recovered(debited: Desk) -> None:
    refused = references(debited)[0]
    debited.take_in(debited.bank.status("", {refused: "RJCT"}, reason="AM04"), COLLECTION)
    assert november(debited).lost == 1
    calendar = builders.working_day(debited.session, COLLECTION).calendar
    on = COLLECTION
    while len(references(debited)) == 4:
        on = calendar.add_bank_days(on, 1)
        debited.run(on)
    debited.approve()
    debited.send()
    (again,) = [one for one in references(debited) if one.endswith("-2")]
    assert november(debited, debited.on).awaited == 4  # the others, and this one anew
    debited.take_in(debited.bank.settled({again: AMOUNT}), calendar.add_bank_days(on, 3))
    month = november(debited, debited.on)
    assert (month.on_retry, month.lost, month.awaited) == (1, 0, 3)


def test_the_days_to_the_booking_are_counted(debited: Desk) -> None:
    first, second, *_ = references(debited)
    debited.take_in(debited.bank.settled({first: AMOUNT, second: AMOUNT}), COLLECTION)
    days = figures(debited).days
    assert sum(days) == 2 and len(days) == 5


def test_what_is_expected_is_the_share_that_was_paid(debited: Desk) -> None:
    first, second, third, _ = references(debited)
    debited.take_in(debited.bank.settled({first: AMOUNT}), COLLECTION)
    debited.take_in(debited.bank.status("", {second: "RJCT", third: "RJCT"}, reason="AC04"))
    found = figures(debited)
    assert found.paid_percent == 33
    (day,) = found.forecast  # the fourth is with the bank
    assert (day.scheduled, day.expected) == (AMOUNT, AMOUNT // 3)
