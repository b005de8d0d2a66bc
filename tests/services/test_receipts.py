"""A receipt: of money that came, for what it was, and void when it went."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests import builders
from tests.services.accounts import (
    LATE,
    Account,
    collects,
    is_credited,
    is_refused_and_paid_all_the_same,
    is_told_of_a_return,
    sends,
    uses_a_part_of_its_credit,
    uses_its_credit,
)
from tests.services.collecting import COLLECTION, Desk
from tests.services.people import RULES
from webapp.domain.check_codes import CheckCode, PaperKind
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import Attempt, Debit
from webapp.services.paper_checks import check_code
from webapp.services.receipts import CheckedReceipt, Receipt, find_receipt

V = builders.VAULT
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OCTOBER = 25_920_000
# What brings money, or takes it away.
LIVES = [
    sends, collects, is_credited, uses_its_credit, uses_a_part_of_its_credit, is_told_of_a_return,
    is_refused_and_paid_all_the_same,
]  # fmt: skip


def receipt_of(life: Account) -> Receipt:
    reference = life.desk.debits()[0].reference
    life.session.rollback()
    return find_receipt(life.session, V, life.owner.id, reference)


def checked(life: Account, code: str) -> CheckedReceipt:
    found = check_code(life.session, life.day(), V, RULES, CheckCode.parse(code))
    assert isinstance(found, CheckedReceipt)
    return found


def test_a_settled_debit_has_a_receipt_of_what_it_was_for(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    receipt = receipt_of(life)
    attempt = desk.attempts()[0]
    assert (receipt.amount, receipt.settled_on) == (OCTOBER, COLLECTION)
    assert receipt.attempt_reference == attempt.end_to_end_id
    assert [line.amount for line in receipt.lines] == [OCTOBER // 2, OCTOBER // 2]
    assert [one.code for one in receipt.periods] == ["2026-10"]
    assert CheckCode.parse(receipt.code).kind is PaperKind.RECEIPT
    life.session.rollback()
    found = checked(life, receipt.code)
    assert (found.number, found.amount, found.void_on) == (receipt.number, OCTOBER, None)


@ONE_ENGINE
@pytest.mark.parametrize("happens", LIVES)
def test_a_receipt_is_of_money_that_the_fund_has(desk: Desk, happens: object) -> None:
    """Whatever has happened, there is a receipt where there is money, and its lines add up."""
    life = Account(desk)
    happens(life)  # type: ignore[operator]
    debits = [(one.reference, one.status) for one in desk.debits()]
    life.session.rollback()
    for reference, status in debits:
        try:
            receipt = find_receipt(life.session, V, life.owner.id, reference)
        except NotFound:
            assert status is not DebitStatus.SETTLED
            continue
        assert status is DebitStatus.SETTLED
        assert sum(line.amount for line in receipt.lines) == receipt.amount


@ONE_ENGINE
def test_what_the_bank_took_back_has_no_receipt_and_the_old_one_says_so(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    code = receipt_of(life).code
    attempt = desk.attempts()[0].end_to_end_id
    life.session.rollback()
    desk.take_in(desk.bank.returned({attempt: OCTOBER}), LATE)
    with pytest.raises(NotFound):
        receipt_of(life)
    found = checked(life, code)
    assert found.void_on == LATE and not found.given_back


@ONE_ENGINE
def test_what_the_fund_gave_back_has_no_receipt_either(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    code = receipt_of(life).code
    life.session.execute(update(Attempt).values(reversed_at=life.day(LATE).now))
    life.session.commit()
    with pytest.raises(NotFound):
        receipt_of(life)
    assert (checked(life, code).void_on, checked(life, code).given_back) == (LATE, True)


@ONE_ENGINE
def test_a_contested_debit_that_was_paid_keeps_its_receipt(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    life.session.execute(update(Debit).values(status=DebitStatus.DISPUTED))
    life.session.commit()
    assert receipt_of(life).amount == OCTOBER


@ONE_ENGINE
def test_the_receipt_of_another_is_missing(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    reference = desk.debits()[0].reference
    other = builders.employer(desk.session).id
    desk.session.rollback()
    for owner, asked in ((other, reference), (life.owner.id, "KM00000000-261130")):
        with pytest.raises(NotFound):
            find_receipt(desk.session, V, owner, asked)
