"""The revisions of a declaration: what each worksite declared in each, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.models import Declaration, DeclarationLine, Worksite
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class RevisedLine:
    """One worksite in one revision; `before` is what it made in the one before, in centimes."""

    worksite_id: int
    code: str
    worksite: str
    workers: int
    leave_base: Centimes
    weather_base: Centimes
    total: Centimes
    before: Centimes

    @property
    def difference(self) -> int:
        """By how much it changed, in centimes."""
        return self.total - self.before


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision as it was filed. A worksite that was taken out has a line of nothing."""

    number: int
    filed_at: datetime
    lines: tuple[RevisedLine, ...]

    @property
    def total(self) -> Centimes:
        """What it makes in all, in centimes."""
        return Centimes(sum(line.total for line in self.lines))

    @property
    def difference(self) -> int:
        """By how much the whole changed, in centimes."""
        return sum(line.difference for line in self.lines)


def list_revisions(session: Session, employer_id: int, period: str) -> list[Revision]:
    """The revisions of the employer's declaration of a period (its code), the first one first.

    Raises NotFound where nothing was filed.
    """
    made = (
        DeclarationLine.leave_centimes
        + DeclarationLine.weather_employer_centimes
        + DeclarationLine.weather_worker_centimes
    )
    mine = (Declaration.employer_id == employer_id, Declaration.period == period)
    with reading(session):
        filed = session.execute(
            select(Declaration.revision, Declaration.filed_at)
            .where(*mine)
            .order_by(Declaration.revision)
        ).all()
        lines = session.execute(
            select(
                Declaration.revision,
                Worksite.id,
                Worksite.code,
                Worksite.name,
                DeclarationLine.workers,
                DeclarationLine.leave_base_centimes,
                DeclarationLine.weather_base_centimes,
                made.label("total"),
            )
            .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
            .join(Worksite, Worksite.id == DeclarationLine.worksite_id)
            .where(*mine)
            .order_by(Declaration.revision, Worksite.id)
        ).all()
    if not filed:
        raise NotFound(kind="declaration", reference=period)
    revisions: list[Revision] = []
    for number, filed_at in filed:
        rows = [row[1:] for row in lines if row.revision == number]
        before = revisions[-1].lines if revisions else ()
        revisions.append(Revision(number, filed_at, _compared(rows, before)))
    return revisions


def _compared(
    rows: Sequence[tuple[int, str, str, int, int, int, int]], before: Sequence[RevisedLine]
) -> tuple[RevisedLine, ...]:
    known = {line.worksite_id: line for line in before}
    lines = []
    for worksite_id, code, name, workers, leave, weather, total in rows:
        was = known.pop(worksite_id, None)
        lines.append(
            RevisedLine(
                worksite_id, code, name, workers, Centimes(leave), Centimes(weather),
                Centimes(total), was.total if was else Centimes(0),
            )
        )  # fmt: skip
    nothing = Centimes(0)
    lines += [
        RevisedLine(
            one.worksite_id, one.code, one.worksite, 0, nothing, nothing, nothing, one.total
        )
        for one in known.values()
        if one.total or one.workers
    ]
    return tuple(sorted(lines, key=lambda line: line.worksite_id))
