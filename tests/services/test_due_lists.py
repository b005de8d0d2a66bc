"""The list of dues: its order, its pages, its narrowing, and whose they are."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete

from tests.services.accounts import (
    Account,
    collects,
    is_refused_and_surcharged,
    late_rules,
    lowers_an_announced_amount,
    selects,
)
from tests.services.collecting import ANNOUNCING, COLLECTION, Desk
from tests.services.correcting import MILLION, owed_on
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DueStatus
from webapp.models import Due, DueKind, LateRule
from webapp.services.dues import DUES_ON_A_PAGE

FULL, HALF = owed_on(MILLION), owed_on(MILLION // 2)


@pytest.fixture
def life(desk: Desk) -> Account:
    late_rules(desk.session)
    return Account(desk)


def test_what_is_still_to_come_stands_first(life: Account) -> None:
    collects(life)
    life.declare("2026-11", on=date(2026, 12, 3))
    life.correct(COLLECTION, W1=MILLION, W2=MILLION * 3 // 2)
    told = life.every_due()
    places = [due.is_past for due in told]
    assert places == sorted(places) and set(places) == {False, True}
    current = [due.legal_due_on for due in told if not due.is_past]
    past = [due.legal_due_on for due in told if due.is_past]
    assert current == sorted(current) and past == sorted(past, reverse=True)


def test_pages_leave_nothing_out_and_show_nothing_twice(life: Account) -> None:
    for month in range(1, 10):
        life.declare(f"2026-0{month}")
    for month in (1, 2):
        life.session.execute(
            Due.__table__.update()  # type: ignore[attr-defined]
            .where(Due.period == f"2026-0{month}")
            .values(status=DueStatus.WAIVED)
        )
    life.session.commit()
    told = life.every_due()
    assert sorted(due.id for due in told) == [row.id for row in life.rows()]
    assert len(told) > DUES_ON_A_PAGE and life.listed().more


def test_pages_go_on_where_the_last_one_ended(
    life: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.dues.DUES_ON_A_PAGE", 3)
    collects(life)
    for month in range(5, 10):
        life.declare(f"2026-0{month}", on=COLLECTION)
    told = life.every_due(COLLECTION)
    assert [due.id for due in told] == list(dict.fromkeys(due.id for due in told))
    assert sorted(due.id for due in told) == [row.id for row in life.rows()]
    places = [due.is_past for due in told]
    assert places == sorted(places)


def test_dues_can_be_narrowed_to_a_kind_and_a_period(life: Account) -> None:
    is_refused_and_surcharged(life)
    life.declare("2026-11", on=date(2026, 12, 3))
    only = life.listed(kind=DueKind.SURCHARGE)
    assert {due.kind for due in only.dues} == {DueKind.SURCHARGE}
    assert {due.period.code for due in life.listed(period="2026-11").dues} == {"2026-11"}
    assert life.listed(kind=DueKind.SURCHARGE, period="2026-11").dues == ()
    assert set(only.kinds) == {DueKind.CONTRIBUTION, DueKind.SURCHARGE}
    assert [one.code for one in only.periods] == ["2026-11", "2026-10"]


def test_what_is_owed_in_all_leaves_out_what_was_replaced(life: Account) -> None:
    lowers_an_announced_amount(life)
    assert life.listed(ANNOUNCING).owed == HALF + FULL


def test_the_dues_of_others_are_not_found(life: Account) -> None:
    other = Account(life.desk)
    theirs = other.every_due()[0].id
    assert theirs not in {due.id for due in life.every_due()}
    with pytest.raises(NotFound):
        life.listed(after=theirs)


@pytest.mark.parametrize("period", ["2026", "2026-13", "nothing"])
def test_a_period_that_is_none_is_not_found(life: Account, period: str) -> None:
    with pytest.raises(NotFound):
        life.listed(period=period)


def test_explaining_a_page_asks_as_often_for_two_dues_as_for_twenty(life: Account) -> None:
    life.session.execute(delete(LateRule))
    life.session.commit()
    life.listed()
    few = selects(life.session, life.listed)
    for month in range(1, 10):
        life.declare(f"2026-0{month}")
    assert len(life.every_due()) == 20
    assert selects(life.session, life.listed) == few
