"""Who looked at an employer's data, and who changed something there: the employer's own log.

Law 18-07 gives them the right to know. Of the fund's people they read the agency and the work, not
the name: the fund answers for its agents, and can name each of them from the same events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.domain.roles import Role
from webapp.models import Agency, Event, Mandate, Person, StaffMember, Subject
from webapp.services.transactions import reading

LOOKS_ON_A_PAGE = 40
ACTOR = re.compile(r"(staff|person):(\d+)")


@dataclass(frozen=True, slots=True)
class Look:
    """One event: when, what (target and cause), on which mandate, and by whom.

    By one of the staff (`role`, and the agency in both languages), by a `person` who acts for the
    employer, or by the service itself.
    """

    id: int
    at: datetime
    target: str
    cause: str
    mandate: str
    role: Role | None = None
    agency_ar: str = ""
    agency_fr: str = ""
    person: str = ""


def looks(session: Session, employer_id: int, before: int | None = None) -> Sequence[Look]:
    """What others than the employer did with its data, the latest first; one more than a page."""
    mandates = select(Mandate.id).where(Mandate.employer_id == employer_id)
    about = or_(
        and_(Event.subject == Subject.EMPLOYER, Event.subject_id == employer_id),
        and_(Event.subject == Subject.MANDATE, Event.subject_id.in_(mandates)),
    )
    query = (
        select(
            Event.id, Event.at, Event.actor, Event.target, Event.cause,
            Mandate.reference.label("mandate"),
        )
        .outerjoin(Mandate, and_(Event.subject == Subject.MANDATE, Mandate.id == Event.subject_id))
        .where(about, Event.actor != f"employer:{employer_id}")
        .order_by(Event.id.desc())
        .limit(LOOKS_ON_A_PAGE + 1)
    )  # fmt: skip
    with reading(session):
        rows = session.execute(query if before is None else query.where(Event.id < before)).all()
        actors = [ACTOR.match(row.actor) for row in rows]
        staff = _staff(session, {int(one[2]) for one in actors if one and one[1] == "staff"})
        persons = _persons(session, {int(one[2]) for one in actors if one and one[1] == "person"})
    found = []
    for row, actor in zip(rows, actors, strict=True):
        by: dict[str, object] = {}
        if actor and actor[1] == "staff":
            by = staff.get(int(actor[2]), {})
        elif actor:
            by = {"person": persons.get(int(actor[2]), "")}
        found.append(
            Look(row.id, row.at, row.target, row.cause, row.mandate or "", **by)  # type: ignore[arg-type]
        )
    return found


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


def _persons(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
