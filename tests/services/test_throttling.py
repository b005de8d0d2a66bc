"""A limit holds for everybody together, also for those who try at the same moment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, ask, at_once, later
from webapp.domain.errors import TooManyTries
from webapp.domain.rules import Limit
from webapp.models import Throttle
from webapp.services.throttling import spend_try
from webapp.services.working_day import WorkingDay

THREE = Limit("three", 3, 10)
THREADS = 12


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "visitor")


def spend(session: Session, day: WorkingDay, subject: str = "16/1") -> bool:
    """Whether the try was allowed."""
    try:
        spend_try(session, day, builders.VAULT, THREE, subject)
    except TooManyTries:
        return False
    return True


def test_a_window_begins_with_its_first_try_and_the_next_one_after_it(
    office: Session, day: WorkingDay
) -> None:
    minutes = [0, 1, 2, 3, 9.99, 10, 11, 12, 13]
    allowed = [spend(office, later(day, minutes=minute)) for minute in minutes]
    assert allowed == [True] * 3 + [False] * 2 + [True] * 3 + [False]


def test_a_refused_try_says_how_long_the_window_lasts(office: Session, day: WorkingDay) -> None:
    for _ in range(3):
        spend(office, day)
    with pytest.raises(TooManyTries) as caught:
        spend_try(office, later(day, minutes=9, seconds=59.5), builders.VAULT, THREE, "16/1")
    assert (caught.value.what, caught.value.seconds) == ("three", 1)


def test_subjects_and_limits_are_counted_apart(office: Session, day: WorkingDay) -> None:
    for subject in ("a", "b", ""):
        assert [spend(office, day, subject) for _ in range(4)] == [True] * 3 + [False]
    spend_try(office, day, builders.VAULT, replace(THREE, name="other"), "a")


def test_the_subject_is_not_kept_in_clear(office: Session, day: WorkingDay) -> None:
    spend(office, day, "16/000042")
    (row,) = office.scalars(select(Throttle)).all()
    assert "16/000042" not in row.subject


def test_tries_at_the_same_moment_are_all_counted(
    office: Session, engine: Engine, day: WorkingDay
) -> None:
    allowed = at_once(engine, [lambda session: spend(session, day)] * THREADS)
    assert sorted(allowed) == [False] * (THREADS - 3) + [True] * 3
    office.expire_all()
    assert office.scalars(select(Throttle.tries)).one() == THREADS


def test_the_limit_for_all_holds_across_members(office: Session, day: WorkingDay) -> None:
    rules = replace(RULES, codes_for_all=Limit("codes for all", 3, 5))
    for number in range(3):
        ask(office, day, f"16/{number}", rules=rules)
    with pytest.raises(TooManyTries) as caught:
        ask(office, day, "16/9", rules=rules)
    assert caught.value.what == "codes for all"
    ask(office, later(day, minutes=5), "16/9", rules=rules)
