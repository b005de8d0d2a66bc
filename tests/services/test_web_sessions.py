"""A session of the site lives in a table, ends by itself, and its token is only the browser's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import LONGEST_WAIT, RULES, another, ask, at_once, code_sent, later
from webapp.domain.errors import CodeExpired, TooManyTries, WrongCode
from webapp.domain.rules import Limit
from webapp.models import CodePurpose, WebSession
from webapp.services import web_sessions
from webapp.services.codes import CheckedCode, check_code_of
from webapp.services.web_sessions import SignedIn, end_session, find_session, mark_seen, sign_in
from webapp.services.working_day import WorkingDay


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "visitor")


@pytest.fixture
def token(office: Session, day: WorkingDay) -> str:
    """The token of an employer who has just signed in."""
    asked = ask(office, day, builders.employer(office).member_number)
    return sign_in(office, day, builders.VAULT, RULES, asked.reference, code_sent(asked))


def find(session: Session, day: WorkingDay, token: str) -> SignedIn | None:
    return find_session(session, day.now, RULES, token)


def test_the_table_holds_the_digest_of_the_token_only(office: Session, token: str) -> None:
    row = office.execute(text("SELECT * FROM web_sessions")).mappings().one()
    office.rollback()
    assert token not in " ".join(map(str, row.values()))
    assert row["token_sha256"] == hashlib.sha256(token.encode()).hexdigest()


def test_two_sessions_have_different_long_tokens(office: Session, day: WorkingDay) -> None:
    number = builders.employer(office).member_number
    tokens = set()
    for _ in range(2):
        asked = ask(office, day, number)
        tokens.add(sign_in(office, day, builders.VAULT, RULES, asked.reference, code_sent(asked)))
    assert len(tokens) == 2 and min(map(len, tokens)) >= 43


@pytest.mark.parametrize(
    ("minutes", "expired"), [(0, False), (14.99, False), (15, True), (600, True)]
)
def test_a_session_expires_after_fifteen_idle_minutes(
    office: Session, day: WorkingDay, token: str, minutes: float, expired: bool
) -> None:
    found = find(office, later(day, minutes=minutes), token)
    assert found is not None and found.expired is expired


def test_a_busy_session_expires_after_eight_hours(
    office: Session, day: WorkingDay, token: str
) -> None:
    for minute in range(10, 8 * 60, 10):
        found = find(office, later(day, minutes=minute), token)
        assert found is not None and not found.expired
        mark_seen(office, later(day, minutes=minute).now, found)
    found = find(office, later(day, hours=8), token)
    assert found is not None and found.expired


def test_an_ended_session_opens_nothing_and_is_not_revived(
    office: Session, day: WorkingDay, token: str
) -> None:
    before = find(office, day, token)
    assert before is not None
    end_session(office, day.now, token)
    assert find(office, day, token) is None
    mark_seen(office, later(day, minutes=5).now, before)
    assert find(office, later(day, minutes=5), token) is None


@pytest.mark.parametrize("token", ["", "nobody's", "\u0000", "ش" * 5000])
def test_a_token_that_nobody_holds_opens_nothing(
    office: Session, day: WorkingDay, token: str
) -> None:
    assert find(office, day, token) is None
    end_session(office, day.now, token)


def test_a_session_is_marked_at_most_once_a_minute(
    office: Session, day: WorkingDay, token: str
) -> None:
    marked = []
    for seconds in (1, 59, 60, 61, 119, 120):
        then = later(day, seconds=seconds)
        found = find(office, then, token)
        assert found is not None
        mark_seen(office, then.now, found)
        after = find(office, then, token)
        assert after is not None
        marked.append(after.seen_at == then.now)
    assert marked == [False, False, True, False, False, True]


def test_no_session_without_the_right_code(office: Session, day: WorkingDay) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    with pytest.raises(WrongCode):
        sign_in(office, day, builders.VAULT, RULES, asked.reference, another(code_sent(asked)))
    assert office.scalar(select(func.count()).select_from(WebSession)) == 0


def test_a_code_to_sign_opens_no_session(office: Session, day: WorkingDay) -> None:
    number = builders.employer(office).member_number
    asked = ask(office, day, number, CodePurpose.SIGN_MANDATE)
    with pytest.raises(CodeExpired):
        sign_in(office, day, builders.VAULT, RULES, asked.reference, code_sent(asked))


def test_a_code_opens_one_session_even_when_sent_twice_at_the_same_moment(
    office: Session, engine: Engine, day: WorkingDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    both_have_checked = Barrier(2)

    def check_and_wait(*arguments: Any) -> CheckedCode:
        found = check_code_of(*arguments)
        both_have_checked.wait(LONGEST_WAIT)
        return found

    monkeypatch.setattr(web_sessions, "check_code_of", check_and_wait)

    def open_one(session: Session) -> bool:
        try:
            sign_in(session, day, builders.VAULT, RULES, asked.reference, code_sent(asked))
        except CodeExpired:
            return False
        return True

    assert sorted(at_once(engine, [open_one] * 2)) == [False, True]
    office.expire_all()
    assert office.scalar(select(func.count()).select_from(WebSession)) == 1


def test_tries_of_all_together_are_limited(office: Session, day: WorkingDay) -> None:
    rules = replace(RULES, tries_of_all=Limit("tries of all", 2, 5))
    for _ in range(2):
        with pytest.raises(CodeExpired):
            sign_in(office, day, builders.VAULT, rules, "no reference", "000000")
    with pytest.raises(TooManyTries):
        sign_in(office, day, builders.VAULT, rules, "no reference", "000000")
