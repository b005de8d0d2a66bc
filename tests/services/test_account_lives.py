"""Whatever happens to an account, all that is told of it agrees: dues, debits, balance, books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from sqlalchemy import select

from tests.services.accounts import (
    FIRST,
    LAST,
    LIVES,
    Account,
    by_status,
    late_rules,
    statement_lines,
)
from tests.services.collecting import Desk
from webapp.domain.balances import Sums
from webapp.domain.reckonings import (
    Difference,
    GivenBack,
    InstalmentOf,
    OfBases,
    OfRate,
    PartOf,
    Reckoning,
)
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Account as BookAccount
from webapp.models import DebitLine, Declaration, DeclarationLine, Due, DueKind, Posting
from webapp.services.account_statements import StatementLine, read_statement
from webapp.services.books import Entry, Leg, post
from webapp.services.due_origins import OriginKind
from webapp.services.statement_queries import Movement

Happens = Callable[[Account], None]
PERIODS = ("2026-08", "2026-10", "2026-11")


@pytest.fixture
def life(desk: Desk) -> Account:
    late_rules(desk.session)
    return Account(desk)


def half_up(value: Fraction) -> int:
    """To the centime, worked out apart from the service."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def worked_out(reckoning: Reckoning) -> int:
    """What the numbers of a line make, by the rule that the line states."""
    match reckoning:
        case OfBases(leave, weather, rates):
            products = (
                Fraction(leave * rates.leave, 100_000),
                Fraction(weather * rates.weather_employer, 100_000),
                Fraction(weather * rates.weather_worker, 100_000),
            )
            return sum(half_up(one) for one in products)
        case OfRate(base, rate):
            return half_up(Fraction(base * rate, 100_000))
        case Difference(new, former):
            return new - former
        case PartOf(whole, others):
            return whole - others
        case InstalmentOf(principal, others):
            return principal - others
        case GivenBack(paid):
            return -paid


def held_for_them(due: Due) -> bool:
    """Money that is not theirs to owe: it came although it was not owed."""
    return due.kind is DueKind.CREDIT and due.revision is None and due.about_due_id is None


def declared_last(life: Account, period: str) -> int:
    """What the last revision of a period makes, line by line."""
    declarations = life.session.scalars(
        select(Declaration).where(Declaration.period == period).order_by(Declaration.revision)
    ).all()
    total = 0
    if declarations:
        for line in life.session.scalars(
            select(DeclarationLine).where(DeclarationLine.declaration_id == declarations[-1].id)
        ):
            total += line.leave_centimes
            total += line.weather_employer_centimes + line.weather_worker_centimes
    life.session.rollback()
    return total


def the_numbers_that_explain_an_amount_make_that_amount(life: Account) -> None:
    stored = {row.id: row.amount_centimes for row in life.rows()}
    told = life.every_due()
    assert {due.id: due.amount for due in told} == stored
    by_money = {OriginKind.LATE_MONEY, OriginKind.WENT_BACK, OriginKind.OVERPAID}
    for due in told:
        assert due.origin.kind is not OriginKind.RECORDED
        if due.origin.kind not in by_money or due.reckoning is not None:
            assert due.reckoning is not None, due
            assert worked_out(due.reckoning) == due.amount


def what_explains_the_lines_of_a_debit_explains_what_is_debited(life: Account) -> None:
    told = {due.id: due for due in life.every_due()}
    debits: dict[int, int] = {}
    for line in life.session.scalars(select(DebitLine).where(DebitLine.freed_at.is_(None))):
        reckoning = told[line.due_id].reckoning
        assert reckoning is not None
        debits[line.debit_id] = debits.get(line.debit_id, 0) + worked_out(reckoning)
    assert all(
        debits.get(one.id, 0) == one.amount_centimes
        for one in life.desk.debits()
        if one.id in debits
    )


