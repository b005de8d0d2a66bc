"""Contests while something else happens: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.contesting import WORDS, Contesting
from webapp.domain.errors import NoLongerPossible
from webapp.models import Contest, ContestReason, Debit
from webapp.services.contests.opening import Claim, contestable, open_contest
from webapp.services.freezing import freeze_debits

# Long enough for the others to come to the lock; what is right does not depend on it.
MEANWHILE = 0.3

# On SQLite every transaction waits for the others.
pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

Act = Callable[[Session], object]


@pytest.fixture
def life(desk: Desk, late_for_free: None) -> Contesting:
    found = Contesting(desk)
    found.run(ANNOUNCING)
    return found


def at_once(life: Contesting, *acts: Act) -> list[Exception]:
    """Let all of them come to the debit while somebody holds it; what the rules refused."""
    refused: list[Exception] = []

    def act(one: Act) -> None:
        with Session(life.session.get_bind()) as other:
            try:
                one(other)
            except NoLongerPossible as error:
                refused.append(error)

    threads = [Thread(target=act, args=(one,)) for one in acts]
    life.session.execute(select(Debit.id).with_for_update()).all()
    for thread in threads:
        thread.start()
    time.sleep(MEANWHILE)
    life.session.rollback()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    check_tables(life.session)
    return refused


def contesting(life: Contesting, form_key: str) -> Act:
    reference, day = life.debit_reference(), life.day()
    offered = contestable(life.session, day, life.owner.id, reference).dues
    claim = Claim(form_key, frozenset({offered[0].due_id}), ContestReason.NOT_OWED, WORDS)
    owner, folder = life.owner.id, life.desk.folder
    life.session.rollback()

    def act(session: Session) -> object:
        return open_contest(
            session, day, builders.VAULT, life.told, folder, owner, reference, claim
        )

    return act


@pytest.mark.parametrize("keys", [("page", "page"), ("page", "another")])
def test_of_two_who_contest_the_same_one_does(life: Contesting, keys: tuple[str, str]) -> None:
    refused = at_once(life, *(contesting(life, key) for key in keys))
    assert len(refused) == len(set(keys)) - 1
    assert life.session.scalar(select(func.count()).select_from(Contest)) == 1
    assert life.states() == ["contested", "scheduled"]


def test_a_contest_and_the_file_of_its_debit_agree(life: Contesting) -> None:
    day = builders.working_day(life.session, FREEZING)

    def freeze(session: Session) -> object:
        return freeze_debits(session, day)

    at_once(life, contesting(life, "page"), freeze)
    assert life.states()[0] == "contested"
    life.run(FREEZING)
    check_tables(life.session)
