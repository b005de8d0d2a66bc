"""The statement of account: what the books say of one employer, line by line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.services.accounts import (
    FIRST,
    LAST,
    Account,
    collects,
    is_credited,
    is_refused_and_paid_all_the_same,
    is_refused_and_surcharged,
    is_told_of_a_return,
    late_rules,
    raises_an_announced_amount,
    selects,
    statement_lines,
    uses_a_part_of_its_credit,
    uses_its_credit,
)
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.correcting import MILLION, owed_on
from webapp.models import Account as BookAccount
from webapp.models import DueKind
from webapp.services.account_statements import read_statement
from webapp.services.books import Entry, Leg, post
from webapp.services.statement_queries import Movement

FULL, HALF, MORE = owed_on(MILLION), owed_on(MILLION // 2), owed_on(MILLION * 3 // 2)
Happens = Callable[[Account], None]


@pytest.fixture
def life(desk: Desk) -> Account:
    late_rules(desk.session)
    return Account(desk)


def told(life: Account) -> list[tuple[Movement, bool, int]]:
    return [(line.movement, line.is_credit, line.amount) for line in statement_lines(life)]


def test_the_dues_of_one_declaration_are_one_line(life: Account) -> None:
    (line,) = statement_lines(life)
    assert (line.movement, line.kind, line.amount) == (
        Movement.CHARGED, DueKind.CONTRIBUTION, 2 * FULL,
    )  # fmt: skip
    assert (line.on, line.worksites) == (FILED, 2)
    assert line.period is not None and line.period.code == "2026-10"


def test_what_is_received_names_its_debit(life: Account) -> None:
    collects(life)
    line = statement_lines(life)[-1]
    assert (line.movement, line.amount, line.balance) == (Movement.RECEIVED, -2 * FULL, 0)
    assert line.reference == life.desk.debits()[0].reference
    assert line.on == COLLECTION


def test_a_return_is_owed_again(life: Account) -> None:
    is_told_of_a_return(life)
    assert told(life)[1:] == [
        (Movement.RECEIVED, False, -2 * FULL),
        (Movement.RETURNED, False, 2 * FULL),
    ]


def test_money_after_a_refusal_is_a_credit(life: Account) -> None:
    is_refused_and_paid_all_the_same(life)
    assert told(life)[-1] == (Movement.RECEIVED, True, -2 * FULL)


def test_an_adjustment_a_surcharge_and_a_credit_have_their_kinds(life: Account) -> None:
    raises_an_announced_amount(life)
    assert [(line.kind, line.amount) for line in statement_lines(life)][1:] == [
        (DueKind.ADJUSTMENT, MORE - FULL)
    ]


def test_a_surcharge_stands_on_the_day_that_it_was_made(life: Account) -> None:
    is_refused_and_surcharged(life)
    line = statement_lines(life)[-1]
    assert (line.kind, line.amount, line.on) == (
        DueKind.SURCHARGE, 2 * FULL // 20, date(2026, 12, 1),
    )  # fmt: skip


def test_what_is_taken_off_before_the_debit_lowers_the_balance(life: Account) -> None:
    life.correct(ANNOUNCING, W1=MILLION // 2, W2=MILLION)
    assert told(life)[-1] == (Movement.REDUCED, False, HALF - FULL)


def test_a_credit_is_granted_then_used(life: Account) -> None:
    is_credited(life)
    assert told(life)[-1] == (Movement.REDUCED, True, HALF - 2 * FULL)
    other = Account(life.desk)
    uses_a_part_of_its_credit(other)
    assert told(other)[-2:] == [
        (Movement.SET_OFF, False, -HALF),
        (Movement.SET_OFF, True, HALF),
    ]


def test_a_debit_that_uses_a_credit_is_told_by_what_it_took(life: Account) -> None:
    uses_its_credit(life)
    (debit,) = [one for one in life.desk.debits() if one.collect_on > COLLECTION]
    for before in (8, 2):
        life.desk.run(debit.collect_on - timedelta(days=before))
    life.desk.approve()
    life.desk.send()
    sent = life.desk.attempts()[-1]
    money = life.desk.bank.settled({sent.end_to_end_id: sent.amount_centimes})
    life.desk.take_in(money, debit.collect_on)
    assert told(life)[-1] == (Movement.RECEIVED, False, -debit.amount_centimes)


@pytest.mark.parametrize(
    ("key", "account", "against", "amount", "movement"),
    [
        ("payment:KP1:booked", BookAccount.RECEIVABLE, BookAccount.ELSEWHERE, -5,
         Movement.PAID_ELSEWHERE),
        ("payment:KP1:reversed", BookAccount.RECEIVABLE, BookAccount.ELSEWHERE, 5,
         Movement.TAKEN_BACK),
        ("waived:1", BookAccount.RECEIVABLE, BookAccount.WAIVED, -5, Movement.WAIVED),
        ("refund:1", BookAccount.EMPLOYER_CREDIT, BookAccount.REFUNDS, 5, Movement.REFUNDED),
        ("schedule:KS1:taken", BookAccount.RECEIVABLE, BookAccount.INCOME, -5,
         Movement.RESCHEDULED),
        ("due:went-back:E1", BookAccount.RECEIVABLE, BookAccount.EMPLOYER_CREDIT, 5,
         Movement.WENT_BACK),
        ("attempt:0:refused", BookAccount.RECEIVABLE, BookAccount.EMPLOYER_CREDIT, 5,
         Movement.REFUSED),
        ("anything", BookAccount.RECEIVABLE, BookAccount.SUSPENSE, 5, Movement.OTHER),
    ],
)  # fmt: skip
def test_every_kind_of_entry_is_known_by_what_it_books(
    life: Account, key: str, account: BookAccount, against: BookAccount, amount: int,
    movement: Movement,
) -> None:  # fmt: skip
    owner = life.owner.id
    legs = (Leg("a", account, amount, owner), Leg("b", against, -amount, owner))
    post(life.session, COLLECTION, [Entry(key, legs)])
    life.session.commit()
    found = [line for line in statement_lines(life) if line.on == COLLECTION]
    assert {line.movement for line in found} == {movement}
    assert found[0].amount == amount
    if key.startswith(("payment", "schedule")):
        assert found[0].reference in {"KP1", "KS1"}


def test_the_entries_of_others_are_left_out(life: Account) -> None:
    other = Account(life.desk)
    collects(other)
    assert [line.amount for line in statement_lines(life)][:1] == [2 * FULL]
    assert all(line.kind is not None or line.reference for line in statement_lines(life))
    assert statement_lines(life)[-1].balance == life.in_the_books("receivable", "employer_credit")


def test_a_statement_of_many_lines_asks_as_often_as_of_one(life: Account) -> None:
    def read() -> object:
        return read_statement(life.session, life.owner.id, FIRST, LAST)

    read()
    few = selects(life.session, read)
    for month in range(1, 10):
        life.declare(f"2026-0{month}")
    read()
    assert selects(life.session, read) == few
