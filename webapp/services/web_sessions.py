"""Sessions of the site: they live in a table, and end by themselves."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeExpired
from webapp.domain.period import Periodicity
from webapp.domain.rules import AccessRules
from webapp.models import CodePurpose, Employer, WebSession
from webapp.services.codes import check_code, use_code
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# A page that is merely read does not write; a minute more or less of an idle session is nothing.
SECONDS_BETWEEN_MARKS = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An employer at the other end of a session; `expired` says that it may do nothing more."""

    session_id: int
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    signatory_name: str
    periodicity: Periodicity
    seen_at: datetime
    expired: bool

    def name_in(self, language: str) -> str:
        """The enterprise's name in a language, or in the other where it has only one."""
        return (
            (self.name_ar or self.name_fr) if language == "ar" else (self.name_fr or self.name_ar)
        )


def sign_in(
    session: Session, day: WorkingDay, vault: Vault, rules: AccessRules, reference: str, code: str
) -> str:
    """Open a session with the code that was sent; return its token, which only the browser holds.

    Raises WrongCode, CodeExpired and TooManyTries.
    """
    spend_try(session, day, vault, rules.tries_of_all)
    code_id, employer_id = check_code(
        session, day, vault, rules, CodePurpose.SIGN_IN, reference, code
    )
    token = secrets.token_urlsafe(32)
    with transaction(session):
        # The same code, sent twice at the same moment: the other one has opened a session.
        if not use_code(session, day, code_id):
            raise CodeExpired()
        session.add(
            WebSession(
                token_sha256=digest_of_token(token),
                employer_id=employer_id,
                device="",
                started_at=day.now,
                proved_at=day.now,
                seen_at=day.now,
            )
        )
    return token


def find_session(
    session: Session, now: datetime, rules: AccessRules, token: str
) -> SignedIn | None:
    """Who holds this token. None when there is no such session, or it was ended by its holder."""
    with reading(session):
        row = session.execute(
            select(
                WebSession.id,
                WebSession.employer_id,
                WebSession.started_at,
                WebSession.seen_at,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
                Employer.signatory_name,
                Employer.periodicity,
            )
            .join(Employer, Employer.id == WebSession.employer_id)
            .where(WebSession.token_sha256 == digest_of_token(token), WebSession.ended_at.is_(None))
        ).first()
    if row is None:
        return None
    idle = now - row.seen_at >= timedelta(minutes=rules.idle_minutes)
    over = now - row.started_at >= timedelta(hours=rules.session_hours)
    return SignedIn(
        session_id=row.id,
        employer_id=row.employer_id,
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        signatory_name=row.signatory_name,
        periodicity=row.periodicity,
        seen_at=row.seen_at,
        expired=idle or over,
    )


class Visit(Protocol):
    """What is known of any open session, an employer's or one of the staff."""

    @property
    def session_id(self) -> int: ...

    @property
    def seen_at(self) -> datetime: ...


def mark_seen(session: Session, now: datetime, who: Visit) -> None:
    """Keep a session from falling idle; at most one write a minute."""
    if (now - who.seen_at).total_seconds() < SECONDS_BETWEEN_MARKS:
        return
    with transaction(session):
        session.execute(
            update(WebSession)
            .where(WebSession.id == who.session_id, WebSession.ended_at.is_(None))
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )


def end_session(session: Session, now: datetime, token: str) -> None:
    """End a session: its token opens nothing any more, whoever kept it."""
    with transaction(session):
        session.execute(
            update(WebSession)
            .where(WebSession.token_sha256 == digest_of_token(token), WebSession.ended_at.is_(None))
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )


def digest_of_token(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
