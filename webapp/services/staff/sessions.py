"""Sessions of the staff: who is at the other end, which are open, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.roles import Right, Role, Scope, may, rights_of, scope_of
from webapp.domain.rules import StaffRules
from webapp.domain.text import clean_name
from webapp.models import StaffMember, Subject, WebSession
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token
from webapp.services.working_day import WorkingDay

LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True)
class StaffSignedIn:
    """Somebody of the staff at the other end of a session, and what they may do.

    `waiting` says that the second factor is to come, `expired` that the session may do nothing
    more.
    """

    session_id: int
    staff_id: int
    reference: str
    name: str
    email: str
    role: Role
    agency_id: int | None
    proved_at: datetime | None
    seen_at: datetime
    expired: bool

    @property
    def waiting(self) -> bool:
        return self.proved_at is None

    @property
    def scope(self) -> Scope:
        return scope_of(self.role, self.agency_id)

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.role)

    def may(self, right: Right) -> bool:
        return may(self.role, right)

    def proved_lately(self, now: datetime, rules: StaffRules) -> bool:
        """Whether the second factor was given so lately that an act of weight may follow."""
        if self.proved_at is None:
            return False
        return now - self.proved_at < timedelta(minutes=rules.proof_minutes)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session of a member, as they may end it."""

    id: int
    device: str
    started_at: datetime
    seen_at: datetime


def acting(day: WorkingDay, staff_id: int) -> WorkingDay:
    """The same day with this member at work: who proves who they are acts as themselves."""
    return replace(day, actor=f"staff:{staff_id}")


def add_session(
    session: Session, day: WorkingDay, staff_id: int, device: str, *, proved: bool
) -> str:
    """Add a session inside the caller's transaction; return its token, only the browser's."""
    token = token_urlsafe(32)
    session.add(
        WebSession(
            token_sha256=digest_of_token(token),
            staff_id=staff_id,
            device=clean_name(device)[:LONGEST_DEVICE],
            started_at=day.now,
            proved_at=day.now if proved else None,
            seen_at=day.now,
        )
    )
    return token


def find_staff_session(
    session: Session, now: datetime, rules: StaffRules, token: str
) -> StaffSignedIn | None:
    """Who holds this token. None when there is no such session, it was ended, or they have left."""
    with reading(session):
        row = session.execute(
            select(
                WebSession.id,
                WebSession.started_at,
                WebSession.seen_at,
                WebSession.proved_at,
                WebSession.staff_id,
                StaffMember.reference,
                StaffMember.name,
                StaffMember.email,
                StaffMember.role,
                StaffMember.agency_id,
            )
            .join(StaffMember, StaffMember.id == WebSession.staff_id)
            .where(
                WebSession.token_sha256 == digest_of_token(token),
                WebSession.ended_at.is_(None),
                StaffMember.left_at.is_(None),
            )
        ).first()
    if row is None:
        return None
    return StaffSignedIn(
        session_id=row.id,
        staff_id=row.staff_id,
        reference=row.reference,
        name=row.name,
        email=row.email,
        role=row.role,
        agency_id=row.agency_id,
        proved_at=row.proved_at,
        seen_at=row.seen_at,
        expired=_is_over(row, now, rules),
    )


def list_sessions(
    session: Session, now: datetime, rules: StaffRules, staff_id: int
) -> Sequence[OpenSession]:
    """The sessions of a member that are open now, the latest first."""
    with reading(session):
        rows = session.execute(
            select(WebSession.id, WebSession.device, WebSession.started_at, WebSession.seen_at)
            .where(
                *_open_ones(staff_id),
                WebSession.proved_at.is_not(None),
                WebSession.started_at > now - timedelta(hours=rules.session_hours),
                WebSession.seen_at > now - timedelta(minutes=rules.idle_minutes),
            )
            .order_by(WebSession.started_at.desc(), WebSession.id.desc())
        ).all()
    return [OpenSession(row.id, row.device, row.started_at, row.seen_at) for row in rows]


def end_one(session: Session, day: WorkingDay, who: StaffSignedIn, session_id: int) -> None:
    """End one of one's own sessions. Raises NotFound, also for another's."""
    with transaction(session):
        ended = end_sessions(session, day, who.staff_id, WebSession.id == session_id)
        if not ended:
            raise NotFound(kind="session", reference=str(session_id))
        record(session, day, Subject.STAFF, [who.staff_id], None, "session_ended", "own")


def end_others(session: Session, day: WorkingDay, who: StaffSignedIn) -> int:
    """End every other session of oneself; return how many there were."""
    with transaction(session):
        ended = end_sessions(session, day, who.staff_id, WebSession.id != who.session_id)
        if ended:
            record(session, day, Subject.STAFF, [who.staff_id], None, "session_ended", "others")
    return ended


def end_sessions(
    session: Session, day: WorkingDay, staff_id: int, *which: ColumnElement[bool]
) -> int:
    """End sessions of a member inside the caller's transaction; return how many."""
    ended = session.scalars(
        update(WebSession)
        .where(*_open_ones(staff_id), *which)
        .values(ended_at=day.now)
        .returning(WebSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ended)


def _open_ones(staff_id: int) -> tuple[ColumnElement[bool], ...]:
    return (WebSession.staff_id == staff_id, WebSession.ended_at.is_(None))


def _is_over(row: Row[*tuple[object, ...]], now: datetime, rules: StaffRules) -> bool:
    waited_for = timedelta(minutes=rules.waiting_minutes)
    return bool(
        now - row.seen_at >= timedelta(minutes=rules.idle_minutes)
        or now - row.started_at >= timedelta(hours=rules.session_hours)
        or (row.proved_at is None and now - row.started_at >= waited_for)
    )
