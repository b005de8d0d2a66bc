"""Thousands of debits, each of which hears of itself in its own order: the books end alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.bank import Bank
from tests.bench.prepare import (
    ANNOUNCING,
    COLLECTION,
    FREEZING,
    ONE_DUE,
    prepare,
    session_in,
)
from tests.bench.run import run_in
from webapp.adapters.journal import SentJournal
from webapp.adapters.transports import FolderTransport
from webapp.domain.facts import AttemptState, Fact
from webapp.models import Account, Attempt, BankFile, Debit, Posting
from webapp.services.answers import import_answers
from webapp.services.bank_files import approve_bank_file, send_bank_files
from webapp.services.books import verify_books

REASON = "MS03"  # the office decides: what happens next is no part of this
# What is told of one debit; a return is told by two messages.
TOLD = {
    "accepted": Fact.ACCEPTED,
    "debited": Fact.DEBITED,
    "settled": Fact.SETTLED,
    "refused": Fact.REFUSED,
    "returned": Fact.RETURNED,
    "returned again": Fact.RETURNED,
}
CODES = {"accepted": "ACCP", "debited": "ACSC", "refused": "RJCT"}
ORDERS_WITH_REPEATS = 443

Order = tuple[str, ...]


def orders() -> list[Order]:
    """Every order of everything that can be told, of each part of it, and some with repeats."""
    each = [order for size in range(len(TOLD) + 1) for order in permutations(TOLD, size)]
    random = Random(5)
    return each + [
        tuple(random.choices(list(TOLD), k=random.randint(4, 9)))
        for _ in range(ORDERS_WITH_REPEATS)
    ]


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Session]:
    """One debit per order has been sent to its bank."""
    prepare(tmp_path, len(orders()), ONE_DUE)
    for name in ("drop", "inbox", "bank"):
        (tmp_path / name).mkdir()
    with session_in(tmp_path) as session:
        for on in (ANNOUNCING, FREEZING):
            run_in(session, tmp_path, on)
        day = builders.working_day(session, FREEZING, actor="salima")
        for reference in session.scalars(select(BankFile.reference)).all():
            session.commit()
            approve_bank_file(session, day, reference, tmp_path / "outbox")
        to = dict.fromkeys(("BNA", "POST"), FolderTransport(tmp_path / "drop"))
        send_bank_files(
            session, day, tmp_path / "outbox", to, SentJournal(tmp_path / "journal.jsonl")
        )
        yield session


def test_the_books_are_a_function_of_what_was_told_and_of_nothing_else(
    sent: Session, tmp_path: Path
) -> None:
    rows = sent.execute(
        select(Attempt.end_to_end_id, Attempt.amount_centimes, BankFile.reference)
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .order_by(Attempt.id)
    ).all()
    sent.commit()
    order_of = dict(zip([row.end_to_end_id for row in rows], orders(), strict=True))
    assert len(order_of) >= 2_000
    amounts = {row.end_to_end_id: row.amount_centimes for row in rows}
    bank = Bank(tmp_path / "bank")
    day = builders.working_day(sent, COLLECTION)
    for turn in range(max(map(len, order_of.values()))):
        for file in sorted({row.reference for row in rows}):
            here = [row.end_to_end_id for row in rows if row.reference == file]
            told = {name: order_of[name] for name in here}
            for path in _messages(bank, file, turn, told, amounts):
                import_answers(sent, day, builders.VAULT, path, tmp_path / "inbox")
    verify_books(sent)
    assert _ends(sent, order_of) == {
        name: _expected({TOLD[what] for what in order}) for name, order in order_of.items()
    }


def _messages(
    bank: Bank, file: str, turn: int, order_of: dict[str, Order], amounts: dict[str, int]
) -> Iterator[Path]:
    """What the bank tells in this turn: a message of each kind, about those whose turn it is."""
    heard: defaultdict[str, list[str]] = defaultdict(list)
    for name, order in order_of.items():
        if turn < len(order):
            heard[order[turn]].append(name)
    for what, names in heard.items():
        if what in CODES:
            yield bank.status(file, dict.fromkeys(names, CODES[what]), reason=REASON)
        elif what == "settled":
            yield bank.settled({name: amounts[name] for name in names})
        else:
            yield bank.returned({name: amounts[name] for name in names}, reason=REASON)


End = tuple[AttemptState, dict[Account, int]]


def _ends(session: Session, names: Iterable[str]) -> dict[str, End]:
    """Of each attempt its state, and its employer's books in parts of its amount."""
    rows = session.execute(
        select(
            Attempt.end_to_end_id,
            Attempt.state,
            Posting.account,
            func.sum(Posting.amount_centimes) / Attempt.amount_centimes,
            func.sum(Posting.amount_centimes) % Attempt.amount_centimes,
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(Posting, Posting.employer_id == Debit.employer_id)
        .group_by(Attempt.id, Posting.account)
    ).all()
    ends: dict[str, End] = {}
    for name, state, account, parts, rest in rows:
        assert not rest, (name, account, rest)
        books = ends.setdefault(name, (state or AttemptState.PRESENTED, {}))[1]
        if parts:
            books[account] = parts
    assert ends.keys() == set(names)
    return ends


def _expected(facts: set[Fact]) -> End:
    """What was told, whatever the order: money that came and did not go back is on the bank."""
    came, went = Fact.SETTLED in facts, Fact.RETURNED in facts
    failed = went or Fact.REFUSED in facts
    bank, owed = came - went, not (came and not failed)
    books = {
        Account.BANK: bank,
        Account.RECEIVABLE: int(owed),
        Account.INCOME: -1,
        Account.EMPLOYER_CREDIT: 1 - bank - owed,
    }
    furthest = [
        state
        for fact, state in (
            (Fact.SETTLED, AttemptState.SETTLED),
            (Fact.DEBITED, AttemptState.DEBITED),
            (Fact.ACCEPTED, AttemptState.ACCEPTED),
        )
        if fact in facts
    ]
    state = AttemptState.REFUSED if failed else [*furthest, AttemptState.PRESENTED][0]
    return state, {account: parts for account, parts in books.items() if parts}
