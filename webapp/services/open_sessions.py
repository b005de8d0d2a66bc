"""The sessions that somebody has open, on whatever devices, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.rules import AccessRules
from webapp.models import Delegation, Subject, WebSession
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session: on what device, since when, last used when, and whose it is.

    `person` is who acts for the employer in it, or empty; `here` marks the one that asks.
    """

    id: int
    device: str
    started_at: datetime
    seen_at: datetime
    person: str
    here: bool


def open_sessions(
    session: Session, now: datetime, rules: AccessRules, who: SignedIn
) -> Sequence[OpenSession]:
    """The sessions of an employer and of who acts for it; of a person, their own. Latest first."""
    with reading(session):
        rows = session.execute(
            select(
                WebSession.id,
                WebSession.device,
                WebSession.started_at,
                WebSession.seen_at,
                Delegation.name,
            )
            .outerjoin(
                Delegation,
                and_(
                    Delegation.person_id == WebSession.person_id,
                    Delegation.employer_id == WebSession.employer_id,
                    Delegation.ended_at.is_(None),
                ),
            )
            .where(
                *_own(who),
                WebSession.started_at > now - timedelta(hours=rules.session_hours),
                WebSession.seen_at > now - timedelta(minutes=rules.idle_minutes),
            )
            .order_by(WebSession.started_at.desc(), WebSession.id.desc())
        ).all()
    return [
        OpenSession(
            row.id,
            row.device,
            row.started_at,
            row.seen_at,
            row.name or "",
            row.id == who.session_id,
        )
        for row in rows
    ]


def end_one(session: Session, day: WorkingDay, who: SignedIn, session_id: int) -> None:
    """End one of one's own sessions. Raises NotFound, also for another's."""
    with transaction(session):
        if not _end(session, day, who, WebSession.id == session_id):
            raise NotFound(kind="session", reference=str(session_id))


def end_others(session: Session, day: WorkingDay, who: SignedIn) -> int:
    """Sign out everywhere else; return how many sessions that ended."""
    with transaction(session):
        return _end(session, day, who, WebSession.id != who.session_id)


def _end(session: Session, day: WorkingDay, who: SignedIn, which: ColumnElement[bool]) -> int:
    ended = session.scalars(
        update(WebSession)
        .where(*_own(who), which)
        .values(ended_at=day.now)
        .returning(WebSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    if ended:
        record(session, day, Subject.EMPLOYER, [who.employer_id], None, "sessions_ended", "own")
    return len(ended)


def _own(who: SignedIn) -> tuple[ColumnElement[bool], ...]:
    mine = WebSession.employer_id == who.employer_id
    if who.person_id is not None:
        mine = WebSession.person_id == who.person_id
    return (mine, WebSession.ended_at.is_(None))