def a_balance_says_what_the_dues_and_debits_say_row_by_row(life: Account) -> None:
    rows, debits = life.rows(), life.debit_of()
    told = {row.period.code: row.sums for row in life.balance().rows}
    for period in PERIODS:
        mine = [row for row in rows if row.period == period and not held_for_them(row)]
        sums = told.get(period, Sums())
        assert sums.declared == declared_last(life, period)
        settled = by_status(mine, DueStatus.SETTLED)
        assert sums.settled == settled
        assert sums.elsewhere == by_status(mine, DueStatus.PAID_ELSEWHERE)
        in_debit = [row for row in mine if row.status is DueStatus.SCHEDULED]
        by_stage = {
            "scheduled": set(DebitStatus) - {DebitStatus.REFUSED},
            "sent": {DebitStatus.SENT, DebitStatus.UNKNOWN, DebitStatus.ACCEPTED,
                     DebitStatus.DEBITED, DebitStatus.DISPUTED, DebitStatus.SETTLED},
            "debited": {DebitStatus.DEBITED, DebitStatus.DISPUTED, DebitStatus.SETTLED},
        }  # fmt: skip
        for name, statuses in by_stage.items():
            reached = [row.amount_centimes for row in in_debit if debits[row.id] in statuses]
            assert getattr(sums, name) == settled + sum(reached), name
        if all(row.amount_centimes > 0 for row in mine):
            assert sums.scheduled >= sums.sent >= sums.debited >= sums.settled


def every_difference_is_explained_to_the_centime(life: Account) -> None:
    balance = life.balance()
    for sums in (*(row.sums for row in balance.rows), balance.total):
        assert sum(sums.reasons.values()) == sums.difference
        assert "unexplained" not in sums.reasons


def the_books_say_the_same_as_the_balance(life: Account) -> None:
    """What is still to be received, and what the fund holds, each by its postings."""
    balance = life.balance()
    unpaid = ("not_scheduled", "under_way", "refused", "credited")
    told = sum(balance.total.reasons.get(one, 0) for one in unpaid) - balance.held_for_them
    assert told == life.in_the_books("receivable", "employer_credit")
    income = -life.in_the_books("income")
    in_schedule = balance.total.in_schedule
    assert balance.total.declared + balance.total.added - in_schedule == income


def a_statement_ends_where_the_books_stand(life: Account) -> None:
    statement = read_statement(life.session, life.owner.id, FIRST, LAST)
    books = life.in_the_books("receivable", "employer_credit")
    assert (statement.opening, statement.closing) == (0, books)
    assert statement.charged - statement.paid == books
    balance = 0
    for line in statement_lines(life):
        balance += line.amount
        assert line.balance == balance
    assert balance == books


def every_line_is_told_in_a_word_of_its_own(life: Account) -> None:
    assert Movement.OTHER not in {line.movement for line in statement_lines(life)}


def the_days_of_a_statement_join(life: Account) -> None:
    """What a part ends with, the next one begins with; no day is in two of them."""
    days = sorted(set(life.session.scalars(select(Posting.posted_on))))
    life.session.rollback()
    before, found = 0, []
    for first, last in zip(
        [FIRST, *days], [*(day - timedelta(days=1) for day in days), LAST], strict=True
    ):
        part = read_statement(life.session, life.owner.id, first, last)
        assert part.opening == before
        before = part.closing
        found += [(line.on, line.amount, line.balance) for line in part.lines]
    assert found == [(line.on, line.amount, line.balance) for line in statement_lines(life)]


def pages_of_a_statement_leave_nothing_out(life: Account) -> None:
    found: list[StatementLine] = []
    while True:
        after = found[-1].key if found else None
        page = read_statement(life.session, life.owner.id, FIRST, LAST, after, most=2)
        found += page.lines
        if not page.more:
            break
    assert found == statement_lines(life)


CHECKS = (
    the_numbers_that_explain_an_amount_make_that_amount,
    what_explains_the_lines_of_a_debit_explains_what_is_debited,
    a_balance_says_what_the_dues_and_debits_say_row_by_row,
    every_difference_is_explained_to_the_centime,
    the_books_say_the_same_as_the_balance,
    a_statement_ends_where_the_books_stand,
    every_line_is_told_in_a_word_of_its_own,
    the_days_of_a_statement_join,
    pages_of_a_statement_leave_nothing_out,
)


@pytest.mark.parametrize("happens", LIVES, ids=lambda one: one.__name__)
def test_all_that_is_told_of_an_account_agrees(life: Account, happens: Happens) -> None:
    happens(life)
    for check in CHECKS:
        check(life)


def test_books_that_nobody_balanced_would_be_seen(life: Account) -> None:
    """The fault that the comparison with the books looks for, planted."""
    owner = life.owner.id
    legs = (
        Leg("receivable", BookAccount.RECEIVABLE, 3, owner),
        Leg("income", BookAccount.INCOME, -3, owner),
    )
    post(life.session, date(2026, 11, 3), [Entry("planted", legs)])
    life.session.commit()
    with pytest.raises(AssertionError):
        the_books_say_the_same_as_the_balance(life)
