"""Whose yearly summaries are made: all employers, in portions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.models import Employer
from webapp.services.sets import portions
from webapp.services.summaries.papers import SummaryPaper, summaries_of
from webapp.services.transactions import may_go_on, reading
from webapp.services.working_day import WorkingDay

AT_ONCE = 200


def every_owner(session: Session) -> list[tuple[int, str]]:
    """Each employer's id and member number, in the order of their ids."""
    with reading(session):
        rows = session.execute(select(Employer.id, Employer.member_number).order_by(Employer.id))
        return [(row.id, row.member_number) for row in rows]


def every_summary(
    session: Session, day: WorkingDay, vault: Vault, employer_ids: Collection[int], year: int
) -> Iterator[tuple[int, SummaryPaper | None]]:
    """For each of these employers the summary, or None where the year has nothing of theirs.

    Read in portions, in a transaction each. Ends early, after the one that it is at, once somebody
    has told the work of this session to end.
    """
    for part in portions(employer_ids, AT_ONCE):
        with reading(session):
            papers = {
                paper.employer_id: paper for paper in summaries_of(session, day, vault, part, year)
            }
        for employer_id in part:
            if not may_go_on(session):
                return
            yield employer_id, papers.get(employer_id)
