"""The same money from three sources: what differs shows, what is explained adds up."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text, update

from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from webapp.domain.groupings import By
from webapp.models import Attempt, BankEntry, SuspenseReason
from webapp.services.staff.three_ways import Comparison, ThreeWays, compare_three_ways
from webapp.services.sums import Sum

LONG_AGO, LATER = date(2026, 1, 1), date(2027, 12, 31)


@pytest.fixture
def debited(desk: Desk) -> Desk:
    """Three debits of one file at the bank."""
    for _ in range(3):
        desk.file_one()
    desk.send_all()
    return desk


def compare(desk: Desk, by: By = By.DAY, first_on: date = LONG_AGO) -> Comparison:
    desk.session.rollback()
    return compare_three_ways(desk.session, by, first_on, LATER)


def references(desk: Desk) -> list[str]:
    found = [one.end_to_end_id for one in desk.attempts()]
    desk.session.rollback()
    return found


def test_what_was_sent_is_awaited(debited: Desk) -> None:
    (row,) = compare(debited).rows
    assert row == ThreeWays(COLLECTION, 3, 3 * AMOUNT, 3 * AMOUNT, 0, 0, 3 * AMOUNT)
    assert (row.undeclared, row.unexplained) == (0, 0)


def test_what_waits_for_approval_is_not_debited_yet(desk: Desk) -> None:
    desk.file_one()
    for on in (ANNOUNCING, FREEZING):
        desk.run(on)
    assert desk.files("written")
    assert compare(desk).rows == []


def test_what_is_answered_is_received_refused_or_returned(debited: Desk) -> None:
    first, second, third = references(debited)
    debited.take_in(debited.bank.settled({first: AMOUNT, second: AMOUNT}), COLLECTION)
    debited.take_in(debited.bank.status("", {third: "RJCT"}))
    debited.take_in(debited.bank.returned({second: AMOUNT}))
    (row,) = compare(debited).rows
    assert (row.received, row.refused, row.awaited) == (AMOUNT, 2 * AMOUNT, 0)
    assert (row.declared, row.undeclared, row.unexplained) == (3 * AMOUNT, 0, 0)


def test_what_a_bank_tells_twice_is_received_once(debited: Desk) -> None:
    first = references(debited)[0]
    for _ in range(2):
        debited.take_in(debited.bank.settled({first: AMOUNT}), COLLECTION)
    (row,) = compare(debited).rows
    assert (row.received, row.unexplained) == (AMOUNT, 0)


@pytest.mark.parametrize("by", list(By))
def test_every_grouping_has_the_same_total(debited: Desk, by: By) -> None:
    debited.take_in(debited.bank.settled({references(debited)[0]: AMOUNT}), COLLECTION)
    compared = compare(debited, by)
    assert compared.total == ThreeWays("", 3, 3 * AMOUNT, 3 * AMOUNT, AMOUNT, 0, 2 * AMOUNT)
    (row,) = compared.rows
    file = debited.files()[0].reference
    assert row.key == {By.DAY: COLLECTION, By.BANK: "BNA", By.FILE: file}[by]


def test_days_that_are_not_asked_for_are_not_counted(debited: Desk) -> None:
    assert compare(debited, first_on=date(2026, 12, 1)).rows == []


def test_what_is_debited_without_being_declared_shows(debited: Desk) -> None:
    sqlite = debited.session.get_bind().dialect.name == "sqlite"
    wall = "DROP TRIGGER attempts_never_changed" + ("" if sqlite else " ON attempts")
    debited.session.execute(text(wall))
    one = select(func.min(Attempt.id)).scalar_subquery()
    more = {"amount_centimes": AMOUNT + 1}
    debited.session.execute(update(Attempt).where(Attempt.id == one).values(more))
    debited.session.commit()
    (row,) = compare(debited).rows
    assert (row.undeclared, row.unexplained) == (1, 0)


def test_money_that_no_entry_of_a_bank_tells_of_shows(debited: Desk) -> None:
    debited.take_in(debited.bank.settled({references(debited)[0]: AMOUNT}), COLLECTION)
    debited.session.execute(update(BankEntry).values(moved_centimes=AMOUNT - 1))
    debited.session.commit()
    (row,) = compare(debited).rows
    assert row.unexplained == 1


def test_money_that_matches_nothing_is_told_with_its_reason(debited: Desk) -> None:
    debited.take_in(debited.bank.settled({"SOMEBODY-ELSE": 1_000}), COLLECTION)
    (one,) = compare(debited).unmatched
    assert one.reason is SuspenseReason.UNKNOWN_REFERENCE
    assert one.sum == Sum(1, 1_000)
    assert compare(debited).total.unexplained == 0
