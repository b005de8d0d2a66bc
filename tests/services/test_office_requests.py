"""Waivers and refunds: one person asks with a reason, another one decides, and only then."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.paying import EVERYBODY, KARIM, NADIA, SAMIRA, Paying
from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.models import (
    Account,
    Due,
    DueKind,
    Event,
    OfficeRequest,
    PaymentWay,
    RequestKind,
    RequestStatus,
)
from webapp.services.books import verify_books
from webapp.services.data_exports import export_data
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.staff.office_requests import (
    ask,
    count_open_requests,
    decide,
    withdraw,
)
from webapp.services.staff.request_lists import find_request, open_requests

SURCHARGE = 648_000
REASON = "العذر: إضراب في البريد"
WAIVER, REFUND = RequestKind.WAIVER, RequestKind.REFUND
ELSEWHERE = Scope(-1)


class Asking(Paying):
    """An employer who owes October and a surcharge on September, and may have a credit."""

    def add(self, kind: DueKind, centimes: int) -> int:
        ids = add_dues(
            self.session,
            self.staff_day(),
            [NewDue(f"{kind}:{centimes}", kind, self.owner.id, None, "2026-09",
                    Centimes(centimes), COLLECTION, COLLECTION)],
        )  # fmt: skip
        self.session.commit()
        return ids[0]

    def credit(self) -> int:
        """A credit of 500 centimes; nothing else is owed."""
        self.pay(2 * AMOUNT + 500, way=PaymentWay.COUNTER)
        found = self.session.scalars(select(Due.id).where(Due.amount_centimes < 0)).one()
        self.session.rollback()
        return found

    def ask(self, kind: RequestKind, due_id: int, scope: Scope = EVERYBODY) -> str:
        day = self.staff_day(SAMIRA)
        return ask(self.session, day, builders.VAULT, scope, kind, due_id, REASON)

    def decide_request(
        self, reference: str, *, granted: bool = True, by: str = KARIM, scope: Scope = EVERYBODY
    ) -> None:
        decide(
            self.session, self.staff_day(by), builders.VAULT, self.told, scope, reference,
            granted=granted,
        )  # fmt: skip
        self.check()

    def request(self, reference: str) -> RequestStatus:
        found = find_request(self.session, builders.VAULT, EVERYBODY, reference)
        return found.status

    def balance(self, account: Account) -> int:
        found = verify_books(self.session)[account]
        self.session.rollback()
        return found


@pytest.fixture
def life(desk: Desk) -> Asking:
    return Asking(desk)


@pytest.mark.parametrize("kind", [DueKind.SURCHARGE, DueKind.PENALTY])
def test_a_waived_amount_is_owed_no_more(life: Asking, kind: DueKind) -> None:
    reference = life.ask(WAIVER, life.add(kind, SURCHARGE))
    assert life.amounts()[-1] == (kind.value, SURCHARGE, "open")
    life.decide_request(reference)
    assert life.amounts()[-1] == (kind.value, SURCHARGE, "waived")
    assert life.request(reference) is RequestStatus.GRANTED
    assert life.balance(Account.WAIVED) == SURCHARGE
    assert life.balance(Account.RECEIVABLE) == 2 * AMOUNT


def test_its_debit_is_lowered_and_who_was_told_of_it_is_told(life: Asking) -> None:
    due_id = life.add(DueKind.SURCHARGE, SURCHARGE)
    life.run(ANNOUNCING)
    assert life.debits() == [("announced", 2 * AMOUNT + SURCHARGE)]
    life.decide_request(life.ask(WAIVER, due_id))
    assert life.debits() == [("announced", 2 * AMOUNT)]
    assert life.told.kinds == ["debit_lowered"]


def test_what_is_with_the_bank_cannot_be_waived(life: Asking) -> None:
    due_id = life.add(DueKind.SURCHARGE, SURCHARGE)
    life.run(ANNOUNCING)
    reference = life.ask(WAIVER, due_id)
    life.run(FREEZING)
    with pytest.raises(NoLongerPossible):
        life.decide_request(reference)
    assert life.request(reference) is RequestStatus.ASKED
    life.decide_request(reference, granted=False)
    with pytest.raises(NoLongerPossible):
        life.ask(WAIVER, due_id)


def test_a_contribution_is_never_waived_and_a_debt_never_refunded(life: Asking) -> None:
    contribution = life.session.scalars(select(Due.id).order_by(Due.id)).first()
    surcharge = life.add(DueKind.SURCHARGE, SURCHARGE)
    assert contribution is not None
    for kind, due_id in ((WAIVER, contribution), (REFUND, contribution), (REFUND, surcharge)):
        with pytest.raises(NoLongerPossible):
            life.ask(kind, due_id)
    life.decide_request(life.ask(WAIVER, surcharge))
    credit = life.credit()
    with pytest.raises(NoLongerPossible):
        life.ask(WAIVER, credit)


def test_a_refunded_credit_is_used_up_and_left_to_the_accounting(life: Asking) -> None:
    reference = life.ask(REFUND, life.credit())
    assert life.balance(Account.EMPLOYER_CREDIT) == -500
    life.decide_request(reference)
    assert life.amounts()[-1] == ("credit", -500, "settled")
    assert life.balance(Account.EMPLOYER_CREDIT) == 0
    assert life.balance(Account.REFUNDS) == -500
    life.declare("2026-11", on=date(2026, 12, 1))
    life.run(date(2026, 12, 22))
    assert life.debits() == [("announced", 2 * AMOUNT)], "nothing is set against it"


def test_a_credit_that_was_used_meanwhile_is_not_refunded(life: Asking) -> None:
    reference = life.ask(REFUND, life.credit())
    life.declare("2026-11", on=date(2026, 12, 1))
    life.run(date(2026, 12, 22))
    with pytest.raises(NoLongerPossible):
        life.decide_request(reference)
    assert life.balance(Account.REFUNDS) == 0


def test_nobody_decides_what_they_have_asked_for(life: Asking) -> None:
    reference = life.ask(WAIVER, life.add(DueKind.SURCHARGE, SURCHARGE))
    for granted in (True, False):
        with pytest.raises(SecondPersonNeeded):
            life.decide_request(reference, granted=granted, by=SAMIRA)
    assert life.amounts()[-1][2] == "open"
    with pytest.raises(IntegrityError, match="two_people"):
        life.session.execute(
            update(OfficeRequest).values(status=RequestStatus.GRANTED, decided_by=SAMIRA)
        )
    life.session.rollback()


def test_one_decides_once(life: Asking) -> None:
    reference = life.ask(WAIVER, life.add(DueKind.SURCHARGE, SURCHARGE))
    life.decide_request(reference, granted=False)
    assert life.amounts()[-1][2] == "open"
    with pytest.raises(NoLongerPossible):
        life.decide_request(reference, by=NADIA)
    again = life.ask(WAIVER, life.session.scalars(select(OfficeRequest.due_id)).one())
    life.decide_request(again)
    assert life.amounts()[-1][2] == "waived"


def test_one_asks_once_for_a_due(life: Asking) -> None:
    due_id = life.add(DueKind.SURCHARGE, SURCHARGE)
    life.ask(WAIVER, due_id)
    with pytest.raises(NoLongerPossible):
        life.ask(WAIVER, due_id)


def test_only_who_asked_takes_it_back(life: Asking) -> None:
    due_id = life.add(DueKind.SURCHARGE, SURCHARGE)
    reference = life.ask(WAIVER, due_id)
    with pytest.raises(NotFound):
        withdraw(life.session, life.staff_day(KARIM), EVERYBODY, reference)
    withdraw(life.session, life.staff_day(SAMIRA), EVERYBODY, reference)
    assert life.request(reference) is RequestStatus.WITHDRAWN
    with pytest.raises(NoLongerPossible):
        life.decide_request(reference)
    life.ask(WAIVER, due_id)


def test_the_queue_is_that_of_ones_agency(life: Asking) -> None:
    due_id = life.add(DueKind.SURCHARGE, SURCHARGE)
    with pytest.raises(NotFound):
        life.ask(WAIVER, due_id, ELSEWHERE)
    reference = life.ask(WAIVER, due_id)
    own = Scope(life.owner.agency_id)
    (waiting,) = open_requests(life.session, builders.VAULT, own)
    assert (waiting.reference, waiting.amount, waiting.reason) == (reference, SURCHARGE, REASON)
    assert open_requests(life.session, builders.VAULT, ELSEWHERE) == []
    assert [count_open_requests(life.session, one) for one in (own, ELSEWHERE)] == [1, 0]
    for act in (life.decide_request,):
        with pytest.raises(NotFound):
            act(reference, scope=ELSEWHERE)
    life.decide_request(reference, scope=own)
    assert open_requests(life.session, builders.VAULT, own) == []


def test_the_reason_is_sealed_and_each_step_is_an_event(life: Asking) -> None:
    reference = life.ask(WAIVER, life.add(DueKind.SURCHARGE, SURCHARGE))
    sealed = life.session.scalars(select(OfficeRequest.reason)).one()
    assert REASON.encode() not in sealed
    life.decide_request(reference)
    told = life.session.execute(
        select(Event.actor, Event.source, Event.target, Event.cause)
        .where(Event.subject == "request")
        .order_by(Event.id)
    ).all()
    assert [tuple(one) for one in told] == [
        (SAMIRA, None, "asked", "waiver"),
        (KARIM, "asked", "granted", "waiver"),
    ]
    life.session.rollback()
    waived = life.session.scalars(select(Event.actor).where(Event.target == "waived")).all()
    assert waived == [KARIM]


def test_the_employers_copy_tells_payments_and_why_something_was_waived(life: Asking) -> None:
    life.pay(5, number="77")
    life.decide_request(life.ask(WAIVER, life.add(DueKind.SURCHARGE, SURCHARGE)))
    told = {}
    export_data(
        life.session,
        life.staff_day(),
        builders.VAULT,
        life.owner.id,
        lambda name, rows: told.update({name: list(rows)}),
    )
    (payment,), (waiver,) = told["payments"], told["requests"]
    assert (payment["number"], payment["amount_centimes"]) == ("77", 5)
    assert (waiver["cause"], waiver["status"], waiver["due"]) == (REASON, "granted", "surcharge")
