"""The answers to contests: what becomes of the money, once, and who may say so."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, Desk
from tests.services.contesting import Contesting
from tests.services.correcting import MILLION
from tests.services.paying import EVERYBODY, KARIM
from webapp.domain.errors import AmountContested, NoLongerPossible, NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.domain.statuses import ContestStatus
from webapp.models import (
    Account,
    ContestOutcome,
    Due,
    DueKind,
    OfficeRequest,
    RequestKind,
    RequestStatus,
    Worksite,
)
from webapp.services.account_statements import every_line
from webapp.services.balance import balance_by_period
from webapp.services.declaration_corrections import correct_declaration
from webapp.services.declarations import Filing, WorksiteWages
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.staff.office_requests import decide
from webapp.services.statement_queries import Movement

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = date(2026, 12, 1)


@pytest.fixture
def life(desk: Desk, late_for_free: None) -> Contesting:
    return Contesting(desk)


@ON_SQLITE
def test_upheld_under_way_and_refused_it_is_owed_no_more(life: Contesting) -> None:
    life.reach("sent")
    reference = life.contest()
    life.answer(reference)
    assert life.states()[0] == "contested", "nobody knows yet whether its money comes"
    life.refuse()
    life.run(LATER)
    assert life.states()[0] == "waived"
    assert life.balance(Account.WAIVED) == AMOUNT
    assert life.balance(Account.EMPLOYER_CREDIT) == 0


@ON_SQLITE
@pytest.mark.parametrize("outcome", list(ContestOutcome))
def test_what_was_received_and_is_not_owed_goes_back(
    life: Contesting, outcome: ContestOutcome
) -> None:
    life.reach("settled")
    reference = life.contest()
    assert life.states() == ["settled", "settled"]
    life.answer(reference, outcome=outcome)
    assert life.states() == ["settled", "settled"]
    assert life.amounts()[-1] == ("credit", -AMOUNT, "open")
    asked = life.session.scalars(select(OfficeRequest)).all()
    if outcome is ContestOutcome.REFUND:
        (request,) = asked
        assert (request.kind, request.amount_centimes) == (RequestKind.REFUND, AMOUNT)
        assert request.status is RequestStatus.ASKED, "a second person decides"
        assert request.asked_by == f"staff:{life.staff_id}"
        decide_request(life, request.reference)
        assert life.balance(Account.REFUNDS) == -AMOUNT
        assert life.balance(Account.EMPLOYER_CREDIT) == 0
        return
    assert not asked
    life.session.rollback()
    life.declare("2026-11", on=LATER)
    life.run(date(2026, 12, 22))
    assert life.debits()[-1] == ("announced", AMOUNT), "set against the next debit"


def decide_request(life: Contesting, reference: str) -> None:
    life.session.rollback()
    day = life.staff_day(KARIM)
    decide(life.session, day, builders.VAULT, life.told, EVERYBODY, reference, granted=True)
    life.check()


def test_a_refund_asked_by_a_run_is_asked_by_who_answered(life: Contesting) -> None:
    life.reach("sent")
    life.answer(life.contest(), outcome=ContestOutcome.REFUND)
    life.settle()
    life.run(LATER)
    (asked_by,) = life.session.scalars(select(OfficeRequest.asked_by)).all()
    assert asked_by == f"staff:{life.staff_id}"


def test_a_part_may_be_right(life: Contesting) -> None:
    life.reach("announced")
    reference = life.contest(None)
    life.answer(reference, upheld=1)
    assert life.states() == ["waived", "open"]
    assert life.contest_status(reference) is ContestStatus.UPHELD
    assert life.told.values[-1] == {"reference": reference, "upheld": True, "amount": AMOUNT}


@ON_SQLITE
def test_it_is_answered_once(life: Contesting) -> None:
    life.reach("settled")
    reference = life.contest()
    life.answer(reference)
    with pytest.raises(NoLongerPossible):
        life.answer(reference)
    with pytest.raises(NoLongerPossible):
        life.withdraw(reference)
    assert [kind for kind, _, _ in life.amounts()].count("credit") == 1


@ON_SQLITE
def test_what_was_answered_is_not_contested_again(life: Contesting) -> None:
    life.reach("settled")
    life.answer(life.contest(None), upheld=1)
    assert life.offered().dues == ()
    with pytest.raises(NoLongerPossible):
        life.contest()


@ON_SQLITE
def test_what_was_taken_back_may_be_contested_again(life: Contesting) -> None:
    life.reach("settled")
    life.withdraw(life.contest())
    assert len(life.offered().dues) == 2


@ON_SQLITE
def test_what_is_contested_is_not_corrected_as_well(life: Contesting) -> None:
    life.reach("settled")
    reference = life.contest()
    (due_id,) = life.contested(reference)
    code = life.session.scalars(
        select(Worksite.code).join(Due, Due.worksite_id == Worksite.id).where(Due.id == due_id)
    ).one()
    life.session.rollback()
    with pytest.raises(AmountContested):
        correct(life, code)
    life.withdraw(reference)
    correct(life, code)
    assert life.balance(Account.EMPLOYER_CREDIT) == -AMOUNT // 2
    # What a correction has lowered is not given back a second time.
    assert due_id not in {due.due_id for due in life.offered().dues}


def correct(life: Contesting, worksite: str) -> None:
    """Half of what was declared for this worksite."""
    bases = {"W1": MILLION, "W2": MILLION} | {worksite: MILLION // 2}
    lines = [WorksiteWages(one, 5, Centimes(base), Centimes(base)) for one, base in bases.items()]
    filing = Filing(life.owner.member_number, Period.parse("2026-10"), tuple(lines), "corrected")
    day = life.day()
    correct_declaration(life.session, day, builders.VAULT, life.told, filing, 1)
    life.check()


@ON_SQLITE
@pytest.mark.parametrize("state", ["announced", "settled"])
def test_what_was_credited_for_another_cause_is_not_given_back_again(
    life: Contesting, state: str
) -> None:
    life.reach(state)
    reference = life.contest()
    (about,) = life.contested(reference)
    credit = NewDue(
        "reversed", DueKind.CREDIT, life.owner.id, None, "2026-10", Centimes(-AMOUNT), COLLECTION,
        COLLECTION, about_due_id=about,
    )  # fmt: skip
    add_dues(life.session, life.day(), [credit])
    life.session.commit()
    life.answer(reference)
    assert [amount for kind, amount, _ in life.amounts() if kind == "credit"] == [-AMOUNT]
    assert life.states()[0] == ("open" if state == "announced" else "settled")
    assert life.balance(Account.WAIVED) == 0


@ON_SQLITE
def test_of_another_agency_it_is_not_there(life: Contesting) -> None:
    life.reach("announced")
    reference = life.contest()
    with pytest.raises(NotFound):
        life.answer(reference, scope=Scope(-1))


@ON_SQLITE
def test_an_upheld_contest_leaves_nothing_unexplained(life: Contesting) -> None:
    life.reach("settled")
    life.answer(life.contest())
    total = balance_by_period(life.session, life.owner.id).total
    assert total.reasons == {"credited": -AMOUNT}


@ON_SQLITE
@pytest.mark.parametrize(
    ("state", "movement"),
    [("announced", Movement.WAIVED), ("settled", Movement.REDUCED)],
)
def test_the_statement_tells_what_an_upheld_contest_has_changed(
    life: Contesting, state: str, movement: Movement
) -> None:
    life.reach(state)
    reference = life.contest()
    before = statement(life)
    life.answer(reference)
    *same, last = statement(life)
    assert same == before, "a contest itself moves nothing"
    assert last == (movement, -AMOUNT, before[-1][2] - AMOUNT)


def statement(life: Contesting) -> list[tuple[Movement, int, int]]:
    lines = every_line(life.session, life.owner.id, date(2026, 1, 1), date(2027, 1, 1))
    found = [(line.movement, line.amount, line.balance) for line in lines]
    life.session.rollback()
    return found
