"""What an employer's worksites contribute over twelve months, as it was declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.calendar import ONE_DAY
from webapp.domain.declaring import DeclaringTerms
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.months import add_months
from webapp.domain.period import Period
from webapp.models import Declaration, Worksite
from webapp.services.balance import declared_amounts
from webapp.services.declaring_terms import terms_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

MONTHS_SHOWN = 12
LARGEST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Contributions:
    """What a worksite, or all of them, contributed in each of the periods, in centimes."""

    code: str
    name: str
    amounts: tuple[Centimes, ...]

    @property
    def total(self) -> Centimes:
        """Over all periods."""
        return Centimes(sum(self.amounts))


@dataclass(frozen=True, slots=True)
class Figures:
    """The twelve months up to the last period that has ended; the largest worksite first."""

    periods: tuple[Period, ...]
    worksites: tuple[Contributions, ...]

    @property
    def whole(self) -> Contributions:
        """All worksites together."""
        return together(self.worksites, len(self.periods))

    @property
    def largest(self) -> tuple[Contributions, ...]:
        """Those that stand on the first page; one more would be alone among the others."""
        few = len(self.worksites) <= LARGEST_SHOWN + 1
        return self.worksites if few else self.worksites[:LARGEST_SHOWN]

    @property
    def others(self) -> tuple[Contributions, ...]:
        """The rest, which stands there as one sum."""
        return self.worksites[len(self.largest) :]

    @property
    def others_together(self) -> Contributions:
        """The others as one."""
        return together(self.others, len(self.periods))

    def of(self, code: str) -> Contributions:
        """One worksite by its code. Raises NotFound."""
        for one in self.worksites:
            if one.code == code:
                return one
        raise NotFound(kind="worksite", reference=code)


def together(rows: Sequence[Contributions], periods: int) -> Contributions:
    """The sum of several worksites, period by period."""
    sums = [Centimes(sum(one.amounts[place] for one in rows)) for place in range(periods)]
    return Contributions("", "", tuple(sums))


def contribution_figures(session: Session, day: WorkingDay, employer_id: int) -> Figures:
    """What was declared for the twelve months, whatever has become of it since.

    One statement sums, however many worksites there are. The sums are those of the balance.
    """
    with reading(session):
        periods = periods_shown(terms_of(session, employer_id), day)
        codes = [period.code for period in periods]
        rows = session.execute(
            declared_amounts(employer_id, None, None).where(Declaration.period.in_(codes))
        ).all()
        names = {
            row.id: row
            for row in session.execute(
                select(Worksite.id, Worksite.code, Worksite.name).where(
                    Worksite.employer_id == employer_id
                )
            )
        }
    amounts: dict[int, dict[str, int]] = {}
    for row in rows:
        amounts.setdefault(row.worksite_id, {})[row.period] = int(row.declared)
    found = [
        Contributions(
            names[id_].code, names[id_].name, tuple(Centimes(of.get(code, 0)) for code in codes)
        )
        for id_, of in amounts.items()
    ]
    found.sort(key=lambda one: (-one.total, one.code))
    return Figures(tuple(periods), tuple(found))


def periods_shown(terms: DeclaringTerms, day: WorkingDay) -> list[Period]:
    """The employer's periods of the twelve months that end with the last one that is over."""
    after = terms.period_containing(day.today).first_day
    first = add_months(after, -MONTHS_SHOWN)
    periods = terms.periods(first, after - ONE_DAY)
    return [period for period in periods if period.first_day >= first]
