"""What was paid elsewhere is never debited as well; what was debited already becomes credit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from tests.services.paying import KARIM, LIMIT, NADIA, SAMIRA, Paying
from webapp.domain.errors import NoLongerPossible, NotFound, PaymentKnown, SecondPersonNeeded
from webapp.domain.roles import Scope
from webapp.models import Account, Debit, Due, Event, Payment, PaymentStatus, PaymentWay, Posting
from webapp.services.books import verify_books
from webapp.services.planning import plan_debits

OPEN = ("contribution", AMOUNT, "open")
PAID = ("contribution", AMOUNT, "paid_elsewhere")
SCHEDULED = ("contribution", AMOUNT, "scheduled")


@pytest.fixture
def life(desk: Desk) -> Paying:
    return Paying(desk)


def balance(life: Paying, account: Account) -> int:
    found = verify_books(life.session)[account]
    life.session.rollback()
    return found


def test_what_was_paid_is_owed_no_more_and_never_debited(life: Paying) -> None:
    _, status = life.pay(2 * AMOUNT)
    assert status is PaymentStatus.BOOKED
    assert life.amounts() == [PAID, PAID]
    assert balance(life, Account.ELSEWHERE) == 2 * AMOUNT
    assert balance(life, Account.RECEIVABLE) == 0
    life.run()
    assert life.debits() == []


def test_one_entry_in_the_books_has_a_leg_for_each_due(life: Paying) -> None:
    reference, _ = life.pay(2 * AMOUNT)
    legs = life.session.execute(
        select(Posting.account, Posting.amount_centimes)
        .where(Posting.source_key == f"payment:{reference}")
        .order_by(Posting.id)
    ).all()
    assert [tuple(leg) for leg in legs] == [
        (Account.RECEIVABLE, -AMOUNT), (Account.RECEIVABLE, -AMOUNT),
        (Account.ELSEWHERE, 2 * AMOUNT),
    ]  # fmt: skip


def test_a_due_that_is_paid_in_part_is_split_and_nothing_is_partly_paid(life: Paying) -> None:
    life.pay(AMOUNT + 1)
    rest = AMOUNT - 1
    assert life.amounts() == [
        PAID, ("contribution", 1, "paid_elsewhere"), ("contribution", rest, "open"),
    ]  # fmt: skip
    life.run()
    assert life.debits() == [("announced", rest)]


def test_a_planned_debit_is_lowered_and_nobody_is_told(life: Paying) -> None:
    plan_debits(life.session, life.day(ANNOUNCING))
    life.pay(AMOUNT + 1, on=ANNOUNCING)
    assert life.debits() == [("planned", AMOUNT - 1)]
    assert life.told.kinds == []


def test_an_announced_debit_stays_announced_lower_and_the_employer_is_told(life: Paying) -> None:
    life.run()
    life.pay(AMOUNT + 1)
    assert life.debits() == [("announced", AMOUNT - 1)]
    assert life.told.kinds == ["debit_lowered"], "once, though the debit was lowered in two steps"
    (values,) = life.told.values
    assert (values["before"], values["amount"]) == (2 * AMOUNT, AMOUNT - 1)
    assert values["collect_on"] == COLLECTION
    life.run(FREEZING)
    assert [one.amount_centimes for one in life.desk.attempts()] == [AMOUNT - 1]


def test_an_announced_debit_with_nothing_left_is_cancelled_and_the_employer_is_told(
    life: Paying,
) -> None:
    life.run()
    life.pay(2 * AMOUNT)
    assert life.debits() == [("cancelled", 0)]
    assert life.told.kinds == ["debit_dropped"]
    assert life.told.values[0]["amount"] == 2 * AMOUNT
    life.run(FREEZING)
    assert life.desk.attempts() == []


def test_a_held_debit_is_lowered_too(life: Paying) -> None:
    life.set_ceiling(2 * AMOUNT - 1)
    life.run()
    assert life.debits() == [("held", 2 * AMOUNT)]
    life.pay(AMOUNT)
    # Beneath its ceiling it goes on.
    assert life.debits() == [("planned", AMOUNT)]


@pytest.mark.parametrize("sent", [False, True])
def test_what_is_in_a_bank_file_stays_and_the_payment_becomes_credit(
    life: Paying, sent: bool
) -> None:
    life.run()
    life.run(FREEZING)
    if sent:
        life.desk.approve()
        life.desk.send()
    before = life.debits()
    life.pay(AMOUNT)
    assert life.debits() == before
    assert life.amounts() == [SCHEDULED, SCHEDULED, ("credit", -AMOUNT, "open")]
    assert balance(life, Account.EMPLOYER_CREDIT) == -AMOUNT
    if sent:
        life.declare("2026-11", on=date(2026, 12, 1))
        life.run(date(2026, 12, 22))
        assert life.debits()[1:] == [("announced", AMOUNT)], "the next debit uses it"


def test_what_was_refused_and_then_paid_is_not_presented_again(life: Paying) -> None:
    life.desk.send_all()
    attempt = life.desk.attempts()[0]
    refused = life.desk.bank.returned({attempt.end_to_end_id: 2 * AMOUNT}, reason="AM04")
    life.desk.take_in(refused, COLLECTION)
    life.pay(2 * AMOUNT)
    assert [status for status, _ in life.debits()] == ["cancelled"]
    assert life.amounts() == [PAID, PAID]
    life.run(date(2026, 12, 1))
    assert [status for status, _ in life.debits()] == ["cancelled"]


def test_the_dues_of_its_period_come_first(life: Paying) -> None:
    life.declare("2026-09", on=FILED)
    life.pay(2 * AMOUNT, period="2026-10")
    assert life.amounts() == [PAID, PAID, OPEN, OPEN]
    life.pay(AMOUNT)
    assert life.amounts() == [PAID, PAID, PAID, OPEN]


def test_who_owes_nothing_has_a_credit(life: Paying) -> None:
    life.pay(2 * AMOUNT)
    life.pay(500)
    assert life.amounts()[2:] == [("credit", -500, "open")]


@pytest.mark.parametrize("again", ["CH 12", "ch12", " Ch  12 "])
def test_the_same_payment_is_never_entered_twice(life: Paying, again: str) -> None:
    life.pay(AMOUNT, number="CH 12")
    with pytest.raises(PaymentKnown):
        life.pay(AMOUNT, number=again, by=KARIM)
    assert life.amounts() == [PAID, OPEN]
    life.pay(AMOUNT, number="CH 12", way=PaymentWay.TRANSFER)
    assert life.amounts() == [PAID, PAID]


def test_above_the_limit_it_waits_for_somebody_else(life: Paying) -> None:
    assert life.pay(LIMIT)[1] is PaymentStatus.BOOKED
    reference, status = life.pay(LIMIT + 1)
    assert status is PaymentStatus.WAITING
    before = life.amounts()
    with pytest.raises(SecondPersonNeeded):
        life.decide(reference, by=SAMIRA)
    assert (life.amounts(), life.payment(reference).decided_by) == (before, None)
    life.decide(reference)
    assert life.payment(reference).decided_by == KARIM
    assert life.amounts() == [*before, ("credit", -LIMIT - 1, "open")]
    with pytest.raises(NoLongerPossible):
        life.decide(reference, booked=False, by=NADIA)


def test_the_table_refuses_that_one_person_enters_and_decides(life: Paying) -> None:
    reference, _ = life.pay(LIMIT + 1)
    with pytest.raises(IntegrityError, match="two_people"):
        life.session.execute(
            update(Payment).where(Payment.reference == reference).values(decided_by=SAMIRA)
        )
    life.session.rollback()


def test_a_refused_payment_can_be_entered_with_the_right_amount(life: Paying) -> None:
    reference, _ = life.pay(LIMIT + 1, number="7")
    life.decide(reference, booked=False)
    assert life.amounts() == [OPEN, OPEN]
    assert life.pay(AMOUNT, number="7")[1] is PaymentStatus.BOOKED
    assert life.payment(reference).status is PaymentStatus.REFUSED


def test_a_payment_that_is_taken_back_is_owed_again(life: Paying) -> None:
    life.run()
    reference, _ = life.pay(AMOUNT + 1)
    with pytest.raises(SecondPersonNeeded):
        life.reverse(reference, by=SAMIRA)
    life.reverse(reference)
    assert life.payment(reference).status is PaymentStatus.REVERSED
    assert balance(life, Account.ELSEWHERE) == 0
    assert balance(life, Account.RECEIVABLE) == 2 * AMOUNT
    # An announced debit never grows: what is owed again has a notice of its own.
    assert life.debits()[0] == ("announced", AMOUNT - 1)
    life.run(date(2026, 11, 23))
    assert life.debits() == [("announced", AMOUNT - 1), ("announced", AMOUNT + 1)]
    with pytest.raises(NoLongerPossible):
        life.reverse(reference, by=NADIA)
    with pytest.raises(PaymentKnown):
        life.pay(1, number=life.payment(reference).number)


def test_an_unused_credit_goes_with_its_payment(life: Paying) -> None:
    reference, _ = life.pay(2 * AMOUNT + 700)
    life.reverse(reference)
    assert life.amounts() == [OPEN, OPEN]
    assert balance(life, Account.EMPLOYER_CREDIT) == balance(life, Account.ELSEWHERE) == 0


def test_what_was_used_of_a_credit_is_owed_as_an_adjustment(life: Paying) -> None:
    life.pay(2 * AMOUNT)
    reference, _ = life.pay(3 * AMOUNT)
    life.declare("2026-09", on=FILED)
    life.run()
    # Two dues were set off, one third of the credit is left.
    assert ("credit", -AMOUNT, "open") in life.amounts()
    life.reverse(reference)
    standing = [one for one in life.amounts() if one[2] in {"open", "scheduled"}]
    assert standing == [("adjustment", 2 * AMOUNT, "open")]
    assert balance(life, Account.ELSEWHERE) == 2 * AMOUNT
    life.run(date(2026, 11, 23))
    assert life.debits()[-1] == ("announced", 2 * AMOUNT)


def test_another_agency_has_no_such_employer_or_payment(life: Paying) -> None:
    elsewhere = Scope(-1)
    with pytest.raises(NotFound):
        life.pay(AMOUNT, scope=elsewhere)
    reference, _ = life.pay(LIMIT + 1)
    for act in (life.decide, life.reverse):
        with pytest.raises(NotFound):
            act(reference, scope=elsewhere)


def test_each_step_is_an_event(life: Paying) -> None:
    reference, _ = life.pay(LIMIT + 1)
    life.decide(reference)
    life.reverse(reference, by=NADIA)
    told = life.session.execute(
        select(Event.actor, Event.source, Event.target, Event.cause)
        .where(Event.subject == "payment")
        .order_by(Event.id)
    ).all()
    assert [tuple(one) for one in told] == [
        (SAMIRA, None, "waiting", "entered"),
        (KARIM, "waiting", "booked", "decided"),
        (NADIA, "booked", "reversed", "reversed"),
    ]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stage=st.sampled_from(["open", "planned", "announced", "frozen"]),
    amounts=st.lists(st.integers(1, 3 * AMOUNT), min_size=1, max_size=4),
    period=st.sampled_from([None, "2026-09", "2026-10"]),
    taken_back=st.booleans(),
)
def test_any_payment_at_any_time_adds_up(
    desk: Desk, stage: str, amounts: list[int], period: str | None, taken_back: bool
) -> None:
    """Successors make their due, what is booked makes the payment, nothing is in two debits."""
    desk.on = FILED
    life = Paying(desk)
    if stage == "planned":
        plan_debits(life.session, life.day(ANNOUNCING))
    elif stage != "open":
        life.run(ANNOUNCING)
    if stage == "frozen":
        life.run(FREEZING)
    # Half of what is owed comes after the debit.
    builders.declaration(
        life.session, life.day(FILED), life.owner, period="2026-09", worksites=("W1", "W2")
    )
    before = dict(life.session.execute(select(Debit.id, Debit.amount_centimes)).all())
    life.session.rollback()
    references = [life.pay(amount, period=period)[0] for amount in amounts]
    for reference, amount in zip(references, amounts, strict=True):
        booked = life.session.scalars(
            select(Posting.amount_centimes).where(
                Posting.account == Account.ELSEWHERE,
                Posting.source_key.in_([f"payment:{reference}", f"due:payment:{reference}"]),
            )
        ).all()
        assert sum(booked) == amount
    owed = 4 * AMOUNT
    changeable = 2 * AMOUNT if stage == "frozen" else owed
    mine = select(Due).where(Due.employer_id == life.owner.id)
    dues = life.session.scalars(mine).all()
    paid = sum(due.amount_centimes for due in dues if due.status.value == "paid_elsewhere")
    credit = -sum(due.amount_centimes for due in dues if due.amount_centimes < 0)
    assert paid == min(sum(amounts), changeable)
    assert paid + credit == sum(amounts)
    after = dict(life.session.execute(select(Debit.id, Debit.amount_centimes)).all())
    assert all(after[debit_id] <= amount for debit_id, amount in before.items())
    life.session.rollback()
    if taken_back:
        for reference in references:
            life.reverse(reference)
        standing = [one for one in life.amounts() if one[2] != "settled"]
        assert sum(centimes for _, centimes, _ in standing) == owed
        assert all(status in {"open", "scheduled"} for _, _, status in standing)
