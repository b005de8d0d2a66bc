"""What a member keeps in order by themselves: recovery codes, the app, sessions, the password."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import later
from tests.services.staff import PASSWORD, RULES, Colleague, enter, join, who_is
from webapp.domain.errors import NotFound, WeakPassword, WrongCredentials
from webapp.models import RecoveryCode, WebSession
from webapp.services.references import ALPHABET
from webapp.services.staff.second_factor import (
    begin_setup,
    prove_again,
    recovery_codes_left,
    renew_recovery_codes,
    replace_app,
)
from webapp.services.staff.sessions import (
    end_one,
    end_others,
    find_staff_session,
    list_sessions,
)
from webapp.services.staff.sign_in import change_password, give_password
from webapp.services.web_sessions import find_session
from webapp.services.working_day import WorkingDay


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "visitor")


@pytest.fixture
def samira(office: Session, day: WorkingDay) -> Colleague:
    return join(office, day)


def password(session: Session, day: WorkingDay, email: str, typed: str = PASSWORD) -> str:
    return give_password(session, day, builders.VAULT, RULES, email, typed, "Firefox")


# ── recovery codes ───────────────────────────────────────────────────────────────────────────


def test_recovery_codes_are_ten_different_ones_of_120_bits_kept_as_digests(
    office: Session, samira: Colleague
) -> None:
    assert len(set(samira.recovery_codes)) == 10
    assert len(set(ALPHABET)) == 32
    group = f"[{ALPHABET}]{{4}}"
    assert all(re.fullmatch(f"{group}(-{group}){{5}}", code) for code in samira.recovery_codes)
    kept = " ".join(office.scalars(select(RecoveryCode.code_hash)))
    office.rollback()
    assert not any(code in kept or code.replace("-", "") in kept for code in samira.recovery_codes)


def test_a_recovery_code_opens_once(office: Session, day: WorkingDay, samira: Colleague) -> None:
    code = samira.recovery_codes[3]
    assert enter(office, day, samira, code.lower().replace("-", " "))
    assert recovery_codes_left(office, samira.id) == 9
    with pytest.raises(WrongCredentials):
        enter(office, day, samira, code)
    assert enter(office, day, samira, samira.recovery_codes[4])


def test_a_recovery_code_of_another_opens_nothing(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    other = join(office, day)
    with pytest.raises(WrongCredentials):
        enter(office, day, samira, other.recovery_codes[0])


def test_new_recovery_codes_end_the_old_ones(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    who = who_is(office, day, samira.token)
    newer = renew_recovery_codes(office, day, builders.VAULT, who)
    with pytest.raises(WrongCredentials):
        enter(office, day, samira, samira.recovery_codes[0])
    assert enter(office, day, samira, newer[0])


def test_another_app_takes_the_place_of_the_one_before(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    who = who_is(office, day, samira.token)
    setup = begin_setup(builders.VAULT, who.reference, who.email, "QR")
    newer = replace(samira, secret=setup.secret)
    with pytest.raises(WrongCredentials):
        replace_app(office, day, builders.VAULT, who, setup.seal, samira.code(day))
    replace_app(office, day, builders.VAULT, who, setup.seal, newer.code(day, -1))
    soon = later(day, minutes=3)
    with pytest.raises(WrongCredentials):
        enter(office, soon, samira)
    assert enter(office, soon, newer)


def test_the_seal_of_another_s_form_sets_nothing_up(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    other = join(office, day)
    setup = begin_setup(builders.VAULT, other.reference, other.email, "QR")
    code = replace(samira, secret=setup.secret).code(day)
    with pytest.raises(WrongCredentials):
        replace_app(
            office, day, builders.VAULT, who_is(office, day, samira.token), setup.seal, code
        )


# ── sessions ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("minutes", "expired"), [(14.9, False), (15, True)])
def test_a_session_of_the_staff_falls_idle_like_an_employer_s(
    office: Session, day: WorkingDay, samira: Colleague, minutes: float, expired: bool
) -> None:
    assert who_is(office, later(day, minutes=minutes), samira.token).expired is expired


def test_a_session_of_the_staff_is_none_of_an_employer_s(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    assert find_session(office, day.now, RULES, samira.token) is None


def test_proof_is_fresh_for_five_minutes(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    who = who_is(office, day, samira.token)
    assert who.proved_lately(later(day, minutes=4.9).now, RULES)
    assert not who.proved_lately(later(day, minutes=5).now, RULES)
    soon = later(day, minutes=6)
    with pytest.raises(WrongCredentials):
        prove_again(office, soon, builders.VAULT, RULES, who, samira.recovery_codes[0])
    prove_again(office, soon, builders.VAULT, RULES, who, samira.code(soon))
    assert who_is(office, soon, samira.token).proved_lately(soon.now, RULES)


def test_one_ends_one_s_own_sessions_and_nobody_else_s(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    other = join(office, day)
    second = enter(office, day, samira)
    mine = who_is(office, day, second)
    listed = list_sessions(office, day.now, RULES, samira.id)
    assert {one.id for one in listed} == {
        mine.session_id,
        who_is(office, day, samira.token).session_id,
    }
    for foreign in (who_is(office, day, other.token).session_id, 10**6):
        with pytest.raises(NotFound):
            end_one(office, day, mine, foreign)
    assert end_others(office, day, mine) == 1
    assert find_staff_session(office, day.now, RULES, samira.token) is None
    assert who_is(office, day, other.token)
    end_one(office, day, mine, mine.session_id)
    assert find_staff_session(office, day.now, RULES, second) is None


def test_another_password_needs_the_old_one_and_ends_the_other_sessions(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    second = enter(office, day, samira)
    who = who_is(office, day, samira.token)
    with pytest.raises(WrongCredentials):
        change_password(office, day, builders.VAULT, RULES, who, "wrong", "a very new secret")
    with pytest.raises(WeakPassword):
        change_password(office, day, builders.VAULT, RULES, who, PASSWORD, "password")
    change_password(office, day, builders.VAULT, RULES, who, PASSWORD, "a very new secret")
    assert find_staff_session(office, day.now, RULES, second) is None
    assert who_is(office, day, samira.token)
    with pytest.raises(WrongCredentials):
        password(office, day, samira.email)
    assert password(office, day, samira.email, "a very new secret")
    open_ones = select(func.count()).select_from(WebSession).where(WebSession.ended_at.is_(None))
    assert office.scalar(open_ones) == 2
