"""Looking events up: who did what to whom, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.moment import ALGIERS
from webapp.models import (
    Agency,
    ApiKey,
    Campaign,
    Debit,
    Device,
    Employer,
    Event,
    Mandate,
    PaymentSchedule,
    StaffMember,
    Subject,
)
from webapp.models.event import OF_STAFF
from webapp.services.transactions import reading

EVENTS_ON_A_PAGE = 50
STAFF = "staff:"
EMPLOYER = "employer:"


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What to look for; nothing where it does not matter. Days are those of Algiers, inclusive.

    `who` is an e-mail address of the staff, a member number, or an actor as events name it;
    `about` a member number, or the reference of a mandate, debit, schedule, a software's key or
    one of the staff.
    """

    who: str = ""
    about: str = ""
    what: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """One event, with the names of who acted and of what it is about where they are known."""

    id: int
    at: datetime
    actor: str
    actor_name: str
    subject: Subject
    subject_id: int
    subject_name: str
    source: str | None
    target: str
    cause: str


def search_events(
    session: Session, query: EventQuery, before: int | None = None
) -> tuple[list[FoundEvent], bool]:
    """The events that fit, the latest first, and whether there are older ones.

    `before` is the id of the last one already seen.
    """
    with reading(session):
        conditions = [*between(query.since, query.until), *_about(session, query.about)]
        if query.who:
            conditions += by_actor(actor_of(session, query.who))
        if query.what:
            conditions.append(Event.target == query.what)
        if before is not None:
            conditions.append(Event.id < before)
        rows = session.execute(
            select(
                Event.id,
                Event.at,
                Event.actor,
                Event.subject,
                Event.subject_id,
                Event.source,
                Event.target,
                Event.cause,
            )
            .where(*conditions)
            .order_by(Event.id.desc())
            .limit(EVENTS_ON_A_PAGE + 1)
        ).all()
        more, rows = len(rows) > EVENTS_ON_A_PAGE, rows[:EVENTS_ON_A_PAGE]
        staff = _names_of_staff(session, rows)
        subjects = _names_of_subjects(session, rows)
    return [
        FoundEvent(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_name=staff.get(row.actor, ""),
            subject=row.subject,
            subject_id=row.subject_id,
            subject_name=subjects.get((row.subject, row.subject_id), ""),
            source=row.source,
            target=row.target,
            cause=row.cause,
        )
        for row in rows
    ], more


def actor_of(session: Session, who: str) -> str:
    """An actor as events name it, from an e-mail address or a member number; else as typed."""
    if "@" in who:
        found = session.scalar(select(StaffMember.id).where(StaffMember.email == who.lower()))
        return who if found is None else f"{STAFF}{found}"
    found = session.scalar(select(Employer.id).where(Employer.member_number == who))
    return who if found is None else f"{EMPLOYER}{found}"


def by_actor(actor: str) -> list[ColumnElement[bool]]:
    """The events of one actor; those of the staff are found by their index."""
    conditions: list[ColumnElement[bool]] = [Event.actor == actor]
    if actor.startswith(STAFF):
        conditions.append(text(OF_STAFF))  # type: ignore[arg-type]
    return conditions


def between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """The events of these Algiers days, both included."""
    return on_days(Event.at, since, until)


def on_days(
    at: InstrumentedAttribute[datetime], since: date | None, until: date | None
) -> list[ColumnElement[bool]]:
    """The rows whose instant lies in these Algiers days, both included."""
    conditions = []
    if since is not None:
        conditions.append(at >= datetime.combine(since, time(), ALGIERS))
    if until is not None:
        after = until + timedelta(days=1)
        conditions.append(at < datetime.combine(after, time(), ALGIERS))
    return conditions


def _about(session: Session, about: str) -> list[ColumnElement[bool]]:
    if not about:
        return []
    for subject, reference, owner in (
        (Subject.EMPLOYER, Employer.member_number, Employer.id),
        (Subject.MANDATE, Mandate.reference, Mandate.id),
        (Subject.DEBIT, Debit.reference, Debit.id),
        (Subject.SCHEDULE, PaymentSchedule.reference, PaymentSchedule.id),
        (Subject.API_KEY, ApiKey.reference, ApiKey.id),
        (Subject.STAFF, StaffMember.reference, StaffMember.id),
        (Subject.STAFF, StaffMember.email, StaffMember.id),
        (Subject.CAMPAIGN, Campaign.reference, Campaign.id),
        (Subject.DEVICE, Device.reference, Device.id),
        (Subject.AGENCY, Agency.code, Agency.id),
    ):
        found = session.scalar(select(owner).where(reference == about))
        if found is not None:
            return [Event.subject == subject, Event.subject_id == found]
    return [Event.id.is_(None)]


def _names_of_staff(session: Session, rows: Sequence[Any]) -> dict[str, str]:
    ids = {
        int(row.actor.removeprefix(STAFF))
        for row in rows
        if row.actor.startswith(STAFF) and row.actor.removeprefix(STAFF).isdigit()
    }
    found = session.execute(
        select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(ids))
    ).all()
    return {f"{STAFF}{row.id}": row.name for row in found}


def _names_of_subjects(session: Session, rows: Sequence[Any]) -> dict[tuple[Subject, int], str]:
    """The public number or reference of what the events are about: one query per kind."""
    names: dict[tuple[Subject, int], str] = {}
    for subject, owner, reference in (
        (Subject.EMPLOYER, Employer.id, Employer.member_number),
        (Subject.MANDATE, Mandate.id, Mandate.reference),
        (Subject.DEBIT, Debit.id, Debit.reference),
        (Subject.SCHEDULE, PaymentSchedule.id, PaymentSchedule.reference),
        (Subject.API_KEY, ApiKey.id, ApiKey.reference),
        (Subject.STAFF, StaffMember.id, StaffMember.name),
        (Subject.CAMPAIGN, Campaign.id, Campaign.reference),
        (Subject.DEVICE, Device.id, Device.reference),
        (Subject.AGENCY, Agency.id, Agency.code),
    ):
        ids = {row.subject_id for row in rows if row.subject is subject}
        if ids:
            found = session.execute(select(owner, reference).where(owner.in_(ids))).all()
            names.update(((subject, row[0]), row[1]) for row in found)
    return names
