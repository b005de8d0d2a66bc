"""What the events of bank files tell beside their states: who asked, who vouches, since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.file_acts import FileEvent, FileStanding, standing_of
from webapp.models import Event, Subject


def standings_of(session: Session, ids: Sequence[int]) -> dict[int, FileStanding]:
    """Of each of these few files, what its events tell. Inside the caller's transaction."""
    told: defaultdict[int, list[FileEvent]] = defaultdict(list)
    rows = session.execute(
        select(Event.subject_id, Event.at, Event.actor, Event.source, Event.target, Event.cause)
        .where(Event.subject == Subject.BANK_FILE, Event.subject_id.in_(ids))
        .order_by(Event.id)
    )
    for row in rows:
        event = FileEvent(row.at, row.actor, row.source, row.target, row.cause)
        told[row.subject_id].append(event)
    return {file_id: standing_of(told[file_id]) for file_id in ids}
