"""What waits for the desk of an agency, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    CorrectionRequest,
    CorrectionStatus,
    Employer,
    Mandate,
    Message,
    MessageStatus,
)
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading

UNDELIVERABLE = (MessageStatus.REFUSED, MessageStatus.BOUNCED)


@dataclass(frozen=True, slots=True)
class Queues:
    """How many of each wait for somebody."""

    papers: int
    messages: int
    corrections: int


def count_queues(session: Session, scope: Scope) -> Queues:
    """The queues of the employers in scope."""
    with reading(session):
        return Queues(
            papers=_count(
                session,
                scope,
                Mandate.employer_id,
                Mandate.status == MandateStatus.SIGNED,
                Mandate.paper_due_on.is_not(None),
            ),
            messages=_count(session, scope, Message.employer_id, Message.status.in_(UNDELIVERABLE)),
            corrections=_count(
                session,
                scope,
                CorrectionRequest.employer_id,
                CorrectionRequest.status == CorrectionStatus.OPEN,
            ),
        )


def _count(
    session: Session,
    scope: Scope,
    owner: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
) -> int:
    wanted = select(func.count()).select_from(owner.class_).where(*conditions)
    if scope.agency_id is not None:
        wanted = wanted.join(Employer, Employer.id == owner).where(*in_scope(scope))
    return session.scalar(wanted) or 0
