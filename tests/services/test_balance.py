"""The balance: what was declared and what became of it, at every moment, to the centime."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import builders
from tests.services.accounts import (
    Account,
    collects,
    is_credited,
    is_refused,
    is_refused_and_paid_all_the_same,
    late_rules,
    raises_an_announced_amount,
    selects,
    sends,
)
from tests.services.collecting import COLLECTION, Desk
from tests.services.correcting import MILLION, owed_on
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import (
    Due,
    DueKind,
    PaymentSchedule,
    ScheduledDue,
)
from webapp.services.balance import balance_by_worksite

FULL, HALF, MORE = owed_on(MILLION), owed_on(MILLION // 2), owed_on(MILLION * 3 // 2)
Happens = Callable[[Account], None]
PERIODS = ("2026-08", "2026-10", "2026-11")


@pytest.fixture
def life(desk: Desk) -> Account:
    late_rules(desk.session)
    return Account(desk)


def test_all_that_was_declared_is_scheduled_debited_and_settled(life: Account) -> None:
    collects(life)
    sums = life.balance().total
    assert sums.declared == sums.scheduled == sums.sent == sums.debited == sums.settled == 2 * FULL
    assert sums.difference == 0 and sums.reasons == {}


def test_the_reason_of_a_difference_is_where_the_amount_stands(life: Account) -> None:
    assert life.balance().total.reasons == {"not_scheduled": 2 * FULL}
    sends(life)
    assert life.balance().total.reasons == {"under_way": 2 * FULL}
    life.refuse()
    assert life.balance().total.reasons == {"refused": 2 * FULL}


def test_what_is_tried_again_is_under_way_not_refused(life: Account) -> None:
    sends(life)
    life.refuse("AM04")
    assert life.balance().total.reasons == {"under_way": 2 * FULL}


def test_a_credit_lowers_what_was_declared_and_says_so(life: Account) -> None:
    is_credited(life)
    sums = life.balance().total
    assert (sums.declared, sums.settled) == (HALF, 2 * FULL)
    assert sums.reasons == {"credited": HALF - 2 * FULL}


def test_money_that_the_fund_holds_is_no_part_of_a_period(life: Account) -> None:
    is_refused_and_paid_all_the_same(life)
    balance = life.balance()
    assert balance.held_for_them == 2 * FULL
    assert balance.total.reasons == {"refused": 2 * FULL} and balance.total.settled == 0


def test_what_was_paid_elsewhere_waived_contested_or_deferred_is_told_apart(life: Account) -> None:
    life.declare("2026-09")
    ids = [row.id for row in life.rows()]
    statuses = (DueStatus.PAID_ELSEWHERE, DueStatus.WAIVED, DueStatus.CONTESTED, DueStatus.DEFERRED)
    for id_, status in zip(ids, statuses, strict=True):
        life.session.get_one(Due, id_).status = status
    life.session.commit()
    sums = life.balance().total
    assert sums.elsewhere == FULL
    assert sums.reasons == {"waived": FULL, "contested": FULL, "deferred": FULL}


def test_what_a_schedule_took_up_is_named(life: Account) -> None:
    (first, _) = life.rows()
    schedule = PaymentSchedule(
        reference="KS23456789", employer_id=life.owner.id, status=PaymentScheduleStatus.ACCEPTED,
        principal_centimes=FULL, proposed_by="staff:1", proposed_at=life.day().now,
    )  # fmt: skip
    life.session.add(schedule)
    life.session.flush()
    life.session.add(ScheduledDue(schedule_id=schedule.id, due_id=first.id))
    life.session.get_one(Due, first.id).status = DueStatus.SUPERSEDED
    life.session.add(
        Due(
            origin_key="instalment:KS23456789:1",
            employer_id=life.owner.id,
            kind=DueKind.INSTALMENT,
            status=DueStatus.OPEN,
            period="2027-01",
            amount_centimes=FULL,
            legal_due_on=COLLECTION,
            collect_from_on=COLLECTION,
        )
    )
    life.session.commit()
    by_period = {row.period.code: row.sums for row in life.balance().rows}
    assert by_period["2026-10"].reasons == {"not_scheduled": FULL, "in_schedule": FULL}
    assert (by_period["2027-01"].declared, by_period["2027-01"].added) == (0, FULL)


def test_the_worksites_of_a_period_add_up_to_the_period(life: Account) -> None:
    raises_an_announced_amount(life)
    (row,) = life.balance().rows
    of_period = balance_by_worksite(life.session, life.owner.id, "2026-10")
    assert of_period.total == row.sums
    assert [(one.worksite_code, one.sums.declared) for one in of_period.rows] == [
        ("W1", MORE), ("W2", FULL),
    ]  # fmt: skip
    assert of_period.rows[0].sums.reasons == {"not_scheduled": MORE - FULL, "under_way": FULL}


def test_one_worksite_can_be_followed_through_the_periods(life: Account) -> None:
    raises_an_announced_amount(life)
    life.declare("2026-09")
    balance = life.balance("W1")
    assert [(row.period.code, row.sums.declared) for row in balance.rows] == [
        ("2026-10", MORE), ("2026-09", FULL),
    ]  # fmt: skip
    assert balance.total.declared == MORE + FULL


def test_an_amount_of_no_worksite_has_a_row_of_its_own(life: Account) -> None:
    is_refused_and_paid_all_the_same(life)
    life.session.add(
        Due(
            origin_key="assessed:7",
            employer_id=life.owner.id,
            kind=DueKind.PENALTY,
            status=DueStatus.OPEN,
            period="2026-10",
            amount_centimes=5,
            legal_due_on=COLLECTION,
            collect_from_on=COLLECTION,
        )
    )
    life.session.commit()
    rows = balance_by_worksite(life.session, life.owner.id, "2026-10").rows
    assert [(row.worksite_code, row.sums.added) for row in rows] == [("", 5), ("W1", 0), ("W2", 0)]


def test_what_is_not_explained_is_never_hidden(life: Account) -> None:
    """A declaration that its dues do not add up to: planted, and told."""
    life.session.add(
        Due(
            origin_key="stray",
            employer_id=life.owner.id,
            kind=DueKind.CONTRIBUTION,
            status=DueStatus.SETTLED,
            period="2026-10",
            amount_centimes=7,
            revision=1,
            legal_due_on=COLLECTION,
            collect_from_on=COLLECTION,
        )
    )
    life.session.commit()
    assert life.balance().total.reasons["unexplained"] == -7


def test_the_amounts_of_others_are_left_out(life: Account) -> None:
    other = Account(life.desk)
    other.declare("2026-07")
    is_refused(life)
    assert [row.period.code for row in life.balance().rows] == ["2026-10"]
    builders.employer(life.session, worksites=3)
    with pytest.raises(NotFound):
        life.balance("W3")


@pytest.mark.parametrize("period", ["2026-09", "2026", "2026-Q9"])
def test_a_period_without_amounts_is_not_found(life: Account, period: str) -> None:
    with pytest.raises(NotFound):
        balance_by_worksite(life.session, life.owner.id, period)


def test_a_balance_of_many_periods_asks_as_often_as_of_one(life: Account) -> None:
    life.balance()
    few = selects(life.session, life.balance)
    for month in range(1, 10):
        life.declare(f"2026-0{month}")
    life.balance()
    assert selects(life.session, life.balance) == few
