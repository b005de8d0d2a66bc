"""Signing in of the staff: both factors, each password of the app once, the same for strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import at_once, later
from tests.services.staff import PASSWORD, RULES, Colleague, enter, join, who_is
from webapp.adapters import passwords
from webapp.domain.errors import TooManyTries, WrongCredentials
from webapp.domain.rules import Limit
from webapp.models import Event, StaffMember
from webapp.services.staff.sessions import (
    find_staff_session,
)
from webapp.services.staff.sign_in import give_factor, give_password
from webapp.services.working_day import WorkingDay

DEVICE = "Firefox"


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "visitor")


@pytest.fixture
def samira(office: Session, day: WorkingDay) -> Colleague:
    return join(office, day)


def password(
    session: Session, day: WorkingDay, email: str, typed: str = PASSWORD, rules: object = RULES
) -> str:
    return give_password(session, day, builders.VAULT, rules, email, typed, DEVICE)  # type: ignore[arg-type]


def factor(session: Session, day: WorkingDay, token: str, typed: str) -> str:
    who = who_is(session, day, token)
    return give_factor(session, day, builders.VAULT, RULES, who, typed, DEVICE)


# ── the password ─────────────────────────────────────────────────────────────────────────────


def test_neither_password_nor_secret_stands_in_the_table(
    office: Session, samira: Colleague
) -> None:
    row = office.execute(text("SELECT * FROM staff_members")).mappings().one()
    office.rollback()
    told = " ".join(map(str, row.values()))
    assert PASSWORD not in told and samira.secret not in told
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_alone_opens_a_session_that_only_waits(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    who = who_is(office, day, password(office, day, samira.email))
    assert who.waiting and not who.expired
    assert not who.proved_lately(day.now, RULES)


def test_a_waiting_session_ends_after_ten_minutes(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    token = password(office, day, samira.email)
    assert not who_is(office, later(day, minutes=9.9), token).expired
    assert who_is(office, later(day, minutes=10), token).expired


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes against which passwords were really checked."""
    seen: list[str] = []
    really = passwords.fits

    def fits(typed: str, password_hash: str) -> bool:
        seen.append(password_hash)
        return really(typed, password_hash)

    monkeypatch.setattr(passwords, "fits", fits)
    return seen


@pytest.mark.parametrize("who", ["nobody@fonds.example", "left", "samira"])
def test_a_hash_is_checked_for_whoever_is_named(
    office: Session, day: WorkingDay, samira: Colleague, verified: list[str], who: str
) -> None:
    """An unknown address takes the same time and gets the same answer as a wrong password."""
    if who == "left":
        office.execute(update(StaffMember).values(left_at=day.now))
        office.commit()
    email = who if "@" in who else samira.email
    typed = PASSWORD if who == "left" else "another password"
    with pytest.raises(WrongCredentials) as refused:
        password(office, day, email, typed)
    assert refused.value.params == {}
    assert len(verified) == 1
    parameters = {one.rsplit("$", 2)[0] for one in [*verified, passwords.NOBODY_S_HASH]}
    assert len(parameters) == 1, "a hash with other parameters takes another time"


def test_nobody_s_hash_is_as_good_as_today_s() -> None:
    assert not passwords.is_outdated(passwords.NOBODY_S_HASH)


def test_a_hash_with_old_parameters_is_made_anew_at_sign_in(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    office.execute(update(StaffMember).values(password_hash=weak.hash(PASSWORD)))
    office.commit()
    password(office, day, samira.email)
    newer = office.scalars(select(StaffMember.password_hash)).one()
    office.rollback()
    assert not passwords.is_outdated(newer)
    password(office, day, samira.email)


def test_a_password_fits_however_a_keyboard_composes_it(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    decomposed = PASSWORD.replace("à", "a\u0300")
    assert decomposed != PASSWORD
    assert password(office, day, samira.email, decomposed)


def test_tries_are_limited_for_an_account_also_one_that_is_not(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    few = replace(RULES, passwords_per_member=Limit("p", 2, 15))
    for email in (samira.email, "nobody@fonds.example"):
        for _ in range(2):
            with pytest.raises(WrongCredentials):
                password(office, day, email, "wrong password", few)
        with pytest.raises(TooManyTries):
            password(office, day, email, PASSWORD, few)
        with pytest.raises(WrongCredentials):
            password(office, later(day, minutes=15), email, "wrong password", few)


def test_tries_are_limited_for_all_together(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    few = replace(RULES, passwords_for_all=Limit("a", 1, 5))
    with pytest.raises(WrongCredentials):
        password(office, day, "nobody@fonds.example", rules=few)
    with pytest.raises(TooManyTries):
        password(office, day, samira.email, rules=few)


# ── the second factor ────────────────────────────────────────────────────────────────────────


def test_the_app_opens_a_new_session_and_the_waiting_one_ends(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    waiting = password(office, day, samira.email)
    token = factor(office, day, waiting, samira.code(day))
    assert token != waiting
    assert find_staff_session(office, day.now, RULES, waiting) is None
    who = who_is(office, day, token)
    assert not who.waiting and who.proved_lately(day.now, RULES)
    event = office.scalars(select(Event).where(Event.target == "signed_in")).one()
    assert (event.subject_id, event.cause) == (samira.id, "totp")
    assert event.actor == f"staff:{samira.id}"


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_the_app_may_be_one_step_before_or_behind(
    office: Session, day: WorkingDay, samira: Colleague, step: int
) -> None:
    soon = later(day, minutes=5)
    assert enter(office, soon, samira, samira.code(soon, step))


@pytest.mark.parametrize("step", [-2, 2, 100])
def test_other_passwords_of_the_app_are_refused(
    office: Session, day: WorkingDay, samira: Colleague, step: int
) -> None:
    soon = later(day, minutes=5)
    with pytest.raises(WrongCredentials):
        enter(office, soon, samira, samira.code(soon, step))


def test_a_password_of_the_app_is_taken_once(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    soon = later(day, minutes=5)
    enter(office, soon, samira)
    for code in (samira.code(soon), samira.code(soon, -1)):
        with pytest.raises(WrongCredentials):
            enter(office, soon, samira, code)
    assert enter(office, later(soon, minutes=1), samira)


def test_of_two_who_send_the_same_password_of_the_app_one_comes_in(
    office: Session, engine: Engine, day: WorkingDay, samira: Colleague
) -> None:
    waiting = [who_is(office, day, password(office, day, samira.email)) for _ in range(2)]

    def act(who: object) -> Callable[[Session], bool]:
        def send(session: Session) -> bool:
            try:
                give_factor(session, day, builders.VAULT, RULES, who, samira.code(day), DEVICE)  # type: ignore[arg-type]
            except WrongCredentials:
                return False
            return True

        return send

    assert sorted(at_once(engine, [act(one) for one in waiting])) == [False, True]


def test_second_factors_are_limited_for_an_account(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    waiting = password(office, day, samira.email)
    for _ in range(RULES.factors_per_member.tries):
        with pytest.raises(WrongCredentials):
            factor(office, day, waiting, "000000")
    with pytest.raises(TooManyTries):
        factor(office, day, waiting, samira.code(day))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "ABCDE-FGHJK", "\x00", "ش"])
def test_what_is_no_code_is_refused(
    office: Session, day: WorkingDay, samira: Colleague, typed: str
) -> None:
    with pytest.raises(WrongCredentials):
        enter(office, day, samira, typed or " ")
