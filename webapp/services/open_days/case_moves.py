"""How a case goes from one state to the next, with its event, and what of it ends with it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.domain.enrolment_cases import CASE_MOVES, CaseStatus
from webapp.domain.errors import NoLongerPossible
from webapp.models import EnrolmentCase, Mandate, Subject, WebSession
from webapp.services.events import record
from webapp.services.working_day import WorkingDay


def sign_case(
    session: Session, day: WorkingDay, case_id: int, reference: str, ended: CaseStatus
) -> None:
    """The case led to the mandate of this reference, inside the transaction that signs it.

    On a case that is over already nothing changes: its employer signs on, on their own phone.
    """
    mandate_id = session.scalars(select(Mandate.id).where(Mandate.reference == reference)).one()
    status = session.scalar(select(EnrolmentCase.status).where(EnrolmentCase.id == case_id))
    if status is not None and ended in CASE_MOVES[status]:
        move_case(session, day, case_id, ended, "signed", mandate_id=mandate_id, ended_at=day.now)


def move_case(
    session: Session,
    day: WorkingDay,
    case_id: int,
    target: CaseStatus,
    why: str,
    **values: object,
) -> None:
    """Move a case inside the caller's transaction, with its event.

    Raises NoLongerPossible when it is where it may not move from: somebody else was faster.
    """
    sources = [source for source, targets in CASE_MOVES.items() if target in targets]
    source = session.scalar(
        select(EnrolmentCase.status).where(EnrolmentCase.id == case_id).with_for_update()
    )
    if source not in sources:
        raise NoLongerPossible(reference=str(case_id))
    moved = session.execute(
        update(EnrolmentCase)
        .where(EnrolmentCase.id == case_id, EnrolmentCase.status == source)
        .values(status=target, **values)
        .returning(EnrolmentCase.id)
        .execution_options(synchronize_session=False)
    )
    if moved.first() is None:
        raise NoLongerPossible(reference=str(case_id))
    record(session, day, Subject.CASE, [case_id], source, target, why)


def end_sessions_of(session: Session, day: WorkingDay, *which: ColumnElement[bool]) -> None:
    """End sessions of cases inside the caller's transaction."""
    session.execute(
        update(WebSession)
        .where(WebSession.ended_at.is_(None), *which)
        .values(ended_at=day.now)
        .execution_options(synchronize_session=False)
    )
