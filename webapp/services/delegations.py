"""Whom an employer lets act for it: granted, with or without the right to sign, and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import AlreadyActs, NotFound
from webapp.models import (
    Delegation,
    Language,
    NoticeChannel,
    Person,
    Subject,
    WebSession,
)
from webapp.services.events import record
from webapp.services.outbox import Addressee, queue, tell
from webapp.services.references import new_delegation_reference, new_person_reference
from webapp.services.sets import insert_ignoring
from webapp.services.signing import lock_employer
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Trusted:
    """A person whom the employer lets, or let, act for it."""

    reference: str
    name: str
    email: str
    may_sign: bool
    granted_at: datetime
    ended_at: datetime | None


def delegations(session: Session, employer_id: int) -> Sequence[Trusted]:
    """Everybody who acts or acted for the employer, those who do first."""
    with reading(session):
        rows = session.execute(
            select(
                Delegation.reference,
                Delegation.name,
                Person.email,
                Delegation.may_sign,
                Delegation.granted_at,
                Delegation.ended_at,
            )
            .join(Person, Person.id == Delegation.person_id)
            .where(Delegation.employer_id == employer_id)
            .order_by(Delegation.ended_at.is_not(None), Delegation.id.desc())
        ).all()
    return [Trusted(**row._asdict()) for row in rows]


def grant(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    who: SignedIn,
    name: str,
    email: str,
    language: str,
    *,
    may_sign: bool,
) -> str:
    """Let the person of that e-mail address act for the employer; return the reference.

    Somebody who is not known yet signs in with that address from now on. They are told, and so is
    the employer, whose session it may not be. Raises AlreadyActs.
    """
    with transaction(session):
        session.execute(
            insert_ignoring(session, Person),
            [
                {
                    "reference": new_person_reference(),
                    "email": email,
                    "name": name,
                    "language": Language(language),
                    "created_at": day.now,
                }
            ],
        )
        person = session.execute(
            select(Person.id, Person.language).where(Person.email == email)
        ).one()
        reference = new_delegation_reference()
        added = session.scalars(
            insert_ignoring(session, Delegation)
            .values(
                reference=reference,
                employer_id=who.employer_id,
                person_id=person.id,
                name=name,
                may_sign=may_sign,
                granted_at=day.now,
            )
            .returning(Delegation.id)
        ).all()
        if not added:
            raise AlreadyActs()
        right = "may_sign" if may_sign else "may_not_sign"
        record(session, day, Subject.PERSON, [person.id], None, "granted", right)
        record(session, day, Subject.EMPLOYER, [who.employer_id], None, "delegated", right)
        _tell(session, day, vault, person.id, email, person.language, who, "delegation_granted",
              may_sign)  # fmt: skip
        told = {"email": email, "may_sign": may_sign, "on": day.today}
        tell(session, day, vault, who.employer_id, "delegate_added", told)
    return reference


def end(session: Session, day: WorkingDay, vault: Vault, who: SignedIn, reference: str) -> None:
    """Let somebody act for the employer no more, from this moment: their sessions for it end too.

    A signature of theirs that is under way is finished before, or is refused. Raises NotFound,
    also for another's and for one that has ended.
    """
    with transaction(session):
        lock_employer(session, who.employer_id)
        row = session.execute(
            update(Delegation)
            .where(
                Delegation.reference == reference,
                Delegation.employer_id == who.employer_id,
                Delegation.ended_at.is_(None),
            )
            .values(ended_at=day.now)
            .returning(Delegation.person_id, Delegation.may_sign)
            .execution_options(synchronize_session=False)
        ).first()
        if row is None:
            raise NotFound(kind="delegation", reference=reference)
        session.execute(
            update(WebSession)
            .where(
                WebSession.employer_id == who.employer_id,
                WebSession.person_id == row.person_id,
                WebSession.ended_at.is_(None),
            )
            .values(employer_id=None)
            .execution_options(synchronize_session=False)
        )
        record(session, day, Subject.PERSON, [row.person_id], None, "ended", "delegation_ended")
        record(session, day, Subject.EMPLOYER, [who.employer_id], None, "undelegated", "ended")
        person = session.execute(
            select(Person.email, Person.language).where(Person.id == row.person_id)
        ).one()
        _tell(session, day, vault, row.person_id, person.email, person.language, who,
              "delegation_ended", row.may_sign)  # fmt: skip


def _tell(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    person_id: int,
    email: str,
    language: Language,
    who: SignedIn,
    kind: str,
    may_sign: bool,
) -> None:
    name = who.name_in(language.value)
    to = Addressee(NoticeChannel.EMAIL, language, email, person_id=person_id)
    queue(session, day, vault, to, kind, {"name": name, "may_sign": may_sign, "on": day.today})
