"""People who act for employers: how they sign in, and for whom they act at the moment."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound
from webapp.domain.rules import AccessRules
from webapp.models import (
    CodePurpose,
    Delegation,
    Language,
    NoticeChannel,
    OneTimeCode,
    Person,
    Subject,
    WebSession,
)
from webapp.services.codes import AskedCode, CodeToSend, digest_of_code, new_code
from webapp.services.events import record
from webapp.services.outbox import Addressee, queue
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token, is_over, renew_session
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class PersonIn:
    """A person at the other end of a session, whoever they act for at the moment."""

    session_id: int
    person_id: int
    name: str
    seen_at: datetime
    expired: bool

    @property
    def actor(self) -> str:
        """Who acts, for the events."""
        return f"person:{self.person_id}"


def ask_person_for_code(
    session: Session, day: WorkingDay, vault: Vault, rules: AccessRules, email: str, language: str
) -> AskedCode:
    """Make a code to sign in with, for the person of that e-mail address. Raises TooManyTries.

    An unknown address takes the same steps, limits included, and gets no message.
    """
    spend_try(session, day, vault, rules.codes_for_all)
    spend_try(session, day, vault, rules.codes_per_member, f"person:{email}")
    reference, code = secrets.token_hex(16), new_code()
    with transaction(session):
        person_id = session.scalar(select(Person.id).where(Person.email == email))
        session.add(
            OneTimeCode(
                reference=reference,
                purpose=CodePurpose.SIGN_IN,
                person_id=person_id,
                code_hash=digest_of_code(vault, reference, code),
                sent_at=day.now,
                tries=0,
            )
        )
        to = Addressee(NoticeChannel.EMAIL, Language(language), email, person_id=person_id)
        with session.begin_nested() as attempt:
            queue(
                session,
                day,
                vault,
                to,
                "sign_in_code",
                {"code": code, "minutes": rules.code_minutes},
                reference=reference,
                expires_at=day.now + timedelta(minutes=rules.code_minutes),
            )
            session.flush()
            if person_id is None:
                attempt.rollback()
    if person_id is None:
        return AskedCode(reference, None)
    return AskedCode(reference, CodeToSend(reference, "sign_in", "email", language, email, code))


def find_person(session: Session, now: datetime, rules: AccessRules, token: str) -> PersonIn | None:
    """The person who holds this token. None for a session of anybody else, or one that ended."""
    with reading(session):
        row = session.execute(
            select(
                WebSession.id,
                WebSession.person_id,
                WebSession.started_at,
                WebSession.seen_at,
                Person.name,
            )
            .join(Person, Person.id == WebSession.person_id)
            .where(WebSession.token_sha256 == digest_of_token(token), WebSession.ended_at.is_(None))
        ).first()
    if row is None:
        return None
    expired = is_over(row.started_at, row.seen_at, now, rules)
    return PersonIn(row.id, row.person_id, row.name, row.seen_at, expired)


def act_for(session: Session, day: WorkingDay, person: PersonIn, reference: str) -> str:
    """Act for the employer of this delegation from now on; return the token of the new session.

    Raises NotFound for a delegation that is not this person's, or has ended.
    """
    with transaction(session):
        employer_id = session.scalar(
            select(Delegation.employer_id).where(
                Delegation.reference == reference,
                Delegation.person_id == person.person_id,
                Delegation.ended_at.is_(None),
            )
        )
        if employer_id is None:
            raise NotFound(kind="delegation", reference=reference)
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "person_opened")
        return renew_session(session, day.now, person.session_id, employer_id=employer_id)


def leave_employer(session: Session, day: WorkingDay, person: PersonIn) -> str:
    """Act for nobody for now; return the token of the new session."""
    with transaction(session):
        return renew_session(session, day.now, person.session_id, employer_id=None)
