"""Surcharges and penalties: what is late costs once, and nothing that a timely debit covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.correcting import MILLION, Correcting, owed_on
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Debit, Due, DueKind, HoldReason, LateKind, LateRule
from webapp.services.accrual import accrue_surcharges
from webapp.services.late_reversals import reverse_late_dues, sum_to_reverse
from webapp.services.sums import Sum
from webapp.services.transactions import transaction

FULL = owed_on(MILLION)
DEADLINE = date(2026, 11, 30)  # of October
LATE = DEADLINE + timedelta(days=1)
FIVE_PERCENT, FIFTEEN_PERCENT = FULL // 20, FULL * 15 // 100


@pytest.fixture(autouse=True)
def rules(office: Session) -> None:
    builders.late_rules(office)


@pytest.fixture
def life(desk: Desk) -> Correcting:
    return Correcting(desk)


def late(session: Session) -> list[tuple[str, int, int, int]]:
    """The surcharges and penalties that stand: kind, step, base and centimes."""
    session.expire_all()
    found = [
        (due.kind.value, due.step or 0, due.base_centimes or 0, due.amount_centimes)
        for due in session.scalars(select(Due).order_by(Due.id))
        if due.kind in (DueKind.SURCHARGE, DueKind.PENALTY)
        and due.status is not DueStatus.SUPERSEDED
    ]
    session.rollback()
    return found


def refuse(life: Correcting, reason: str, on: date = COLLECTION) -> None:
    """The bank refuses the one debit that is with it."""
    attempt = life.desk.attempts()[-1]
    told = {attempt.end_to_end_id: "RJCT"}
    life.session.rollback()
    reference = life.desk.files()[-1].reference
    life.desk.take_in(life.desk.bank.status(reference, told, reason=reason), on)


def test_what_a_timely_debit_covers_costs_nothing(life: Correcting) -> None:
    life.desk.send_all()
    for days in (1, 30, 90):
        life.desk.run(DEADLINE + timedelta(days=days))
    assert late(life.session) == []


def test_what_is_in_no_debit_costs_once(life: Correcting) -> None:
    life.revoke()
    life.desk.run(DEADLINE)
    assert late(life.session) == []
    for days in (1, 2, 40):
        life.desk.run(DEADLINE + timedelta(days=days))
        assert late(life.session) == [("surcharge", 0, FULL, FIVE_PERCENT)] * 2
    check_tables(life.session)


def test_a_month_adds_its_rate_where_the_fund_has_one(life: Correcting) -> None:
    life.revoke()
    life.session.execute(update(LateRule).values(monthly=1_000))
    life.session.commit()
    life.desk.run(date(2027, 1, 31))
    assert [one[1] for one in late(life.session)] == [0, 1, 2] * 2
    life.desk.run(date(2027, 1, 31))
    assert len(late(life.session)) == 6


def test_the_rates_are_those_of_the_day_on_which_it_was_due(life: Correcting) -> None:
    life.revoke()
    life.session.execute(update(LateRule).values(valid_until=DEADLINE - timedelta(days=1)))
    cheaper = {"valid_from": DEADLINE, "valid_until": None, "at_once": 2_000, "monthly": 0}
    life.session.add(LateRule(kind=LateKind.SURCHARGE, **cheaper))
    life.session.commit()
    life.desk.run(LATE)
    assert late(life.session) == [("surcharge", 0, FULL, FULL // 50)] * 2


@pytest.mark.parametrize("reason", ["AM04", "AC04", "MD01"])
def test_a_refusal_for_the_employers_cause_costs_from_the_first_day(
    life: Correcting, reason: str
) -> None:
    life.desk.send_all()
    refuse(life, reason)
    life.desk.run(LATE)
    assert late(life.session) == [("surcharge", 0, FULL, FIVE_PERCENT)] * 2
    check_tables(life.session)


@pytest.mark.parametrize("reason", ["FF01", "AC03", "MS03"])
def test_a_refusal_for_a_cause_of_the_funds_or_a_banks_costs_nothing(
    life: Correcting, reason: str
) -> None:
    life.desk.send_all()
    refuse(life, reason)
    for days in (1, 40):
        life.desk.run(DEADLINE + timedelta(days=days))
    assert late(life.session) == []


@pytest.mark.parametrize(("reasons", "costs"), [("TM01 TM01 TM01", 0), ("TM01 TM01 AM04", 2)])
def test_what_only_a_bank_has_refused_to_the_last_attempt_costs_nothing(
    life: Correcting, reasons: str, costs: int
) -> None:
    life.desk.send_all()
    on = COLLECTION
    for number, reason in enumerate(reasons.split(), 1):
        assert len(life.desk.attempts()) == number
        life.session.rollback()
        refuse(life, reason, on)
        for _ in range(8):
            on = life.day().calendar.add_bank_days(on, 1)
            life.desk.on = on
            life.desk.run()
            life.desk.approve()
            life.desk.send()
    barred = life.session.scalars(select(Due.barred_mandate_id).where(Due.kind == "contribution"))
    assert all(barred.all())
    life.session.rollback()
    life.desk.run(on + timedelta(days=40))
    assert len(late(life.session)) == costs


def test_the_surcharge_is_collected_with_what_it_is_about(life: Correcting) -> None:
    life.desk.send_all()
    refuse(life, "AM04")
    life.desk.run(LATE)
    planned = [one for one in life.desk.debits() if one.status is not DebitStatus.CANCELLED]
    assert sum(one.amount_centimes for one in planned) == 2 * FULL + 2 * FIVE_PERCENT
    life.session.rollback()


@pytest.mark.parametrize(
    ("reason", "costs"),
    [(HoldReason.OVER_CEILING, True), (HoldReason.DUES_CHANGED, False)],
)
def test_a_hold_costs_only_where_it_waits_for_the_employer(
    life: Correcting, reason: HoldReason, costs: bool
) -> None:
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Debit).values(status=DebitStatus.HELD, hold_reason=reason))
    life.session.commit()
    accrue_surcharges(life.session, life.day(LATE))
    assert bool(late(life.session)) is costs


def test_a_late_filing_costs_surcharge_and_penalty_in_the_same_debit(desk: Desk) -> None:
    owner = builders.employer(desk.session)
    signed = builders.working_day(desk.session, FILED)
    builders.mandate(desk.session, signed, owner)
    filed = date(2026, 12, 31)
    builders.declaration(desk.session, builders.working_day(desk.session, filed), owner)
    assert late(desk.session) == [
        ("surcharge", 0, FULL, FIVE_PERCENT),
        ("penalty", 0, FULL, FIFTEEN_PERCENT),
        ("penalty", 1, FULL, FIVE_PERCENT),
    ]
    desk.run(filed)
    (debit,) = desk.debits()
    assert debit.amount_centimes == FULL + 2 * FIVE_PERCENT + FIFTEEN_PERCENT
    desk.session.rollback()
    for days in (1, 8, 60):
        desk.run(filed + timedelta(days=days))
    assert len(late(desk.session)) == 3
    check_tables(desk.session)


def test_a_filing_on_the_last_day_costs_nothing(desk: Desk) -> None:
    owner = builders.employer(desk.session)
    builders.mandate(desk.session, builders.working_day(desk.session, FILED), owner)
    builders.declaration(desk.session, builders.working_day(desk.session, DEADLINE), owner)
    for days in (0, 1, 30):
        desk.run(DEADLINE + timedelta(days=days))
    assert late(desk.session) == []


def unpaid(life: Correcting) -> None:
    """Nothing collects, and the deadline has passed."""
    life.revoke()
    life.desk.run(LATE)


def test_a_correction_lowers_what_being_late_has_cost(life: Correcting) -> None:
    unpaid(life)
    life.correct(LATE, W1=MILLION // 2, W2=MILLION)
    half = owed_on(MILLION // 2)
    assert sorted(late(life.session)) == [
        ("surcharge", 0, half, half // 20),
        ("surcharge", 0, FULL, FIVE_PERCENT),
    ]
    life.desk.run(LATE)
    assert len(late(life.session)) == 2


def test_a_correction_raises_what_being_late_has_cost(life: Correcting) -> None:
    unpaid(life)
    life.correct(LATE, W1=MILLION * 2, W2=MILLION)
    twice = owed_on(2 * MILLION)
    assert sorted(late(life.session)) == [
        ("surcharge", 0, FULL, FIVE_PERCENT),
        ("surcharge", 0, twice, twice // 20),
    ]
    life.desk.run(LATE)
    assert len(late(life.session)) == 2


def test_an_increase_after_the_deadline_is_paid_late_and_has_no_penalty(life: Correcting) -> None:
    life.desk.send_all()
    life.correct(LATE, W1=MILLION * 2, W2=MILLION)
    added = owed_on(2 * MILLION) - FULL
    assert late(life.session) == [("surcharge", 0, added, added // 20)]


def paid_with_surcharges(life: Correcting) -> None:
    """Refused once for the employer's cause, then settled with what that cost."""
    life.desk.send_all()
    refuse(life, "AM04")
    life.desk.run(LATE)
    for _ in range(9):
        life.desk.on = life.day().calendar.add_bank_days(life.desk.on, 1)
        life.desk.run()
        life.desk.approve()
        life.desk.send()
    asked = {
        one.end_to_end_id: one.amount_centimes
        for one in life.desk.attempts()
        if one.failed_at is None
    }
    life.session.rollback()
    life.desk.take_in(life.desk.bank.settled(asked))
    assert {state for _, _, state in life.amounts()} == {"settled"}


