"""Who asks for it is told when one of the staff had a whole account number shown to them.

By the day and the work, never by the name: see webapp/services/looks.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from webapp.domain.moment import Moment
from webapp.domain.roles import Role
from webapp.models import Event, Mandate, StaffMember, Subject
from webapp.models.event import ACCOUNT_SHOWN
from webapp.services.news.items import Item, Source, untold, window_start
from webapp.services.working_day import WorkingDay

LOOK = "look:"
STAFF = re.compile(r"staff:(\d+)")


def _shown(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    return (
        text(ACCOUNT_SHOWN),  # type: ignore[return-value]
        Event.actor.like("staff:%"),
        Event.at >= window_start(day),
        untold(LOOK, Event.id),
    )


def _find(session: Session, day: WorkingDay) -> Sequence[int]:
    return sorted(session.scalars(select(Event.id).where(*_shown(day))))


def _read(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    rows = session.execute(
        select(Event.id, Event.at, Event.actor, Mandate.employer_id, Mandate.account_last4)
        .join(Mandate, Mandate.id == Event.subject_id)
        .where(Event.id.between(first, last), Event.subject == Subject.MANDATE, *_shown(day))
        .order_by(Event.id)
    ).all()
    numbers = {row.id: int(who[1]) for row in rows if (who := STAFF.fullmatch(row.actor))}
    members = select(StaffMember.id, StaffMember.role).where(
        StaffMember.id.in_(set(numbers.values()))
    )
    roles: dict[int, Role] = {row.id: row.role for row in session.execute(members)}
    return [
        Item(
            keys=(f"{LOOK}{row.id}",),
            employer_id=row.employer_id,
            kind="account_looked_at",
            values={
                "on": Moment.at(row.at).today,
                "role": roles.get(numbers.get(row.id, 0), Role.AGENT).value,
                "last4": row.account_last4,
            },
        )
        for row in rows
    ]


LOOKS = Source("looks", _find, _read)
