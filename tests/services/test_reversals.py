"""Debits made in error: two people agree, the bank is told once, and nobody is paid twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.correcting import Correcting
from webapp.adapters.transports import FolderTransport
from webapp.domain.alarms import Alarm
from webapp.domain.errors import (
    DeliveryUnknown,
    NoLongerPossible,
    NotFound,
    SecondPersonNeeded,
    TransportRefused,
)
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.rules import HealthRules
from webapp.domain.statuses import DebitStatus, DueStatus, ReversalStatus
from webapp.models import Account, DueKind, Event, Posting, RequestKind, Reversal
from webapp.services.books import verify_books
from webapp.services.health import look_for_trouble
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.sending_reversals import send_reversals
from webapp.services.staff.office_requests import ask, decide, withdraw
from webapp.services.staff.request_lists import open_requests
from webapp.services.staff.reversal_requests import (
    ask_for_reversal,
    collect_again,
    collected_debits,
)
from webapp.services.working_day import WorkingDay

EVERYBODY, ELSEWHERE = Scope(None), Scope(-1)
SAMIRA, KARIM = "staff:1", "staff:2"
REASON = "خصم مكرر"
SETTLED, REVERSED, REFUSED = DebitStatus.SETTLED, DebitStatus.REVERSED, DebitStatus.REFUSED


class Undoing:
    """An office with one settled debit that should never have been made."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.session = desk, desk.session
        debit = desk.debits()[0]
        self.owner, self.debit = debit.employer_id, debit.reference
        self.end_to_end_id = desk.attempts()[0].end_to_end_id
        self.session.rollback()

    def day(self, actor: str = SAMIRA) -> WorkingDay:
        return builders.working_day(self.session, self.desk.on, actor)

    def settle(self) -> None:
        self.desk.take_in(self.desk.bank.settled({self.end_to_end_id: AMOUNT}), COLLECTION)

    def ask(self, by: str = SAMIRA, scope: Scope = EVERYBODY) -> str:
        return ask_for_reversal(
            self.session, self.day(by), builders.VAULT, scope, self.owner, self.debit, REASON
        )

    def decide(self, reference: str, *, by: str = KARIM, granted: bool = True) -> None:
        decide(
            self.session, self.day(by), builders.VAULT, lambda *_: None, EVERYBODY, reference,
            granted=granted,
        )  # fmt: skip
        self.check()

    def agree(self) -> None:
        self.decide(self.ask())

    def send(self, transport: object = None) -> list[str]:
        way = transport or FolderTransport(self.desk.drop)
        return send_reversals(
            self.session, self.day(), self.desk.outbox, dict.fromkeys(("BNA", "POST"), way),
            self.desk.journal,
        )  # fmt: skip

    def take_in(self, path: Path) -> None:
        self.desk.take_in(path)
        self.check()

    def check(self) -> None:
        self.session.rollback()
        check_tables(self.session)

    @property
    def stands(self) -> tuple[DebitStatus, DueStatus, ReversalStatus]:
        self.session.expire_all()
        reversal = self.session.scalars(select(Reversal.status)).one()
        found = self.desk.debits()[0].status, self.desk.dues()[0].status, reversal
        self.session.rollback()
        return found

    def money(self) -> dict[Account, int]:
        found = {account: sum_ for account, sum_ in verify_books(self.session).items() if sum_}
        self.session.rollback()
        return found

    def delivered(self) -> list[Path]:
        return sorted(self.desk.drop.glob("RVSL-*"))

    @property
    def reference(self) -> str:
        return f"RVSL-{self.end_to_end_id}"

    # What the bank tells.
    def given_back(self) -> Path:
        return self.desk.bank.given_back({self.end_to_end_id: AMOUNT}, self.reference)

    def returned(self) -> Path:
        return self.desk.bank.returned({self.end_to_end_id: AMOUNT})

    def reversal_refused(self) -> Path:
        return self.desk.bank.status(
            self.reference, {self.end_to_end_id: "RJCT"}, reason="AC04", group="RJCT"
        )

    def reversal_accepted(self) -> Path:
        return self.desk.bank.status(self.reference, {self.end_to_end_id: "ACCP"}, group="ACCP")


@pytest.fixture
def life(sent: Desk) -> Undoing:
    found = Undoing(sent)
    found.settle()
    return found


