"""One life of an office in which everything happens once, whatever the random lives come to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.reliability.living_office import MUST_HAPPEN, LivingOffice
from webapp.domain.facts import Fact
from webapp.domain.statuses import ReversalStatus
from webapp.models import RequestKind, Reversal

FIRST, SECOND = 0, 1
ABOVE_THE_LIMIT = 150_000_000


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> LivingOffice:
    """Two employers under authorisations that leave what was owed before them to a schedule."""
    office = LivingOffice(founded, tmp_path / "life")
    for owner, base in ((FIRST, 5_000_000), (SECOND, 7_777_777)):
        office.join(2, reachable=True)
        office.sign(owner, None, "001", (), covers_arrears=False)
        office.file(owner, base)
        office.schedule(owner, 2)
    return office


def months(office: LivingOffice, fact: Fact, count: int) -> None:
    for _ in range(count):
        office.work_for_a_month(fact)
        office.check()


def undo(office: LivingOffice, accident: str, *, refused: bool) -> None:
    """The latest debit that can be undone is; the bank does it, or declines."""
    before = set(office.asked_back())
    pick = 0
    while not office.all(select(Reversal.id).where(Reversal.status == ReversalStatus.AGREED)):
        office.undo(pick, granted=True)
        pick += 1
    office.send_reversals(accident)
    office.send_reversals()  # What is in doubt does not leave again.
    (new,) = set(office.asked_back()) - before
    answer = office.refuse_to_give_back if refused else office.give_back
    answer(office.asked_back().index(new))
    office.check()


def test_in_a_whole_life_the_money_adds_up(office: LivingOffice) -> None:
    office.close_a_day(6)
    months(office, Fact.SETTLED, 1)
    office.close_a_day(4)
    office.open_a_day(0)
    office.check()
    months(office, Fact.SETTLED, 2)
    undo(office, "power cut after", refused=False)
    undo(office, "", refused=True)
    office.collect_again(0)
    office.check()
    for booked in (False, True):
        office.pay_elsewhere(FIRST, ABOVE_THE_LIMIT, of_a_period=False, days_ago=0)
        office.decide_payment(0, booked=booked)
        office.check()
    for granted in (False, True):
        office.ask(0, RequestKind.REFUND)
        office.decide_request(0, granted=granted)
        office.check()
    office.pay_elsewhere(SECOND, 1, of_a_period=True, days_ago=30)
    office.reverse_payment(0)
    office.check()
    office.join(2, reachable=True)
    office.sign(2, None, "001", (), covers_arrears=False)
    office.file(2, 3_000_000)
    office.schedule(2, 2)
    months(office, Fact.REFUSED, 4)
    office.ask(0, RequestKind.WAIVER)
    office.decide_request(0, granted=True)
    office.check()
    happened = office.happened()
    assert not [one for one in MUST_HAPPEN if not happened[one]]
    office.check_the_end()
    office.close()
