"""Money in suspense becomes an employer's credit: asked for by one, agreed to by another, once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, Desk
from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded, ShownChanged
from webapp.models import Account, BankEntry, DueKind, Event, Subject
from webapp.services.account_statements import read_statement
from webapp.services.books import verify_books
from webapp.services.staff.debit_queues import Wanted
from webapp.services.staff.queue_marks import Ticked
from webapp.services.staff.unmatched_queue import Unmatched, sum_of_unmatched, unmatched
from webapp.services.sums import Sum
from webapp.services.suspense_assigning import ask_to_assign, decide_to_assign
from webapp.services.working_day import WorkingDay

SALIMA, KARIM = "staff:1", "staff:2"
LOST = 5_000_00


@dataclass
class Suspense:
    """An office with money that no reference of ours goes with."""

    desk: Desk

    def by(self, actor: str) -> WorkingDay:
        return builders.working_day(self.desk.session, COLLECTION, actor)

    def lines(self, wanted: Wanted | None = None) -> list[Unmatched]:
        found, more = unmatched(self.desk.session, wanted or Wanted())
        assert not more
        assert sum_of_unmatched(self.desk.session, wanted or Wanted()).count == len(found)
        return found

    def shown(self) -> Ticked:
        return Ticked(self.lines()[0].id, self.lines()[0].mark)

    def ask(self) -> Ticked:
        ask_to_assign(self.desk.session, self.by(SALIMA), self.shown(), self.owner())
        return self.shown()

    def owner(self) -> int:
        found = self.desk.debits()[0].employer_id
        self.desk.session.rollback()
        return found

    def credits(self) -> list[int]:
        return [due.amount_centimes for due in self.desk.dues() if due.kind is DueKind.CREDIT]

    def books(self) -> dict[Account, int]:
        found = verify_books(self.desk.session)
        self.desk.session.rollback()
        return found


@pytest.fixture
def suspense(sent: Desk) -> Suspense:
    sent.take_in(sent.bank.settled({"NOBODY-KNOWS": LOST}), COLLECTION)
    sent.session.rollback()
    return Suspense(sent)


def test_money_becomes_a_credit_when_a_second_person_agrees(suspense: Suspense) -> None:
    asked = suspense.ask()
    assert suspense.lines()[0].asked_by == SALIMA
    assert suspense.credits() == [] and suspense.books()[Account.SUSPENSE] == -LOST
    decide_to_assign(suspense.desk.session, suspense.by(KARIM), asked, agreed=True)
    assert suspense.credits() == [-LOST]
    books = suspense.books()
    assert (books[Account.SUSPENSE], books[Account.EMPLOYER_CREDIT]) == (0, -LOST)
    assert suspense.lines() == []


def test_nobody_agrees_to_what_they_have_asked_for(suspense: Suspense) -> None:
    asked = suspense.ask()
    with pytest.raises(SecondPersonNeeded):
        decide_to_assign(suspense.desk.session, suspense.by(SALIMA), asked, agreed=True)
    assert suspense.credits() == []


def test_agreed_to_twice_is_booked_once(suspense: Suspense) -> None:
    asked = suspense.ask()
    decide_to_assign(suspense.desk.session, suspense.by(KARIM), asked, agreed=True)
    with pytest.raises(ShownChanged):
        decide_to_assign(suspense.desk.session, suspense.by(KARIM), asked, agreed=True)
    latest = Ticked(asked.id, _last_event(suspense))
    with pytest.raises(NoLongerPossible):
        ask_to_assign(suspense.desk.session, suspense.by(KARIM), latest, suspense.owner())
    assert suspense.credits() == [-LOST]


def _last_event(suspense: Suspense) -> int:
    found = suspense.desk.session.scalars(
        select(Event.id).where(Event.subject == Subject.BANK_MESSAGE).order_by(Event.id.desc())
    ).first()
    suspense.desk.session.rollback()
    return found or 0


def test_what_is_declined_waits_again_for_another(suspense: Suspense) -> None:
    decide_to_assign(suspense.desk.session, suspense.by(KARIM), suspense.ask(), agreed=False)
    assert suspense.credits() == [] and not suspense.lines()[0].asked_for
    with pytest.raises(NoLongerPossible):
        decide_to_assign(suspense.desk.session, suspense.by(KARIM), suspense.shown(), agreed=True)
    suspense.ask()
    assert suspense.lines()[0].asked_for


def test_money_that_two_messages_tell_waits_once_and_is_given_once(suspense: Suspense) -> None:
    desk = suspense.desk
    desk.take_in(desk.bank.settled({"NOBODY-KNOWS": LOST}), COLLECTION)
    desk.session.rollback()
    assert sum_of_unmatched(desk.session, Wanted()) == Sum(1, LOST)
    assert suspense.books()[Account.SUSPENSE] == -LOST
    second = desk.session.scalars(select(BankEntry.id).order_by(BankEntry.id.desc())).first()
    desk.session.rollback()
    with pytest.raises(NoLongerPossible):
        ask_to_assign(desk.session, suspense.by(SALIMA), Ticked(second or 0, 0), suspense.owner())
    decide_to_assign(desk.session, suspense.by(KARIM), suspense.ask(), agreed=True)
    assert suspense.lines() == [] and suspense.books()[Account.SUSPENSE] == 0


def test_two_equal_credits_of_one_message_are_two_whoever_tells_them_again(
    suspense: Suspense,
) -> None:
    desk = suspense.desk
    for _ in range(2):
        path = desk.bank.settled({"TWICE": 300})
        before, entry, after = re.split("(<Ntry>.*</Ntry>)", path.read_text(), flags=re.DOTALL)
        path.write_text(before + entry * 2 + after)
        desk.take_in(path, COLLECTION)
    desk.session.rollback()
    waiting = sum_of_unmatched(desk.session, Wanted())
    assert waiting == Sum(3, LOST + 600)
    assert suspense.books()[Account.SUSPENSE] == -waiting.centimes


def test_the_queue_holds_what_the_books_hold_in_suspense(suspense: Suspense) -> None:
    desk = suspense.desk
    attempt = desk.attempts()[0].end_to_end_id
    desk.take_in(desk.bank.settled({attempt: AMOUNT + 1}), COLLECTION)
    desk.take_in(desk.bank.returned({"ELSEWHERE": LOST - 7}), COLLECTION)
    desk.session.rollback()
    waiting = sum_of_unmatched(desk.session, Wanted())
    assert waiting == Sum(3, AMOUNT + 1 + 7)
    assert suspense.books()[Account.SUSPENSE] == -waiting.centimes


def test_money_that_went_out_is_nobodys_credit(suspense: Suspense) -> None:
    desk = suspense.desk
    desk.take_in(desk.bank.returned({"ELSEWHERE": LOST}), COLLECTION)
    desk.session.rollback()
    with pytest.raises(NoLongerPossible):
        ask_to_assign(desk.session, suspense.by(SALIMA), suspense.shown(), suspense.owner())


def test_a_wrong_amount_names_the_debit_whose_reference_it_carries(suspense: Suspense) -> None:
    desk = suspense.desk
    attempt, reference = desk.attempts()[0].end_to_end_id, desk.debits()[0].reference
    desk.take_in(desk.bank.settled({attempt: AMOUNT + 1}), COLLECTION)
    desk.session.rollback()
    wrong, lost = suspense.lines()
    assert (wrong.ours, wrong.employer_id) == (reference, suspense.owner())
    assert (lost.ours, lost.employer_id) == ("", None)


def test_the_employer_reads_where_the_credit_comes_from(suspense: Suspense) -> None:
    decide_to_assign(suspense.desk.session, suspense.by(KARIM), suspense.ask(), agreed=True)
    found = read_statement(suspense.desk.session, suspense.owner(), COLLECTION, COLLECTION, most=50)
    assert [(line.movement, line.amount) for line in found.lines] == [("identified", -LOST)]


def test_an_unknown_employer_or_entry_is_refused(suspense: Suspense) -> None:
    session, day = suspense.desk.session, suspense.by(SALIMA)
    with pytest.raises(NotFound):
        ask_to_assign(session, day, suspense.shown(), 10**6)
    with pytest.raises(NotFound):
        ask_to_assign(session, day, Ticked(10**6, 0), suspense.owner())
