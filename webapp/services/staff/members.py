"""Who works for the fund: as what, in which agency, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from webapp.domain.errors import LastAdministrator, NotFound
from webapp.domain.roles import Role
from webapp.models import Agency, StaffInvitation, StaffMember, Subject
from webapp.services.events import record
from webapp.services.staff.invitations import withdraw_all
from webapp.services.staff.sessions import end_sessions
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

MEMBERS_ON_A_PAGE = 50


class Presence(StrEnum):
    """Whether somebody works for the fund, for events."""

    AT_WORK = "at_work"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff as an administrator sees them."""

    id: int
    reference: str
    email: str
    name: str
    role: Role
    agency_id: int | None
    agency_ar: str | None
    agency_fr: str | None
    created_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency, to choose from."""

    id: int
    code: str
    name_ar: str
    name_fr: str


def list_members(session: Session, after: str | None = None) -> tuple[list[Member], bool]:
    """The staff by name, those who have left among them, and whether there are more.

    `after` is the reference of the last one already seen. Raises NotFound for one that is none.
    """
    with reading(session):
        wanted = MEMBERS.order_by(StaffMember.name, StaffMember.id)
        if after is not None:
            last = _row(session, after)
            wanted = wanted.where(
                tuple_(StaffMember.name, StaffMember.id) > tuple_(last.name, last.id)
            )
        rows = session.execute(wanted.limit(MEMBERS_ON_A_PAGE + 1)).all()
    return [Member(**row._asdict()) for row in rows[:MEMBERS_ON_A_PAGE]], len(
        rows
    ) > MEMBERS_ON_A_PAGE


def find_member(session: Session, reference: str) -> Member:
    """One of the staff. Raises NotFound."""
    with reading(session):
        return _row(session, reference)


def list_agencies(session: Session) -> Sequence[AgencyName]:
    """Every agency, by its code."""
    with reading(session):
        rows = session.execute(
            select(Agency.id, Agency.code, Agency.name_ar, Agency.name_fr).order_by(Agency.code)
        ).all()
    return [AgencyName(*row) for row in rows]


def give_post(
    session: Session, day: WorkingDay, reference: str, role: Role, agency_id: int | None
) -> None:
    """Give somebody another role or agency, from their next page on.

    Raises LastAdministrator, and NotFound for somebody who does not work here.
    """
    with transaction(session):
        member = _at_work(session, reference)
        if member.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
            _refuse_to_lose_the_last(session, member)
        if member.role is not role:
            record(session, day, Subject.STAFF, [member.id], member.role, role.value, "role")
        if member.agency_id != agency_id:
            cause = f"agency:{member.agency_id or 0}:{agency_id or 0}"
            record(session, day, Subject.STAFF, [member.id], None, "moved", cause)
        member.role, member.agency_id = role, agency_id


def let_go(session: Session, day: WorkingDay, reference: str) -> None:
    """Somebody leaves: every session of theirs ends at once, and no link of theirs opens.

    Raises LastAdministrator, and NotFound for somebody who does not work here.
    """
    with transaction(session):
        member = _at_work(session, reference)
        if member.role is Role.ADMINISTRATOR:
            _refuse_to_lose_the_last(session, member)
        member.left_at = day.now
        end_sessions(session, day, member.id)
        withdraw_all(session, day, StaffInvitation.email == member.email)
        source, target = Presence.AT_WORK, Presence.LEFT
        record(session, day, Subject.STAFF, [member.id], source, target.value, "left")


MEMBERS = select(
    StaffMember.id,
    StaffMember.reference,
    StaffMember.email,
    StaffMember.name,
    StaffMember.role,
    StaffMember.agency_id,
    Agency.name_ar.label("agency_ar"),
    Agency.name_fr.label("agency_fr"),
    StaffMember.created_at,
    StaffMember.left_at,
).outerjoin(Agency, Agency.id == StaffMember.agency_id)


def _row(session: Session, reference: str) -> Member:
    row = session.execute(MEMBERS.where(StaffMember.reference == reference)).first()
    if row is None:
        raise NotFound(kind="staff member", reference=reference)
    return Member(**row._asdict())


def _at_work(session: Session, reference: str) -> StaffMember:
    member = session.scalar(
        select(StaffMember).where(StaffMember.reference == reference, StaffMember.left_at.is_(None))
    )
    if member is None:
        raise NotFound(kind="staff member", reference=reference)
    return member


def _refuse_to_lose_the_last(session: Session, member: StaffMember) -> None:
    """Two administrators who leave at the same moment wait for each other here."""
    administrators = session.scalars(
        select(StaffMember.id)
        .where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.left_at.is_(None))
        .order_by(StaffMember.id)
        .with_for_update()
    ).all()
    if set(administrators) <= {member.id}:
        raise LastAdministrator()
