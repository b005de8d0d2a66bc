"""Exceptions: each worksite under one mandate at a time, each due debited once, none forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.living import Life
from tests.services.people import RULES, at_once, signed_in
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    KhatwaError,
    LastWorksite,
    MandateNotInForce,
    NotFound,
    ShownChanged,
    UnknownWorksite,
    WorksiteTaken,
)
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import MandateWorksite
from webapp.services.authorisations import list_authorisations, worksites_of
from webapp.services.exceptions import (
    move_back,
    placed_worksites,
    preview_exception,
    sign_exception,
)
from webapp.services.open_debits import digest_of

ANNOUNCED, PLANNED = DebitStatus.ANNOUNCED, DebitStatus.PLANNED
PLANNING = date(2026, 11, 18)


@pytest.fixture
def life(desk: Desk) -> Life:
    life = Life(desk)
    life.declare()
    return life


def back(life: Life, reference: str, worksite: str = "W2", on: date | None = None) -> None:
    move_back(life.session, life.day(on), life.owner.id, reference, worksite)


def test_a_chosen_worksite_is_debited_from_its_own_account(life: Life) -> None:
    exception = life.take_out("W2")
    life.desk.run(ANNOUNCING)
    assert sorted(life.places()) == sorted(
        [(life.reference, ANNOUNCED, 1), (exception, ANNOUNCED, 1)]
    )
    placed = {one.code: one.exception for one in placed_worksites(life.session, life.owner.id)}
    assert placed == {"W1": None, "W2": exception}
    check_tables(life.session)


def test_a_planned_debit_is_divided_between_the_accounts(life: Life) -> None:
    life.desk.run(PLANNING)
    assert life.places() == [(life.reference, PLANNED, 2)]
    exception = life.take_out("W2", on=PLANNING)
    life.desk.run(PLANNING)
    assert sorted(life.places()) == sorted([(life.reference, PLANNED, 1), (exception, PLANNED, 1)])
    check_tables(life.session)


def test_what_is_announced_stays_on_the_main_account(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    shown = preview_exception(life.session, life.owner.id, ["W2"])
    assert len(shown.staying) == 1 and not shown.replanned
    life.take_out("W2", on=ANNOUNCING)
    life.desk.run(FREEZING)
    assert life.places() == [(life.reference, DebitStatus.FROZEN, 2)]


def test_what_was_due_before_the_exception_was_signed_is_taken_by_it(life: Life) -> None:
    exception = life.take_out("W2", on=date(2026, 12, 3))
    life.desk.run(date(2026, 12, 3))
    assert {place[0] for place in life.places()} == {life.reference, exception}


def test_back_on_the_main_account_its_dues_are_planned_there(desk: Desk) -> None:
    life = Life(desk)
    life.declare()
    exception = life.take_out("W1", "W2")
    life.desk.run(PLANNING)
    assert life.places() == [(exception, PLANNED, 2)]
    back(life, exception, on=PLANNING)
    life.desk.run(PLANNING)
    assert sorted(life.places()) == sorted([(life.reference, PLANNED, 1), (exception, PLANNED, 1)])
    back(life, exception, on=PLANNING)  # a second time
    check_tables(life.session)


def test_the_last_worksite_goes_back_with_a_revocation_only(life: Life) -> None:
    exception = life.take_out("W2")
    with pytest.raises(LastWorksite):
        back(life, exception)


@pytest.mark.parametrize("on", [PLANNING, ANNOUNCING])
def test_a_revoked_exception_leaves_its_dues_to_the_main_account(life: Life, on: date) -> None:
    exception = life.take_out("W2")
    life.desk.run(on)
    life.revoke(on, exception)
    assert life.status(exception) is MandateStatus.REVOKED
    life.desk.run(on)
    assert {place[0] for place in life.places()} == {life.reference}
    assert sum(place[2] for place in life.places()) == 2
    life.take_out("W2", on=on)
    check_tables(life.session)


def test_the_main_account_revoked_leaves_the_exception_as_it_is(life: Life) -> None:
    exception = life.take_out("W2")
    life.revoke()
    life.desk.run(ANNOUNCING)
    assert life.places() == [(exception, ANNOUNCED, 1)]


@pytest.mark.parametrize("second", [("W2",), ("W1", "W2")])
def test_a_worksite_under_an_exception_is_not_taken_by_another(
    life: Life, second: tuple[str, ...]
) -> None:
    life.take_out("W2")
    with pytest.raises(WorksiteTaken):
        life.take_out(*second)
    what = life.signature(worksites=second)
    with pytest.raises(WorksiteTaken):
        sign_exception(
            life.session, life.day(), builders.VAULT, RULES, signed_in(life.owner),
            life.code(life.day()), what, digest_of(()),
        )  # fmt: skip
    assert len(life.session.scalars(select(MandateWorksite)).all()) == 1


def test_two_exceptions_of_other_worksites_live_side_by_side(life: Life) -> None:
    first, second = life.take_out("W1"), life.take_out("W2")
    life.desk.run(ANNOUNCING)
    assert {place[0] for place in life.places()} == {first, second}


@pytest.mark.parametrize("account", ["main", "other exception"])
def test_no_account_collects_twice(desk: Desk, account: str) -> None:
    main, other = builders.account(), builders.account()
    life = Life(desk, rib=main)
    life.take_out("W1", rib=other)
    with pytest.raises(AccountAlreadyCollecting):
        life.take_out("W2", rib=main if account == "main" else other)


@pytest.mark.parametrize("worksite", ["W9", "", "W1 "])
def test_an_unknown_worksite_is_refused(life: Life, worksite: str) -> None:
    with pytest.raises(UnknownWorksite):
        life.take_out(worksite)


def test_what_was_not_shown_is_not_signed(life: Life) -> None:
    life.desk.run(PLANNING)
    with pytest.raises(ShownChanged):
        sign_exception(
            life.session, life.day(), builders.VAULT, RULES, signed_in(life.owner),
            life.code(life.day()), life.signature(worksites=("W2",)), digest_of(()),
        )  # fmt: skip


def test_without_a_main_account_there_is_no_exception(life: Life) -> None:
    life.revoke()
    with pytest.raises(NotFound):
        life.take_out("W2")


def test_an_ended_exception_and_what_is_none_give_nothing_back(life: Life, desk: Desk) -> None:
    exception = life.take_out("W2")
    with pytest.raises(NotFound):
        back(life, life.reference)
    with pytest.raises(NotFound):
        back(life, exception, "W9")
    with pytest.raises(NotFound):
        back(Life(desk), exception)
    life.revoke(reference=exception)
    with pytest.raises(MandateNotInForce):
        back(life, exception)


def race(life: Life, engine: Engine, *worksites: tuple[str, ...]) -> list[str]:
    """Exceptions of these worksites signed at the same moment; reference or error of each."""
    day, who = life.day(), signed_in(life.owner)
    codes = [life.code(day) for _ in worksites]
    what = [life.signature(worksites=one) for one in worksites]
    shown = digest_of(())
    life.session.rollback()

    def act_with(number: int) -> Callable[[Session], str]:
        def act(session: Session) -> str:
            try:
                return sign_exception(
                    session, day, builders.VAULT, RULES, who, codes[number], what[number], shown
                )
            except KhatwaError as error:
                return error.code

        return act

    return at_once(engine, [act_with(number) for number in range(len(worksites))])


@pytest.mark.parametrize("second", [("W2",), ("W1", "W2"), ("W2", "W1")])
def test_of_two_exceptions_at_the_same_moment_one_takes_the_worksite(
    life: Life, engine: Engine, second: tuple[str, ...]
) -> None:
    answers = race(life, engine, ("W2",), second)
    assert answers.count(WorksiteTaken.code) == 1
    live = life.session.scalars(
        select(MandateWorksite.worksite_id).where(MandateWorksite.ended_at.is_(None))
    ).all()
    assert len(live) == len(set(live))


def test_two_exceptions_of_other_worksites_at_the_same_moment_are_both_signed(
    life: Life, engine: Engine
) -> None:
    assert WorksiteTaken.code not in race(life, engine, ("W1",), ("W2",))


def test_every_mandate_is_listed_with_what_it_takes_and_when_it_ended(life: Life) -> None:
    exception = life.take_out("W2")
    old = life.reference
    life.change(ANNOUNCING)
    life.revoke(FREEZING, exception)
    listed = list_authorisations(life.session, life.owner.id)
    assert listed[0].reference == life.reference
    known = {one.reference: one for one in listed}
    assert known[old].ended_on == ANNOUNCING and known[exception].ended_on == FREEZING
    assert known[exception].worksites and not known[life.reference].worksites
    assert worksites_of(life.session, life.owner.id, exception) == {}