def test_one_person_alone_undoes_nothing(life: Undoing) -> None:
    reference = life.ask()
    for granted in (True, False):
        with pytest.raises(SecondPersonNeeded):
            life.decide(reference, by=SAMIRA, granted=granted)
    assert life.send() == []
    assert life.delivered() == []
    life.decide(reference)
    assert life.send() == [life.reference]
    assert life.stands == (SETTLED, DueStatus.SETTLED, ReversalStatus.SENT)


def test_what_a_colleague_declines_or_who_asked_takes_back_is_not_sent(life: Undoing) -> None:
    life.decide(life.ask(), granted=False)
    withdraw(life.session, life.day(), EVERYBODY, life.ask())
    assert life.send() == []
    (shown,) = collected_debits(life.session, EVERYBODY, life.owner)
    assert (shown.reference, shown.can_be, shown.asked, shown.undone) == (
        life.debit,
        True,
        "",
        None,
    )


def test_it_stands_in_the_list_of_decisions_with_its_debit(life: Undoing) -> None:
    reference = life.ask()
    (waiting,) = open_requests(life.session, builders.VAULT, EVERYBODY)
    assert (waiting.kind, waiting.debit, waiting.amount) == (
        RequestKind.REVERSAL,
        life.debit,
        AMOUNT,
    )
    assert (waiting.reference, waiting.reason) == (reference, REASON)
    (shown,) = collected_debits(life.session, EVERYBODY, life.owner)
    assert (shown.can_be, shown.asked) == (False, reference)
    with pytest.raises(NoLongerPossible):
        life.ask(KARIM)
    assert collected_debits(life.session, ELSEWHERE, life.owner) == ()
    with pytest.raises(NotFound):
        life.ask(scope=ELSEWHERE)


def test_a_debit_is_undone_once(life: Undoing) -> None:
    life.agree()
    with pytest.raises(NoLongerPossible):
        life.ask()
    assert life.send() == [life.reference]
    assert life.send() == []
    life.take_in(life.given_back())
    with pytest.raises(NoLongerPossible):
        life.ask()
    first = life.session.scalars(select(Reversal)).one()
    life.session.add(
        Reversal(
            reference="RVSL-X",
            attempt_id=first.attempt_id,
            request_id=first.request_id,
            status=ReversalStatus.AGREED,
            agreed_at=first.agreed_at,
        )
    )
    with pytest.raises(IntegrityError):
        life.session.flush()
    life.session.rollback()


def test_what_the_bank_has_not_debited_or_has_given_back_is_not_undone(sent: Desk) -> None:
    life = Undoing(sent)
    with pytest.raises(NoLongerPossible):
        life.ask()
    life.settle()
    reference = life.ask()
    life.take_in(life.returned())
    with pytest.raises(NoLongerPossible):
        life.decide(reference)
    life.decide(reference, granted=False)
    assert life.send() == []


def test_a_return_before_it_leaves_keeps_it_back(life: Undoing) -> None:
    life.agree()
    life.take_in(life.returned())
    assert life.send() == []
    assert life.stands == (REVERSED, DueStatus.GIVEN_BACK, ReversalStatus.DROPPED)
    assert life.money() == {Account.RECEIVABLE: AMOUNT, Account.INCOME: -AMOUNT}


def test_once_booked_the_money_is_gone_and_the_due_waits_for_the_office(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.reversal_accepted())
    assert life.stands == (SETTLED, DueStatus.SETTLED, ReversalStatus.SENT)
    life.take_in(life.given_back())
    assert life.stands == (REVERSED, DueStatus.GIVEN_BACK, ReversalStatus.BOOKED)
    assert life.money() == {Account.RECEIVABLE: AMOUNT, Account.INCOME: -AMOUNT}
    count = life.session.scalar(select(func.count()).select_from(Posting))
    life.take_in(life.given_back())
    assert life.session.scalar(select(func.count()).select_from(Posting)) == count
    life.desk.run(COLLECTION)
    life.check()
    assert [debit.status for debit in life.desk.debits()] == [REVERSED], "nothing debits it again"


ANSWERS: dict[str, Callable[[Undoing], Path]] = {
    "settled": lambda life: life.desk.bank.settled({life.end_to_end_id: AMOUNT}),
    "given_back": Undoing.given_back,
    "returned": Undoing.returned,
    "refused": Undoing.reversal_refused,
}


