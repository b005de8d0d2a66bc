"""The debits to come beside each employer's last one, counted again with a pencil."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, Desk
from webapp.models import Employer
from webapp.services.collection_comparison import (
    Comparison,
    changed_most,
    compare_with_last,
)
from webapp.services.sums import Sum
from webapp.services.transactions import reading

NEXT_FILED, NEXT_PLANNED = date(2026, 12, 2), date(2026, 12, 20)
MILLION = 100_000_000
NOTHING = Sum()


def owners(desk: Desk, count: int) -> list[Employer]:
    """So many employers whose debit of October is with the bank."""
    day = builders.working_day(desk.session, desk.on)
    made = [builders.employer(desk.session) for _ in range(count)]
    for owner in made:
        builders.mandate(desk.session, day, owner)
        builders.declaration(desk.session, day, owner)
    desk.session.rollback()
    desk.send_all()
    return made


def declare(desk: Desk, owner: Employer, base: int) -> None:
    day = builders.working_day(desk.session, NEXT_FILED)
    builders.declaration(desk.session, day, owner, period="2026-11", base=base)
    desk.session.rollback()


def compared(session: Session, on: date = NEXT_PLANNED) -> Comparison:
    with reading(session):
        return compare_with_last(session, builders.working_day(session, on))


def test_without_a_debit_to_come_nobody_is_gone(desk: Desk) -> None:
    owners(desk, 2)
    assert compared(desk.session) == Comparison(NOTHING, NOTHING, NOTHING)


def test_who_is_new_who_is_gone_and_whose_amount_is_very_different(desk: Desk) -> None:
    same, near, far, _gone = owners(desk, 4)
    declare(desk, same, MILLION)
    declare(desk, near, MILLION * 13 // 10)
    declare(desk, far, MILLION * 2)
    newcomer = builders.employer(desk.session)
    builders.mandate(desk.session, builders.working_day(desk.session, NEXT_FILED), newcomer)
    declare(desk, newcomer, MILLION)
    report = desk.run(NEXT_PLANNED)
    expected = Comparison(Sum(1, AMOUNT), Sum(1, AMOUNT), Sum(1, 2 * AMOUNT))
    assert compared(desk.session) == expected
    assert report.comparison == {
        "new": expected.new, "gone": expected.gone, "changed": expected.changed,
    }  # fmt: skip
    with reading(desk.session):
        (shown,) = changed_most(desk.session, builders.working_day(desk.session, NEXT_PLANNED))
    assert (shown.employer_id, shown.before, shown.coming) == (far.id, AMOUNT, 2 * AMOUNT)


def test_who_was_debited_long_ago_is_not_missed(desk: Desk) -> None:
    first, second = owners(desk, 2)
    declare(desk, first, MILLION)
    desk.run(NEXT_PLANNED)
    assert compared(desk.session).gone == Sum(1, AMOUNT)
    assert compared(desk.session, date(2027, 2, 1)).gone == NOTHING
    assert second.id != first.id


@pytest.mark.parametrize(("percent", "far"), [(130, 0), (131, 1), (70, 0), (69, 1)])
def test_a_third_is_much(desk: Desk, percent: int, far: int) -> None:
    (owner,) = owners(desk, 1)
    declare(desk, owner, MILLION * percent // 100)
    desk.run(NEXT_PLANNED)
    assert compared(desk.session).changed.count == far
