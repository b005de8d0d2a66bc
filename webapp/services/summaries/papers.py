"""The paper of a yearly summary: of one employer, of many at once, and for whoever checks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import PaperKind, number_of, value_of
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.models import Employer
from webapp.services.check_codes import code_of
from webapp.services.summaries.figures import YearFigures, figures_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

FIRST_YEAR = 2000
YEARS = 128


@dataclass(frozen=True, slots=True)
class SummaryPaper:
    """The summary of a year with whose it is, and the instant as of which it is told."""

    employer_id: int
    number: str
    code: str
    year: int
    member_number: str
    name_ar: str
    name_fr: str
    made_at: datetime
    made_on: date
    figures: YearFigures

    @property
    def is_whole(self) -> bool:
        """Whether the year was over when it was made."""
        return self.made_on > self.figures.last_on


@dataclass(frozen=True, slots=True)
class CheckedSummary:
    """What a summary may be compared with: what was declared and received for its year by today."""

    number: str
    year: int
    name_ar: str
    name_fr: str
    declared: Centimes
    settled: Centimes

    @property
    def kind(self) -> PaperKind:
        """A yearly summary."""
        return PaperKind.SUMMARY


def number_of_summary(employer_id: int, year: int) -> str:
    """The number of an employer's summary of a year, however often it is made."""
    return number_of(PaperKind.SUMMARY, employer_id * YEARS + year - FIRST_YEAR)


def find_summary(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, year: int
) -> SummaryPaper:
    """The summary of one employer. Raises NotFound for a year in which nothing was owed."""
    with reading(session):
        found = summaries_of(session, day, vault, [employer_id], year)
    if not found:
        raise NotFound(kind="summary", reference=str(year))
    return found[0]


def summaries_of(
    session: Session, day: WorkingDay, vault: Vault, employer_ids: Sequence[int], year: int
) -> list[SummaryPaper]:
    """The summaries of those of these employers who had anything to do in the year.

    Six questions, however many they are; inside the caller's transaction.
    """
    if not FIRST_YEAR <= year <= day.today.year:
        return []
    figures = figures_of(session, employer_ids, year, day.today)
    rows = session.execute(
        select(Employer.id, Employer.member_number, Employer.name_ar, Employer.name_fr)
        .where(Employer.id.in_(employer_ids))
        .order_by(Employer.id)
    )
    return [
        SummaryPaper(
            employer_id=row.id,
            number=(number := number_of_summary(row.id, year)),
            code=code_of(vault, number),
            year=year,
            member_number=row.member_number,
            name_ar=row.name_ar,
            name_fr=row.name_fr,
            made_at=day.now,
            made_on=day.today,
            figures=figures[row.id],
        )
        for row in rows
        if _is_anything(figures[row.id])
    ]


def checked_summary(session: Session, number: str, today: date) -> CheckedSummary | None:
    """What a summary is compared with; None for a number that is none."""
    employer_id, years = divmod(value_of(number), YEARS)
    row = session.execute(
        select(Employer.name_ar, Employer.name_fr).where(Employer.id == employer_id)
    ).first()
    if row is None:
        return None
    year = FIRST_YEAR + years
    total = figures_of(session, [employer_id], year, today)[employer_id].total
    return CheckedSummary(number, year, row.name_ar, row.name_fr, total.declared, total.settled)


def _is_anything(figures: YearFigures) -> bool:
    return bool(figures.periods or figures.opening or figures.charged or figures.paid)
