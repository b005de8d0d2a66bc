"""Sessions of the site: they live in a table, and end by themselves."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeExpired, NotFound
from webapp.domain.period import Periodicity
from webapp.domain.rules import AccessRules
from webapp.domain.text import clean_name
from webapp.models import CodePurpose, Delegation, Employer, WebSession
from webapp.services.codes import check_code_of, use_code
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

LONGEST_DEVICE = 200

# Put together once: every page of an employer asks it.
HOLDER = (
    select(
        WebSession.id,
        WebSession.employer_id,
        WebSession.person_id,
        WebSession.case_id,
        WebSession.started_at,
        WebSession.seen_at,
        WebSession.proved_at,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Employer.signatory_name,
        Employer.periodicity,
        Delegation.name.label("person_name"),
        Delegation.may_sign,
    )
    .join(Employer, Employer.id == WebSession.employer_id)
    .outerjoin(
        Delegation,
        and_(
            Delegation.employer_id == WebSession.employer_id,
            Delegation.person_id == WebSession.person_id,
            Delegation.ended_at.is_(None),
        ),
    )
    .where(WebSession.token_sha256 == bindparam("token"), WebSession.ended_at.is_(None))
)

# A page that is merely read does not write; a minute more or less of an idle session is nothing.
SECONDS_BETWEEN_MARKS = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An employer at the other end of a session; `expired` says that it may do nothing more.

    With `person_id` it is a person who acts for the employer; `may_sign` says whether they may
    sign for it. With `case_id` it is bound to a case of enrolment, and to its few pages.
    """

    session_id: int
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    signatory_name: str
    periodicity: Periodicity
    seen_at: datetime
    expired: bool
    person_id: int | None = None
    person_name: str = ""
    may_sign: bool = True
    proved_at: datetime | None = None
    case_id: int | None = None

    @property
    def actor(self) -> str:
        """Who acts, for the events: the employer, or a person for the employer."""
        own = f"employer:{self.employer_id}"
        return own if self.person_id is None else f"person:{self.person_id}/{own}"

    def proved_lately(self, now: datetime, rules: AccessRules) -> bool:
        """Whether a code was given so lately in this session that an act of weight may follow."""
        if self.proved_at is None:
            return False
        return now - self.proved_at < timedelta(minutes=rules.proof_minutes)

    def name_in(self, language: str) -> str:
        """The enterprise's name in a language, or in the other where it has only one."""
        return (
            (self.name_ar or self.name_fr) if language == "ar" else (self.name_fr or self.name_ar)
        )


def sign_in(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    reference: str,
    code: str,
    device: str = "",
) -> str:
    """Open a session with the code that was sent; return its token, which only the browser holds.

    The session is an employer's, or a person's who has not chosen yet for whom they act. Raises
    WrongCode, CodeExpired and TooManyTries.
    """
    spend_try(session, day, vault, rules.tries_of_all)
    checked = check_code_of(session, day, vault, rules, CodePurpose.SIGN_IN, reference, code)
    token = new_token()
    with transaction(session):
        # The same code, sent twice at the same moment: the other one has opened a session.
        if not use_code(session, day, checked.id):
            raise CodeExpired()
        session.add(
            WebSession(
                token_sha256=digest_of_token(token),
                employer_id=checked.employer_id,
                person_id=checked.person_id,
                device=clean_name(device)[:LONGEST_DEVICE],
                started_at=day.now,
                proved_at=day.now,
                seen_at=day.now,
            )
        )
    return token


def find_session(
    session: Session, now: datetime, rules: AccessRules, token: str
) -> SignedIn | None:
    """Who holds this token. None when there is no such session, or it was ended by its holder.

    None as well for a person who has not chosen for whom they act, or may act for it no more.
    """
    with reading(session):
        row = session.execute(HOLDER, {"token": digest_of_token(token)}).first()
    if row is None or (row.person_id is not None and row.may_sign is None):
        return None
    return SignedIn(
        session_id=row.id,
        employer_id=row.employer_id,
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        signatory_name=row.signatory_name,
        periodicity=row.periodicity,
        seen_at=row.seen_at,
        expired=is_over(row.started_at, row.seen_at, now, rules),
        person_id=row.person_id,
        person_name=row.person_name or "",
        may_sign=row.person_id is None or row.may_sign,
        proved_at=row.proved_at,
        case_id=row.case_id,
    )


def is_over(started_at: datetime, seen_at: datetime, now: datetime, rules: AccessRules) -> bool:
    """Whether a session was idle for too long, or has lasted as long as any may."""
    idle = now - seen_at >= timedelta(minutes=rules.idle_minutes)
    return idle or now - started_at >= timedelta(hours=rules.session_hours)


class Visit(Protocol):
    """What is known of any open session, whoever holds it."""

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


def renew_session(session: Session, now: datetime, session_id: int, **changes: object) -> str:
    """End a session and go on in a new one, with these changes; inside the caller's transaction.

    Who copied the old token holds nothing. The new session lasts no longer than the old one.
    Return its token. Raises NotFound when the old one was ended meanwhile.
    """
    old = session.execute(
        update(WebSession)
        .where(WebSession.id == session_id, WebSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(
            WebSession.employer_id,
            WebSession.person_id,
            WebSession.case_id,
            WebSession.device,
            WebSession.started_at,
            WebSession.proved_at,
        )
        .execution_options(synchronize_session=False)
    ).first()
    if old is None:
        raise NotFound(kind="session", reference=str(session_id))
    token = new_token()
    values = old._asdict() | {"seen_at": now} | changes
    session.add(WebSession(token_sha256=digest_of_token(token), **values))
    return token


def new_token() -> str:
    """What a browser holds: 256 bits of chance."""
    return secrets.token_urlsafe(32)


def digest_of_token(token: str) -> str:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