def credits(life: Correcting) -> list[int]:
    return sorted(amount for kind, amount, _ in life.amounts() if kind == "credit")


def test_what_was_paid_too_much_for_being_late_is_a_credit(life: Correcting) -> None:
    paid_with_surcharges(life)
    half = owed_on(MILLION // 2)
    life.correct(life.desk.on, W1=MILLION // 2, W2=MILLION)
    assert credits(life) == [half - FULL, half // 20 - FIVE_PERCENT]


def test_a_surcharge_that_was_paid_is_given_back_once(life: Correcting) -> None:
    paid_with_surcharges(life)
    surcharge = select(Due.id).where(Due.kind == DueKind.SURCHARGE)
    ids = life.session.scalars(surcharge.order_by(Due.id)).all()
    life.session.rollback()
    for taken in (2, 0):
        with transaction(life.session):
            assert reverse_late_dues(life.session, life.day(), ids, "office") == (taken, ())
    assert credits(life) == [-FIVE_PERCENT, -FIVE_PERCENT]
    check_tables(life.session)


def test_a_surcharge_goes_when_the_bank_took_the_money_after_all(life: Correcting) -> None:
    life.desk.send_all()
    refuse(life, "AM04")
    life.desk.run(LATE)
    assert len(late(life.session)) == 2
    asked = {one.end_to_end_id: one.amount_centimes for one in life.desk.attempts()}
    life.session.rollback()
    assert sum_to_reverse(life.session) == Sum()
    life.desk.take_in(life.desk.bank.settled(asked), LATE)
    life.session.rollback()
    assert sum_to_reverse(life.session) == Sum(2, 2 * FIVE_PERCENT)
    for days in (1, 2):
        life.desk.run(DEADLINE + timedelta(days=days))
        assert late(life.session) == []
    check_tables(life.session)


@pytest.mark.parametrize(("reason", "stays"), [("AC03", False), ("AM04", True)])
def test_a_surcharge_goes_once_what_only_a_bank_had_refused_is_under_way_again(
    life: Correcting, reason: str, stays: bool
) -> None:
    """Without an authorisation nothing could collect it for a while, so it had been made."""
    life.desk.send_all()
    refuse(life, reason)
    life.revoke()
    life.desk.run(LATE)
    assert len(late(life.session)) == 2
    builders.mandate(life.session, life.day(LATE), life.owner, covers_arrears=True)
    life.desk.run(DEADLINE + timedelta(days=2))
    assert len(late(life.session)) == (2 if stays else 0)
    (told,) = [one for one in life.desk.debits() if one.status is DebitStatus.ANNOUNCED]
    assert told.amount_centimes == 2 * FULL + (2 * FIVE_PERCENT if stays else 0)
    life.session.rollback()
    check_tables(life.session)


def test_a_surcharge_is_taken_back_once(life: Correcting) -> None:
    life.revoke()
    life.desk.run(LATE)
    surcharge = select(Due.id).where(Due.kind == DueKind.SURCHARGE)
    ids = life.session.scalars(surcharge.order_by(Due.id)).all()
    life.session.rollback()
    for _ in range(2):
        with transaction(life.session):
            assert reverse_late_dues(life.session, life.day(LATE), ids[:1], "office")[0] in (0, 1)
    assert len(late(life.session)) == 1
    check_tables(life.session)