ORDERS = list(permutations(ANSWERS))
SOME = {("refused", *order) if order[0] == "settled" else (*order, "refused")
        for order in permutations(list(ANSWERS)[:3])}  # fmt: skip


@pytest.mark.parametrize(
    "order",
    [pytest.param(o, marks=[] if o in SOME else pytest.mark.torture) for o in ORDERS],
    ids="-".join,
)
def test_whatever_the_order_nobody_is_paid_twice(sent: Desk, order: tuple[str, ...]) -> None:
    """A return and a reversal both: the money left twice, and the employer is owed nothing."""
    life = Undoing(sent)
    reference = sent.files()[0].reference
    sent.take_in(sent.bank.status(reference, {life.end_to_end_id: "ACSC"}), COLLECTION)
    life.agree()
    life.send()
    for name in order:
        life.take_in(ANSWERS[name](life))
    assert life.stands == (REVERSED, DueStatus.GIVEN_BACK, ReversalStatus.BOOKED)
    assert life.money() == {
        Account.BANK: -AMOUNT,
        Account.SUSPENSE: AMOUNT,
        Account.RECEIVABLE: AMOUNT,
        Account.INCOME: -AMOUNT,
    }


@pytest.mark.parametrize(
    "order", [("settled", "refused", "returned"), ("returned", "settled", "refused")]
)
def test_a_return_instead_of_the_reversal_ends_the_same(sent: Desk, order: tuple[str, ...]) -> None:
    life = Undoing(sent)
    reference = sent.files()[0].reference
    sent.take_in(sent.bank.status(reference, {life.end_to_end_id: "ACSC"}), COLLECTION)
    life.agree()
    life.send()
    for name in order:
        life.take_in(ANSWERS[name](life))
    assert life.stands == (REVERSED, DueStatus.GIVEN_BACK, ReversalStatus.REFUSED)
    assert life.money() == {Account.RECEIVABLE: AMOUNT, Account.INCOME: -AMOUNT}


def test_a_refusal_of_the_reversal_refuses_no_debit(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.reversal_refused())
    assert life.stands == (SETTLED, DueStatus.SETTLED, ReversalStatus.REFUSED)
    (shown,) = collected_debits(life.session, EVERYBODY, life.owner)
    assert (shown.undone, shown.reason_code) == (ReversalStatus.REFUSED, "AC04")
    assert life.money() == {Account.BANK: AMOUNT, Account.INCOME: -AMOUNT}


def test_what_was_given_back_is_due_again_at_the_word_of_the_office_alone(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.given_back())
    due_id = life.desk.dues()[0].id
    with pytest.raises(NotFound):
        collect_again(life.session, life.day(), ELSEWHERE, due_id)
    collect_again(life.session, life.day(), EVERYBODY, due_id)
    life.check()
    with pytest.raises(NoLongerPossible):
        collect_again(life.session, life.day(), EVERYBODY, due_id)
    life.desk.run(COLLECTION)
    life.check()
    assert [debit.status for debit in life.desk.debits()] == [REVERSED, DebitStatus.ANNOUNCED]
    assert life.desk.debits()[1].amount_centimes == AMOUNT, "the error costs the employer nothing"


def test_what_was_given_back_is_given_up_by_two_people(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.given_back())
    due_id = life.desk.dues()[0].id
    life.session.rollback()
    reference = ask(
        life.session, life.day(), builders.VAULT, EVERYBODY, RequestKind.WAIVER, due_id, REASON
    )
    with pytest.raises(NoLongerPossible):
        collect_again(life.session, life.day(), EVERYBODY, due_id)
    life.decide(reference)
    assert life.stands == (REVERSED, DueStatus.WAIVED, ReversalStatus.BOOKED)
    assert life.money() == {Account.WAIVED: AMOUNT, Account.INCOME: -AMOUNT}


def doubts(life: Undoing, days: int) -> list[str]:
    """What somebody must look at so many days later."""
    later = builders.working_day(life.session, COLLECTION + timedelta(days=days))
    found = look_for_trouble(life.session, later, HealthRules())
    life.session.rollback()
    return [one.about for one in found if one.alarm is Alarm.FILE_IN_DOUBT]


class Failing:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def deliver(self, source: Path, name: str) -> None:
        raise self.error


