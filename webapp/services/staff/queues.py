"""What waits for the desk of an agency, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.domain.roles import Scope
from webapp.services.confirmations import count_waiting
from webapp.services.corrections import count_open_corrections
from webapp.services.undeliverable import count_undelivered
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Queues:
    """How many of each wait for somebody."""

    papers: int
    messages: int
    corrections: int


def count_queues(session: Session, day: WorkingDay, scope: Scope) -> Queues:
    """The queues of the employers in scope."""
    return Queues(
        papers=count_waiting(session, scope.agency_id),
        messages=count_undelivered(session, day, scope.agency_id),
        corrections=count_open_corrections(session, scope.agency_id),
    )
