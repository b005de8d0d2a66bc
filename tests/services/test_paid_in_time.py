"""A cheque of the last day that is entered a week later: nobody pays for being late with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, Desk
from tests.services.paying import Paying
from tests.services.test_payments import balance
from webapp.domain.statuses import DueStatus
from webapp.models import Account, Due, DueKind
from webapp.services.accrual import accrue_at_filing
from webapp.services.transactions import transaction

DEADLINE = date(2026, 11, 30)  # of October
LATER = DEADLINE + timedelta(days=8)
SURCHARGE = AMOUNT // 20
PAID = ("contribution", AMOUNT, "paid_elsewhere")


@pytest.fixture
def life(desk: Desk, office: Session) -> Paying:
    """Two worksites whose contributions nothing has collected, each with its surcharge."""
    builders.late_rules(office)
    made = Paying(desk)
    made.revoke()
    made.run(LATER)
    made.desk.on = LATER
    return made


def late(life: Paying) -> list[tuple[int, str]]:
    return [(amount, status) for kind, amount, status in life.amounts() if kind == "surcharge"]


def test_what_was_paid_on_the_last_day_bears_no_surcharge(life: Paying) -> None:
    assert late(life) == [(SURCHARGE, "open")] * 2
    life.pay(2 * AMOUNT, paid_on=DEADLINE)
    assert life.amounts() == [PAID, PAID]
    assert balance(life, Account.RECEIVABLE) == 0
    life.run(LATER + timedelta(days=60))
    assert life.amounts() == [PAID, PAID]


def test_what_was_paid_a_day_later_bears_it(life: Paying) -> None:
    life.pay(2 * AMOUNT, paid_on=DEADLINE + timedelta(days=1))
    assert late(life) == [(SURCHARGE, "open")] * 2


def test_of_a_part_that_was_paid_in_time_the_rest_bears_it(life: Paying) -> None:
    life.pay(AMOUNT + AMOUNT // 2, paid_on=DEADLINE)
    assert late(life) == [(SURCHARGE // 2, "open")]
    bases = select(Due.base_centimes).where(Due.status == DueStatus.OPEN, Due.rate.is_not(None))
    assert life.session.scalars(bases).all() == [AMOUNT // 2]


def test_the_penalty_for_declaring_late_stays(life: Paying) -> None:
    due_id = life.session.scalars(select(Due.id).order_by(Due.id)).first()
    with transaction(life.session):
        accrue_at_filing(life.session, life.staff_day(on=LATER), [due_id], [DueKind.PENALTY])
    life.pay(2 * AMOUNT, paid_on=DEADLINE)
    assert ("penalty", AMOUNT * 15 // 100, "open") in life.amounts()
    assert late(life) == []


def test_money_that_being_in_time_sets_free_pays_what_comes_next(life: Paying) -> None:
    """Enough for one worksite and its surcharge: without that, it is enough for more."""
    life.pay(AMOUNT + SURCHARGE, paid_on=DEADLINE)
    paid = sum(amount for _, amount, status in life.amounts() if status == "paid_elsewhere")
    assert paid == AMOUNT + SURCHARGE
    assert late(life) == [((AMOUNT - SURCHARGE) // 20, "open")]
    assert {kind for kind, _, status in life.amounts() if status == "paid_elsewhere"} == {
        "contribution"
    }


def test_parts_of_one_amount_give_back_what_they_share(life: Paying) -> None:
    """A cheque that came too late split an amount; the next one was in time, for both parts."""
    late_cheque, _ = life.pay(AMOUNT // 3, paid_on=LATER)
    life.reverse(late_cheque)
    life.pay(2 * AMOUNT, paid_on=DEADLINE)
    assert late(life) == []
    assert balance(life, Account.RECEIVABLE) == 0
