"""An employer at the site: who is signed in, at what moment, and what is done at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import builders
from webapp.domain.moment import Moment
from webapp.domain.period import Period, Periodicity
from webapp.domain.rules import AccessRules
from webapp.models import CodePurpose, Employer
from webapp.services.codes import AskedCode, ask_for_code
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

RULES = AccessRules()
LONGEST_WAIT = 60.0  # seconds

Answer = TypeVar("Answer")


def signed_in(owner: Employer, proved_at: datetime | None = None) -> SignedIn:
    """The employer as the services of the site are told of them."""
    return SignedIn(
        session_id=1,
        employer_id=owner.id,
        member_number=owner.member_number,
        name_ar=owner.name_ar,
        name_fr=owner.name_fr,
        signatory_name=owner.signatory_name,
        periodicity=owner.periodicity,
        seen_at=Moment.morning_of(date(2026, 11, 2)).now,
        expired=False,
        proved_at=proved_at,
    )


def who_declares(periodicity: Periodicity) -> SignedIn:
    """Somebody of whom only the periodicity matters."""
    now = Moment.morning_of(date(2026, 11, 2)).now
    return SignedIn(1, 1, "16/000001", "ش", "S", "م", periodicity, now, expired=False)


def later(day: WorkingDay, **wait: float) -> WorkingDay:
    """The working day some time later, minutes=… or hours=…"""
    return at(day, day.now + timedelta(**wait))


def at(day: WorkingDay, now: datetime) -> WorkingDay:
    return replace(day, moment=Moment.at(now))


def ask(
    session: Session,
    day: WorkingDay,
    member_number: str,
    purpose: CodePurpose = CodePurpose.SIGN_IN,
    rules: AccessRules = RULES,
) -> AskedCode:
    return ask_for_code(session, day, builders.VAULT, rules, purpose, member_number, "ar")


def code_sent(asked: AskedCode) -> str:
    """The six digits that the employer reads on the phone."""
    assert asked.message is not None
    return asked.message.code


def another(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06}"


def at_once(engine: Engine, acts: Sequence[Callable[[Session], Answer]]) -> list[Answer]:
    """Let each act run in a thread and a session of its own, all at the same moment."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[Session], Answer]) -> Answer:
        with Session(engine) as session:
            barrier.wait(LONGEST_WAIT)
            return one(session)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts, timeout=LONGEST_WAIT))


def period(code: str) -> Period:
    return Period.parse(code)
