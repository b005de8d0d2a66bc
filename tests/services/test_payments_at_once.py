"""A payment while a run plans, announces or freezes what it pays, or beside another: one waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from threading import Thread

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, FILED, FREEZING, Desk
from tests.services.living import Told
from tests.services.paying import EVERYBODY, Paying
from webapp.domain.errors import PaymentKnown
from webapp.domain.money import Centimes
from webapp.models import Payment, PaymentStatus, PaymentWay
from webapp.services.announcing import announce_debits
from webapp.services.booking_payments import book_payments
from webapp.services.freezing import freeze_debits
from webapp.services.payments import NewPayment, enter_payment, payment_row
from webapp.services.planning import plan_debits
from webapp.services.working_day import WorkingDay

Phase = Callable[[Session, WorkingDay], int]
# Long enough for the other to come to the lock; what is right does not depend on it.
MEANWHILE = 0.3

# On SQLite every transaction waits for the others.
pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def life(desk: Desk) -> Paying:
    return Paying(desk)


@pytest.mark.parametrize("amount", [AMOUNT // 2, AMOUNT, 2 * AMOUNT])
@pytest.mark.parametrize(
    ("phase", "on"),
    [(plan_debits, ANNOUNCING), (announce_debits, ANNOUNCING), (freeze_debits, FREEZING)],
)
def test_a_phase_of_the_run_waits_for_a_payment(
    life: Paying, amount: int, phase: Phase, on: date
) -> None:
    if phase is freeze_debits:
        life.run(ANNOUNCING)
    elif phase is announce_debits:
        plan_debits(life.session, life.day(ANNOUNCING))
    day = builders.working_day(life.session, on)
    new = NewPayment(PaymentWay.CHEQUE, "1", FILED, Centimes(amount))
    payment = Payment(**payment_row(day, life.owner.id, new, PaymentStatus.BOOKED))
    life.session.add(payment)
    life.session.flush()
    book_payments(life.session, day, builders.VAULT, life.told, [payment])

    def run() -> None:
        with Session(life.session.get_bind()) as other:
            phase(other, day)

    meanwhile = Thread(target=run)
    meanwhile.start()
    time.sleep(MEANWHILE)
    life.session.commit()
    meanwhile.join(30)
    assert not meanwhile.is_alive()
    check_tables(life.session)
    life.run(on)
    owed = 2 * AMOUNT - amount
    assert sum(centimes for _, centimes in life.debits()) == owed


def test_the_same_payment_twice_at_once_is_entered_once(life: Paying) -> None:
    day, owner_id, engine = life.staff_day(), life.owner.id, life.session.get_bind()
    life.session.rollback()
    said: list[str] = []

    def enter() -> None:
        new = NewPayment(PaymentWay.CHEQUE, "1", FILED, Centimes(AMOUNT))
        with Session(engine) as session:
            try:
                enter_payment(session, day, builders.VAULT, Told(), EVERYBODY, owner_id, new)
                said.append("entered")
            except PaymentKnown:
                said.append("known")

    both = [Thread(target=enter) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(said) == ["entered", "known"]
    check_tables(life.session)


def test_two_payments_at_once_pay_different_dues(life: Paying) -> None:
    day, owner_id, engine = life.staff_day(), life.owner.id, life.session.get_bind()
    life.session.rollback()

    def enter(number: str) -> None:
        new = NewPayment(PaymentWay.CHEQUE, number, FILED, Centimes(AMOUNT))
        with Session(engine) as session:
            enter_payment(session, day, builders.VAULT, Told(), EVERYBODY, owner_id, new)

    both = [Thread(target=enter, args=(number,)) for number in ("1", "2")]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    check_tables(life.session)
    assert [status for _, _, status in life.amounts()] == ["paid_elsewhere"] * 2
