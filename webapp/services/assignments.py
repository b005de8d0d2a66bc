"""Which worksites an exception takes: assigned when it is signed, given back when it ends."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import UnknownWorksite, WorksiteTaken
from webapp.models import MandateWorksite, Worksite
from webapp.services.sets import insert_rows
from webapp.services.working_day import WorkingDay


def assign_worksites(
    session: Session, employer_id: int, mandate_id: int, codes: Sequence[str]
) -> None:
    """Let a mandate take these worksites of its employer, inside the caller's transaction.

    Raises UnknownWorksite, and WorksiteTaken for one that is under another exception.
    """
    found = dict(
        session.execute(
            select(Worksite.code, Worksite.id).where(
                Worksite.employer_id == employer_id, Worksite.code.in_(codes)
            )
        ).all()
    )
    for code in codes:
        if code not in found:
            raise UnknownWorksite(worksite=code)
    taken = session.scalar(
        select(Worksite.code)
        .join(MandateWorksite, MandateWorksite.worksite_id == Worksite.id)
        .where(Worksite.id.in_(found.values()), MandateWorksite.ended_at.is_(None))
        .limit(1)
    )
    if taken is not None:
        raise WorksiteTaken(worksite=taken)
    rows = [
        {"employer_id": employer_id, "mandate_id": mandate_id, "worksite_id": found[code]}
        for code in codes
    ]
    insert_rows(session, MandateWorksite, rows)


def give_back_worksites(
    session: Session, day: WorkingDay, *conditions: ColumnElement[bool]
) -> list[int]:
    """End these assignments, inside the caller's transaction; the ids of the worksites.

    Their dues are the default mandate's again.
    """
    return list(
        session.scalars(
            update(MandateWorksite)
            .where(MandateWorksite.ended_at.is_(None), *conditions)
            .values(ended_at=day.now)
            .returning(MandateWorksite.worksite_id)
            .execution_options(synchronize_session=False)
        )
    )
