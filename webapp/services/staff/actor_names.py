"""Who an actor of the staff is, by name: for what one of them asks and another decides."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import StaffMember

STAFF = "staff:"


def names_of_actors(session: Session, actors: Iterable[str | None]) -> dict[str, str]:
    """The names of those actors who are of the staff; inside the caller's transaction."""
    ids = {
        int(number)
        for actor in actors
        if actor is not None and (number := actor.removeprefix(STAFF)).isdigit()
    }
    rows = session.execute(
        select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(sorted(ids)))
    )
    return {f"{STAFF}{row.id}": row.name for row in rows}
