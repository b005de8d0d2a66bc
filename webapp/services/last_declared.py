"""What an employer declared before a period: what can be taken over, and compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.differences import Figures
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import Declaration, DeclarationLine
from webapp.services.sets import parts
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class LastLine:
    """What was declared last for a worksite, and for which period."""

    period: Period
    figures: Figures


@dataclass(frozen=True, slots=True)
class LastDeclared:
    """The period declared last, None before the first, and the last line of each worksite (by id).

    A worksite that the last declaration left out has the line of an older one.
    """

    period: Period | None = None
    lines: Mapping[int, LastLine] = field(default_factory=dict)

    def of_last_period(self) -> Mapping[int, Figures]:
        """What the declaration of the last period said, by the worksites' ids."""
        return {id_: line.figures for id_, line in self.lines.items() if line.period == self.period}


def last_declared(
    session: Session, employer_id: int, before: Period, worksites: Collection[int]
) -> LastDeclared:
    """What was declared for the periods that ended before this one began: the latest of each.

    Of a period it is the latest revision that counts. Three statements at most, whatever the
    number of worksites.
    """
    with reading(session):
        declared = _declared_before(session, employer_id, before)
        if not declared:
            return LastDeclared()
        lines = dict(_lines(session, declared[:1]))
        missing = set(worksites) - lines.keys()
        if missing and declared[1:]:
            for id_, line in _lines(session, declared[1:], missing):
                known = lines.get(id_)
                if known is None or known.period.last_day < line.period.last_day:
                    lines[id_] = line
    return LastDeclared(declared[0][1], lines)


def _declared_before(
    session: Session, employer_id: int, before: Period
) -> list[tuple[int, Period]]:
    """The ids of the declarations that count, with their periods, the latest first."""
    rows = session.execute(
        select(Declaration.id, Declaration.period)
        .where(Declaration.employer_id == employer_id)
        .order_by(Declaration.revision)
    )
    latest = {row.period: (row.id, Period.parse(row.period)) for row in rows}
    ended = [one for one in latest.values() if one[1].last_day < before.first_day]
    return sorted(ended, key=lambda one: one[1].last_day, reverse=True)


def _lines(
    session: Session, declared: list[tuple[int, Period]], worksites: Collection[int] | None = None
) -> Iterator[tuple[int, LastLine]]:
    periods = dict(declared)
    query = select(
        DeclarationLine.declaration_id,
        DeclarationLine.worksite_id,
        DeclarationLine.workers,
        DeclarationLine.leave_base_centimes,
        DeclarationLine.weather_base_centimes,
    ).where(DeclarationLine.declaration_id.in_(periods))
    ranges = [None] if worksites is None else parts(sorted(worksites))
    for some in ranges:
        asked = query if some is None else query.where(DeclarationLine.worksite_id.in_(some))
        for row in session.execute(asked):
            figures = Figures(
                row.workers,
                Centimes(row.leave_base_centimes),
                Centimes(row.weather_base_centimes),
            )
            yield row.worksite_id, LastLine(periods[row.declaration_id], figures)
