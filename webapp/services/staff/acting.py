"""Suspending, resuming and revoking for an employer who asked the fund to, with what they asked.

The same services as for the employer's own act, and the same messages; the events say who did it
and how it was asked for, a note (sealed) says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.asked_ways import AskedWay
from webapp.domain.errors import NotFound
from webapp.domain.notes import NoteKind
from webapp.domain.pause import Pause
from webapp.domain.roles import Scope
from webapp.models import Employer, Mandate
from webapp.services.pauses import pause_inside, resume_inside
from webapp.services.revocations import revoke_inside
from webapp.services.staff.employers import in_scope
from webapp.services.staff.notes import NewNote, keep_note
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

NOTES_BY: Final[Mapping[AskedWay, NoteKind]] = {
    AskedWay.LETTER: NoteKind.LETTER,
    AskedWay.COUNTER: NoteKind.VISIT,
    AskedWay.PHONE: NoteKind.CALL,
}


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """Who of the staff acts, for which employers they may, and how and why they were asked to."""

    staff_id: int
    scope: Scope
    way: AskedWay
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ActedFor:
    """The employer of a mandate, for whom somebody is about to act."""

    id: int
    member_number: str
    name_ar: str
    name_fr: str


def owner_of_mandate(session: Session, scope: Scope, reference: str) -> ActedFor:
    """Whose mandate it is. Raises NotFound, also for an employer out of scope."""
    with reading(session):
        return _owner(session, scope, reference)


def pause_for(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    by: OnBehalf,
    reference: str,
    pause: Pause,
    shown: str,
) -> None:
    """Suspend a mandate as its employer asked; twice is once.

    Raises InvalidNote and what `pause_mandate` raises; NotFound for an employer out of scope.
    """
    with transaction(session):
        owner = _owner(session, by.scope, reference).id
        if pause_inside(session, day, vault, tell, owner, reference, pause, shown, by.way):
            _keep_reason(session, day, vault, by, owner)


def resume_for(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, by: OnBehalf, reference: str
) -> None:
    """End a pause as its employer asked; twice is once.

    Raises InvalidNote and what `resume_mandate` raises; NotFound for an employer out of scope.
    """
    with transaction(session):
        owner = _owner(session, by.scope, reference).id
        if resume_inside(session, day, vault, tell, owner, reference, by.way):
            _keep_reason(session, day, vault, by, owner)


def revoke_for(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    by: OnBehalf,
    reference: str,
    shown: str,
) -> None:
    """Revoke a mandate as its employer asked, who is told as of their own act; twice is once.

    Raises InvalidNote and what `revoke_mandate` raises; NotFound for an employer out of scope.
    """
    with transaction(session):
        owner = _owner(session, by.scope, reference).id
        if revoke_inside(session, day, vault, tell, owner, reference, shown, by.way):
            _keep_reason(session, day, vault, by, owner)


def _owner(session: Session, scope: Scope, reference: str) -> ActedFor:
    row = session.execute(
        select(Employer.id, Employer.member_number, Employer.name_ar, Employer.name_fr)
        .join(Mandate, Mandate.employer_id == Employer.id)
        .where(Mandate.reference == reference, *in_scope(scope))
    ).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    return ActedFor(*row)


def _keep_reason(session: Session, day: WorkingDay, vault: Vault, by: OnBehalf, owner: int) -> None:
    keep_note(session, day, vault, by.staff_id, owner, NewNote(NOTES_BY[by.way], None, by.reason))
