"""Invitations of the staff: a link that lets one person choose how they will sign in, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import AlreadyOnStaff, InvitationNotOpen, NotFound
from webapp.domain.roles import Role
from webapp.domain.rules import StaffRules
from webapp.models import Agency, Event, Language, StaffInvitation, StaffMember, Subject
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token
from webapp.services.working_day import WorkingDay

# Whom an act is about when it is nobody of the staff yet.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Whom an administrator invites, and as what."""

    email: str
    name: str
    language: Language
    role: Role
    agency_id: int | None


@dataclass(frozen=True, slots=True)
class InvitationToSend:
    """An invitation on its way to the person; the token is nowhere else."""

    invitation_id: int
    email: str
    name: str
    language: Language
    expires_at: datetime
    again: bool
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as its holder and the administrators see it.

    `again` says that the person works for the fund already, and chooses anew how to sign in.
    """

    id: int
    email: str
    name: str
    role: Role
    agency_id: int | None
    invited_at: datetime
    expires_at: datetime
    again: bool
    expired: bool


# Puts an invitation on its way inside the transaction that makes it.
TellInvited = Callable[[Session, WorkingDay, InvitationToSend], None]


def tell_nobody(session: Session, day: WorkingDay, invitation: InvitationToSend) -> None:
    """The link is handed over in another way."""


def invite(
    session: Session,
    day: WorkingDay,
    rules: StaffRules,
    newcomer: Newcomer,
    by: int | None,
    tell: TellInvited = tell_nobody,
) -> InvitationToSend:
    """Invite somebody; an earlier invitation of theirs is withdrawn.

    `by` is the inviting member; None on the command line. Raises AlreadyOnStaff.
    """
    with transaction(session):
        at_work = select(StaffMember.id).where(
            StaffMember.email == newcomer.email, StaffMember.left_at.is_(None)
        )
        if session.scalar(at_work) is not None:
            raise AlreadyOnStaff()
        return _invite(session, day, rules, newcomer, by, tell, again=False)


def invite_again(
    session: Session,
    day: WorkingDay,
    rules: StaffRules,
    staff_id: int,
    by: int,
    tell: TellInvited = tell_nobody,
) -> InvitationToSend:
    """Let a member choose a password and an app anew; until then the old ones are good.

    Raises NotFound, also for somebody who has left.
    """
    with transaction(session):
        member = session.execute(
            select(
                StaffMember.email,
                StaffMember.name,
                StaffMember.language,
                StaffMember.role,
                StaffMember.agency_id,
            ).where(StaffMember.id == staff_id, StaffMember.left_at.is_(None))
        ).first()
        if member is None:
            raise NotFound(kind="staff member", reference=str(staff_id))
        newcomer = Newcomer(
            member.email, member.name, member.language, member.role, member.agency_id
        )
        return _invite(session, day, rules, newcomer, by, tell, again=True)


def resend(
    session: Session,
    day: WorkingDay,
    rules: StaffRules,
    invitation_id: int,
    by: int,
    tell: TellInvited = tell_nobody,
) -> InvitationToSend:
    """A new link in place of one that was not used; the old one opens nothing any more.

    Raises NotFound for an invitation that was used or withdrawn, or never was.
    """
    with transaction(session):
        old = session.execute(
            select(
                StaffInvitation.email,
                StaffInvitation.name,
                StaffInvitation.language,
                StaffInvitation.role,
                StaffInvitation.agency_id,
                _works_here().label("again"),
            ).where(StaffInvitation.id == invitation_id, *unused())
        ).first()
        if old is None:
            raise NotFound(kind="invitation", reference=str(invitation_id))
        newcomer = Newcomer(old.email, old.name, old.language, old.role, old.agency_id)
        return _invite(session, day, rules, newcomer, by, tell, again=bool(old.again))


def withdraw(session: Session, day: WorkingDay, invitation_id: int, by: int) -> None:
    """Let a link open nothing any more. Raises NotFound for one that opens nothing already."""
    with transaction(session):
        if not withdraw_all(session, day, StaffInvitation.id == invitation_id):
            raise NotFound(kind="invitation", reference=str(invitation_id))
        _tell(session, day, by, "withdrawn", invitation_id)


def withdraw_all(session: Session, day: WorkingDay, *which: ColumnElement[bool]) -> int:
    """Withdraw unused invitations inside the caller's transaction; return how many."""
    withdrawn = session.scalars(
        update(StaffInvitation)
        .where(*unused(), *which)
        .values(withdrawn_at=day.now)
        .returning(StaffInvitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(withdrawn)


def list_invitations(session: Session, day: WorkingDay) -> Sequence[Invitation]:
    """The invitations that were neither used nor withdrawn, the latest first."""
    with reading(session):
        return _invitations(session, day)


def find_invitation(session: Session, day: WorkingDay, token: str) -> Invitation:
    """The invitation of a link. Raises InvitationNotOpen."""
    with reading(session):
        found = _invitations(session, day, StaffInvitation.token_sha256 == digest_of_token(token))
    if not found or found[0].expired:
        raise InvitationNotOpen()
    return found[0]


def find_agency(session: Session, code: str) -> int:
    """The id of an agency by its code. Raises NotFound."""
    with reading(session):
        found = session.scalar(select(Agency.id).where(Agency.code == code))
    if found is None:
        raise NotFound(kind="agency", reference=code)
    return found


def _invite(
    session: Session,
    day: WorkingDay,
    rules: StaffRules,
    newcomer: Newcomer,
    by: int | None,
    tell: TellInvited,
    *,
    again: bool,
) -> InvitationToSend:
    withdraw_all(session, day, StaffInvitation.email == newcomer.email)
    token = secrets.token_urlsafe(32)
    row = StaffInvitation(
        token_sha256=digest_of_token(token),
        email=newcomer.email,
        name=newcomer.name,
        language=newcomer.language,
        role=newcomer.role,
        agency_id=newcomer.agency_id,
        invited_at=day.now,
        invited_by=by,
        expires_at=day.now + timedelta(days=rules.invitation_days),
    )
    session.add(row)
    session.flush()
    _tell(session, day, by, "invited_again" if again else "invited", row.id)
    made = InvitationToSend(row.id, row.email, row.name, row.language, row.expires_at, again, token)
    tell(session, day, made)
    return made


def _invitations(
    session: Session, day: WorkingDay, *which: ColumnElement[bool]
) -> list[Invitation]:
    rows = session.execute(
        select(
            StaffInvitation.id,
            StaffInvitation.email,
            StaffInvitation.name,
            StaffInvitation.role,
            StaffInvitation.agency_id,
            StaffInvitation.invited_at,
            StaffInvitation.expires_at,
            _works_here().label("again"),
        )
        .where(*unused(), *which)
        .order_by(StaffInvitation.id.desc())
    ).all()
    return [
        Invitation(
            id=row.id,
            email=row.email,
            name=row.name,
            role=row.role,
            agency_id=row.agency_id,
            invited_at=row.invited_at,
            expires_at=row.expires_at,
            again=bool(row.again),
            expired=row.expires_at <= day.now,
        )
        for row in rows
    ]


def _works_here() -> ColumnElement[bool]:
    """Whether somebody at work has the address of the invitation."""
    return (
        select(StaffMember.id)
        .where(StaffMember.email == StaffInvitation.email, StaffMember.left_at.is_(None))
        .correlate(StaffInvitation)
        .exists()
    )


def unused() -> tuple[ColumnElement[bool], ...]:
    return (StaffInvitation.used_at.is_(None), StaffInvitation.withdrawn_at.is_(None))


def _tell(
    session: Session, day: WorkingDay, by: int | None, target: str, invitation_id: int
) -> None:
    """The event of an invitation: it is about the one who invites, for there is no other yet."""
    session.add(
        Event(
            at=day.now,
            actor=day.actor,
            subject=Subject.STAFF,
            subject_id=by or NOBODY,
            source=None,
            target=target,
            cause=cause_of(invitation_id),
        )
    )


def cause_of(invitation_id: int) -> str:
    return f"invitation:{invitation_id}"
