"""Who looked at an employer's data, and who changed something there: the employer's own log.

Law 18-07 gives them the right to know. Of the fund's people they read the agency and the work, not
the name: the fund answers for its agents, and can name each of them from the same events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from webapp.domain.period import Period
from webapp.domain.roles import Role
from webapp.models import (
    Agency,
    ApiKey,
    Declaration,
    Delegation,
    Event,
    Mandate,
    PaymentSchedule,
    StaffMember,
    Subject,
    Worksite,
)
from webapp.services.transactions import reading

# Who acts where many employers act at once, each for itself: the past of a demonstration.
SOME_EMPLOYER = "employer"
LOOKS_ON_A_PAGE = 40
LOOKS_AT_ONCE = 1_000
ACTOR = re.compile(r"(staff|person):(\d+)")
PROGRAM = "api:"


@dataclass(frozen=True, slots=True)
class Look:
    """One event: when, what (target and cause), on which mandate or declaration, and by whom.

    By one of the staff (`role`, and the agency in both languages), by a `person` or `software`
    that acts for the employer, or by the service itself.
    """

    id: int
    at: datetime
    target: str
    cause: str
    mandate: str
    period: Period | None
    role: Role | None = None
    agency_ar: str = ""
    agency_fr: str = ""
    person: str = ""
    software: str = ""


def looks(
    session: Session,
    employer_id: int,
    before: int | None = None,
    most: int = LOOKS_ON_A_PAGE + 1,
) -> Sequence[Look]:
    """What others than the employer did with its data, the latest first.

    By itself one more than fits on a page. Nothing is left out: what has no name yet is told as
    it was recorded.
    """
    query = _events(employer_id).limit(most)
    with reading(session):
        rows = session.execute(query if before is None else query.where(Event.id < before)).all()
        actors = [ACTOR.match(row.actor) for row in rows]
        staff = _staff(session, {int(one[2]) for one in actors if one and one[1] == "staff"})
        persons = _persons(
            session, employer_id, {int(one[2]) for one in actors if one and one[1] == "person"}
        )
        software = _software(session, employer_id, {row.actor for row in rows})
    found = []
    for row, actor in zip(rows, actors, strict=True):
        by: dict[str, object] = {}
        if actor and actor[1] == "staff":
            by = staff.get(int(actor[2]), {})
        elif actor:
            by = {"person": persons.get(int(actor[2]), "")}
        elif row.actor in software:
            by = {"software": software[row.actor]}
        period = Period.parse(row.period) if row.period else None
        found.append(
            Look(row.id, row.at, row.target, row.cause, row.mandate or "", period, **by)  # type: ignore[arg-type]
        )
    return found


def every_look(session: Session, employer_id: int) -> Iterator[Look]:
    """All of them, the latest first, for the copy of the employer's data."""
    before = None
    while True:
        found = looks(session, employer_id, before, LOOKS_AT_ONCE)
        yield from found
        if len(found) < LOOKS_AT_ONCE:
            return
        before = found[-1].id


def _events(employer_id: int) -> Select[*tuple[Any, ...]]:
    """What others did with the employer and all that is its own, the latest first."""
    mandates = select(Mandate.id).where(Mandate.employer_id == employer_id)
    declarations = select(Declaration.id).where(Declaration.employer_id == employer_id)
    schedules = select(PaymentSchedule.id).where(PaymentSchedule.employer_id == employer_id)
    worksites = select(Worksite.id).where(Worksite.employer_id == employer_id)
    keys = select(ApiKey.id).where(ApiKey.employer_id == employer_id)
    about = or_(
        and_(Event.subject == Subject.EMPLOYER, Event.subject_id == employer_id),
        and_(Event.subject == Subject.WORKSITE, Event.subject_id.in_(worksites)),
        and_(Event.subject == Subject.MANDATE, Event.subject_id.in_(mandates)),
        and_(Event.subject == Subject.DECLARATION, Event.subject_id.in_(declarations)),
        and_(Event.subject == Subject.SCHEDULE, Event.subject_id.in_(schedules)),
        and_(Event.subject == Subject.API_KEY, Event.subject_id.in_(keys)),
    )
    of_mandate = and_(Event.subject == Subject.MANDATE, Mandate.id == Event.subject_id)
    of_declaration = and_(Event.subject == Subject.DECLARATION, Declaration.id == Event.subject_id)
    return (
        select(
            Event.id, Event.at, Event.actor, Event.target, Event.cause,
            Mandate.reference.label("mandate"), Declaration.period,
        )
        .outerjoin(Mandate, of_mandate)
        .outerjoin(Declaration, of_declaration)
        .where(about, Event.actor.not_in([f"employer:{employer_id}", SOME_EMPLOYER]))
        .order_by(Event.id.desc())
    )  # fmt: skip


def _staff(session: Session, ids: set[int]) -> dict[int, dict[str, object]]:
    rows = session.execute(
        select(StaffMember.id, StaffMember.role, Agency.name_ar, Agency.name_fr)
        .outerjoin(Agency, Agency.id == StaffMember.agency_id)
        .where(StaffMember.id.in_(ids))
    )
    return {
        row.id: {
            "role": row.role,
            "agency_ar": row.name_ar or "",
            "agency_fr": row.name_fr or "",
        }
        for row in rows
    }


def _persons(session: Session, employer_id: int, ids: set[int]) -> dict[int, str]:
    """What the employer called them, when it last let them act for it."""
    rows = session.execute(
        select(Delegation.person_id, Delegation.name)
        .where(Delegation.employer_id == employer_id, Delegation.person_id.in_(ids))
        .order_by(Delegation.id)
    )
    return {row.person_id: row.name for row in rows}


def _software(session: Session, employer_id: int, actors: set[str]) -> dict[str, str]:
    """What the employer called the programs to which it gave these keys."""
    references = {one.removeprefix(PROGRAM) for one in actors if one.startswith(PROGRAM)}
    if not references:
        return {}
    rows = session.execute(
        select(ApiKey.reference, ApiKey.name).where(
            ApiKey.employer_id == employer_id, ApiKey.reference.in_(references)
        )
    )
    return {f"{PROGRAM}{row.reference}": row.name for row in rows}
