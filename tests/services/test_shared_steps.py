"""Several surcharges share a step when an amount grew after it was late: each explains itself."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.explained import check_explained
from tests.reliability.invariants import check_tables
from tests.services.collecting import Desk
from tests.services.correcting import MILLION, Correcting, owed_on
from tests.services.test_accrual import late, refuse

DEADLINE = date(2026, 11, 30)  # of October
LATE = DEADLINE + timedelta(days=1)


def test_a_decrease_after_an_increase_leaves_every_surcharge_explained(
    desk: Desk, office: Session
) -> None:
    builders.late_rules(office)
    life = Correcting(desk)
    desk.send_all()
    refuse(life, "AM04", LATE)
    for days in range(8):
        desk.run(LATE + timedelta(days=days))
        if [debit.status.value for debit in desk.debits()][-1] == "announced":
            break
    on = desk.on
    life.session.rollback()
    life.correct(on, W1=MILLION * 3 // 2, W2=MILLION)  # beside what was announced
    assert len(late(life.session)) == 3
    desk.run(on)
    life.correct(on, W1=MILLION // 3, W2=MILLION)
    of_w1 = sum(amount for _, _, _, amount in late(life.session)) - owed_on(MILLION) // 20
    assert abs(of_w1 - owed_on(MILLION // 3) // 20) <= 1
    check_tables(life.session)
    for days in range(8):
        desk.run(on + timedelta(days=days))
    check_explained(life.session)