def test_what_certainly_stayed_waits_and_leaves_with_the_next_sending(life: Undoing) -> None:
    life.agree()
    with pytest.raises(TransportRefused):
        life.send(Failing(TransportRefused(name="x", reason="no_folder")))
    assert life.stands[2] is ReversalStatus.AGREED
    assert life.send() == [life.reference]


def test_what_may_have_left_is_never_sent_again_and_the_bank_tells(life: Undoing) -> None:
    life.agree()
    with pytest.raises(DeliveryUnknown):
        life.send(Failing(DeliveryUnknown(name="x")))
    assert life.send() == []
    assert life.stands[2] is ReversalStatus.UNKNOWN
    assert doubts(life, 1) == []
    assert doubts(life, 3) == [life.reference], "somebody asks the bank"
    life.take_in(life.given_back())
    assert doubts(life, 3) == []
    assert life.stands == (REVERSED, DueStatus.GIVEN_BACK, ReversalStatus.BOOKED)


def test_a_killed_sending_is_never_repeated(life: Undoing) -> None:
    life.agree()
    with pytest.raises(KeyboardInterrupt):
        life.send(Failing(KeyboardInterrupt()))  # type: ignore[arg-type]
    life.session.rollback()
    assert life.send() == []
    assert life.stands[2] is ReversalStatus.UNKNOWN
    assert life.delivered() == []


def test_what_the_journal_knows_is_not_sent_by_a_database_that_forgot_it(life: Undoing) -> None:
    life.agree()
    life.desk.journal.append([{"reversal": life.reference, "of": life.end_to_end_id}])
    assert life.send() == []
    assert life.stands[2] is ReversalStatus.UNKNOWN
    assert life.delivered() == []


def test_a_credit_that_was_used_in_it_is_the_employers_again(desk: Desk) -> None:
    desk.file_one()
    owner = desk.dues()[0].employer_id
    credit = NewDue(
        "credit:1", DueKind.CREDIT, owner, None, "2026-09", Centimes(-500), FILED, FILED
    )
    add_dues(desk.session, builders.working_day(desk.session, FILED), [credit])
    desk.session.commit()
    desk.send_all()
    life = Undoing(desk)
    asked = AMOUNT - 500
    desk.take_in(desk.bank.settled({life.end_to_end_id: asked}), COLLECTION)
    life.check()
    life.agree()
    life.send()
    life.take_in(desk.bank.given_back({life.end_to_end_id: asked}, life.reference))
    assert [due.status for due in desk.dues()] == [DueStatus.GIVEN_BACK, DueStatus.OPEN]
    assert life.money()[Account.RECEIVABLE] == AMOUNT
    assert life.money()[Account.EMPLOYER_CREDIT] == -500


def test_what_is_corrected_after_it_was_given_back_waits_still(desk: Desk) -> None:
    declared = Correcting(desk)
    desk.send_all()
    life = Undoing(desk)
    asked = desk.attempts()[0].amount_centimes
    life.session.rollback()
    desk.take_in(desk.bank.settled({life.end_to_end_id: asked}), COLLECTION)
    life.agree()
    life.send()
    life.take_in(desk.bank.given_back({life.end_to_end_id: asked}, life.reference))
    declared.correct(COLLECTION, W1=900_000_00, W2=100_000_000)
    stand = {due.status for due in desk.dues()}
    assert stand == {DueStatus.GIVEN_BACK, DueStatus.SUPERSEDED}
    desk.run(COLLECTION)
    life.check()
    assert [debit.status for debit in desk.debits()] == [REVERSED]


def test_a_part_of_a_debit_is_no_reversal_of_it(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.desk.bank.given_back({life.end_to_end_id: AMOUNT - 1}, life.reference))
    assert life.stands == (SETTLED, DueStatus.SETTLED, ReversalStatus.SENT)
    assert life.money()[Account.SUSPENSE] == AMOUNT - 1


def test_each_step_is_one_event(life: Undoing) -> None:
    life.agree()
    life.send()
    life.take_in(life.given_back())
    told = life.session.execute(
        select(Event.actor, Event.source, Event.target)
        .where(Event.subject == "reversal")
        .order_by(Event.id)
    ).all()
    assert tuple(told[0]) == (KARIM, None, "agreed")
    assert [row.target for row in told] == ["agreed", "sending", "sent", "booked"]
    for subject, target in (("debit", "reversed"), ("due", "given_back")):
        wanted = select(func.count()).where(Event.subject == subject, Event.target == target)
        assert life.session.scalar(wanted) == 1
