"""Contests: what leaves a debit and what stays, who owes what afterwards, and nothing twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.contesting import Contesting
from tests.services.restoring import Station
from webapp.domain.errors import NoLongerPossible
from webapp.domain.statuses import ContestStatus
from webapp.models import (
    Account,
    Contest,
    Due,
    DueKind,
)
from webapp.services.balance import balance_by_period

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = date(2026, 12, 1)


@pytest.fixture
def life(desk: Desk, late_for_free: None) -> Contesting:
    return Contesting(desk)


def begun(life: Contesting, state: str) -> Contesting:
    if state == "planned":
        # Two bank days before the notice goes out.
        life.run(life.day().calendar.subtract_bank_days(ANNOUNCING, 2))
        assert life.debits()[0][0] == "planned"
    life.reach(state)
    return life


@ON_SQLITE
@pytest.mark.parametrize(
    ("state", "ending"),
    [("planned", "upheld"), ("announced", "rejected"), ("announced", "upheld"),
     ("held", "withdrawn"), ("held", "upheld")],
)  # fmt: skip
def test_it_leaves_a_debit_that_has_not_left(life: Contesting, state: str, ending: str) -> None:
    begun(life, state)
    reference = life.contest()
    assert life.states() == ["contested", "scheduled"]
    assert life.debits()[0][1] == AMOUNT
    lowered = [] if state == "planned" else ["debit_lowered"]
    # One is held by a ceiling, of which its employer was told before.
    told = [kind for kind in life.told.kinds if kind != "ceiling_changed"]
    assert told == [*lowered, "contest_opened"]
    life.run(FREEZING)
    assert life.states()[0] == "contested", "no run plans it"
    end(life, reference, ending)
    assert life.states()[0] == ("waived" if ending == "upheld" else "open")
    assert life.balance(Account.WAIVED) == (AMOUNT if ending == "upheld" else 0)
    life.run(LATER)
    assert life.states()[0] == ("waived" if ending == "upheld" else "scheduled")


def end(life: Contesting, reference: str, ending: str) -> None:
    if ending == "withdrawn":
        life.withdraw(reference)
    else:
        life.answer(reference, upheld=None if ending == "upheld" else 0)
        assert life.told.kinds[-1] == "contest_answered"
    assert life.contest_status(reference).value == ending


@ON_SQLITE
def test_a_debit_that_has_nothing_left_is_cancelled(life: Contesting) -> None:
    life.reach("announced")
    life.contest(None)
    assert life.debits() == [("cancelled", 0)]
    assert life.told.kinds == ["debit_dropped", "contest_opened"]
    assert life.told.values[-1]["amount"] == 2 * AMOUNT
    assert life.told.values[-1]["answer_by"] == life.day().calendar.add_bank_days(ANNOUNCING, 15)


@ON_SQLITE
@pytest.mark.parametrize(
    ("state", "ending"),
    [("frozen", "upheld"), ("frozen", "withdrawn"), ("sent", "upheld"), ("sent", "rejected")],
)
def test_it_does_not_stop_a_debit_that_has_left(life: Contesting, state: str, ending: str) -> None:
    life.reach(state)
    reference = life.contest()
    assert life.states() == ["contested", "scheduled"]
    assert life.debits() == [(state, 2 * AMOUNT)]
    if state == "frozen":
        life.desk.approve()
        life.desk.send()
    end(life, reference, ending)
    assert life.states()[0] == ("contested" if ending == "upheld" else "scheduled")
    life.settle()
    assert life.states() == ["settled", "settled"]
    life.run(LATER)
    credits = [AMOUNT] if ending == "upheld" else []
    assert [-amount for kind, amount, _ in life.amounts() if kind == "credit"] == credits
    assert life.balance(Account.EMPLOYER_CREDIT) == -sum(credits)
    life.run(LATER + timedelta(days=1))
    assert life.balance(Account.EMPLOYER_CREDIT) == -sum(credits), "once"


@ON_SQLITE
def test_money_that_comes_while_it_is_contested_is_booked(life: Contesting) -> None:
    life.reach("sent")
    reference = life.contest()
    life.settle()
    assert life.states() == ["settled", "settled"]
    assert life.contest_status(reference) is ContestStatus.OPEN
    life.answer(reference, upheld=0)
    assert life.states() == ["settled", "settled"]


def test_what_is_contested_is_not_presented_again(life: Contesting) -> None:
    life.reach("sent")
    reference = life.contest()
    life.refuse()
    assert life.states() == ["contested", "open"]
    life.present(date(2026, 12, 10))
    assert life.states() == ["contested", "scheduled"]
    assert list(life.live().values()) == [AMOUNT]
    life.answer(reference, upheld=0)
    life.run(date(2026, 12, 10))
    assert life.states() == ["scheduled", "scheduled"]


@ON_SQLITE
def test_what_was_refused_can_be_contested(life: Contesting) -> None:
    life.reach("refused")
    assert life.debits() == [("planned", 2 * AMOUNT)], "to be presented again"
    life.contest()
    assert life.debits() == [("planned", AMOUNT)]


@ON_SQLITE
def test_what_was_refused_for_good_can_be_contested(life: Contesting) -> None:
    life.reach("sent")
    life.refuse(reason="AC04")
    assert life.states() == ["open", "open"]
    reference = life.contest()
    assert life.states() == ["contested", "open"]
    life.answer(reference)
    assert life.states() == ["waived", "open"]


@ON_SQLITE
def test_a_contest_gives_no_attempt_beyond_the_last(life: Contesting) -> None:
    life.reach("sent")
    for on in (date(2026, 12, 8), date(2026, 12, 17)):
        life.refuse()
        life.present(on)
    life.contest()
    life.refuse(date(2026, 12, 17))
    assert life.states() == ["contested", "open"]
    life.present(date(2026, 12, 28))
    assert life.states() == ["contested", "open"], "barred from this mandate"


@ON_SQLITE
def test_a_refusal_that_waits_for_the_office_waits_without_it(life: Contesting) -> None:
    life.reach("sent")
    life.contest()
    life.refuse(reason="MD06")
    life.run(LATER)
    states = dict.fromkeys(life.states())
    assert "contested" in states
    assert all(amount != 2 * AMOUNT for _, amount in life.debits())


@ON_SQLITE
def test_money_that_is_taken_back_stays_contested(life: Contesting) -> None:
    life.reach("settled")
    reference = life.contest()
    life.take_back()
    assert life.states()[0] == "contested"
    life.run(LATER)
    life.answer(reference, upheld=0)
    assert life.states()[0] == "open"


@ON_SQLITE
def test_the_same_page_sent_twice_is_one_contest(life: Contesting) -> None:
    life.reach("announced")
    first = life.contest(key="page")
    again = life.contest(key="page")
    assert first == again
    assert life.states() == ["contested", "scheduled"]
    assert life.session.scalar(select(func.count()).select_from(Contest)) == 1
    life.session.rollback()
    assert life.told.kinds.count("contest_opened") == 1


@ON_SQLITE
def test_one_due_is_contested_once(life: Contesting) -> None:
    life.reach("settled")
    dues = {due.due_id for due in life.offered().dues}
    life.contest()
    assert len({due.due_id for due in life.offered().dues}) == len(dues) - 1
    life.contest(None)
    with pytest.raises(NoLongerPossible):
        life.contest(None)


@ON_SQLITE
def test_what_was_received_long_ago_is_not_contested(life: Contesting) -> None:
    life.reach("settled")
    until = life.offered().until_on
    assert until == COLLECTION + timedelta(days=60)
    assert life.offered(until).dues
    assert not life.offered(until + timedelta(days=1)).dues
    with pytest.raises(NoLongerPossible):
        life.contest(on=until + timedelta(days=1))


@ON_SQLITE
def test_a_file_taken_back_lets_it_go(life: Contesting) -> None:
    life.reach("frozen")
    life.contest()
    assert life.debits() == [("frozen", 2 * AMOUNT)]
    # Nobody approves the file in time: its debits start anew.
    life.run(COLLECTION)
    assert life.states() == ["contested", "scheduled"]
    assert life.debits()[0][1] == AMOUNT


@ON_SQLITE
def test_the_balance_says_what_is_contested(life: Contesting) -> None:
    life.reach("sent")
    life.contest()
    total = balance_by_period(life.session, life.owner.id).total
    assert (total.contested, total.under_way) == (AMOUNT, AMOUNT)
    assert "unexplained" not in total.reasons
    life.settle()
    total = balance_by_period(life.session, life.owner.id).total
    assert (total.contested, total.settled) == (0, 2 * AMOUNT)
    assert total.reasons == {}


class TestBeingLate:
    """With what being late costs; the employer is late from 1 December on."""

    @pytest.fixture
    def life(self, desk: Desk) -> Contesting:
        return Contesting(desk)

    def surcharges(self, life: Contesting) -> list[tuple[int, str]]:
        rows = life.session.execute(
            select(Due.amount_centimes, Due.status)
            .where(Due.kind == DueKind.SURCHARGE)
            .order_by(Due.id)
        ).all()
        life.session.rollback()
        return [(amount, status.value) for amount, status in rows]

    @ON_SQLITE
    def test_it_costs_nothing_while_it_is_contested(self, life: Contesting) -> None:
        life.reach("announced")
        life.contest(None)
        life.run(date(2027, 2, 15))
        assert self.surcharges(life) == []

    @ON_SQLITE
    def test_rejected_it_costs_from_its_first_day_on(self, life: Contesting) -> None:
        life.reach("announced")
        reference = life.contest()
        (contested,) = life.contested(reference)
        life.run(date(2027, 2, 14))
        assert self.about(life, contested) == []
        life.answer(reference, upheld=0)
        life.revoke()
        life.run(date(2027, 2, 15))
        assert self.about(life, contested) == [(AMOUNT * 5 // 100, COLLECTION)]

    def about(self, life: Contesting, due_id: int) -> list[tuple[int, date]]:
        rows = life.session.execute(
            select(Due.amount_centimes, Due.legal_due_on).where(Due.about_due_id == due_id)
        ).all()
        life.session.rollback()
        return [(amount, day) for amount, day in rows]

    def test_what_it_has_cost_goes_with_it(self, life: Contesting) -> None:
        life.reach("sent")
        life.refuse(reason="AC04")
        life.run(date(2026, 12, 7))
        assert [status for _, status in self.surcharges(life)] == ["open", "open"]
        reference = life.contest()
        life.answer(reference)
        assert len([one for one in self.surcharges(life) if one[1] == "open"]) == 1


@ON_SQLITE
def test_a_backup_taken_while_its_file_had_not_left_is_brought_into_line(
    life: Contesting, database_url: str
) -> None:
    station = Station(life.desk, database_url)
    life.reach("frozen")
    life.contest()
    life.desk.approve()
    path = station.back_up("contested.backup")
    station.send()
    station.restore(path)
    assert station.reconcile().done
    life.check()
    assert life.states() == ["contested", "scheduled"]
    (debit,) = life.desk.debits()
    assert (debit.status.value, debit.amount_centimes) == ("unknown", 2 * AMOUNT)
