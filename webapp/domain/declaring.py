"""Which periods an employer declares, and where: the register's rule, then terms from a month on.

Whatever the terms are, every month lies in exactly one period: no gap, no overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from webapp.domain.calendar import ONE_DAY
from webapp.domain.errors import InvalidTerm
from webapp.domain.period import Period, Periodicity

BEFORE_EVERYTHING = "0001-01"


class DeclaringPlace(StrEnum):
    """Each employer and period declares in one place."""

    HERE = "here"
    PORTAL = "portal"


@dataclass(frozen=True, order=True)
class Term:
    """How often and where an employer declares from the first day of a month ("2026-10") on."""

    from_month: str
    periodicity: Periodicity
    place: DeclaringPlace

    @property
    def first_month(self) -> Period:
        """Its month, as a period."""
        return Period.parse(self.from_month)

    def begins_a_period(self) -> bool:
        """Whether its month is the first one of a period of its own kind."""
        first = self.first_month.first_day
        return Period.containing(first, self.periodicity).first_day == first

    def declares_like(self, other: Term) -> bool:
        """Whether both declare as often and in the same place."""
        return (self.periodicity, self.place) == (other.periodicity, other.place)


@dataclass(frozen=True)
class DeclaringTerms:
    """All terms of an employer, oldest first.

    Before the first change the `register`'s periodicity holds, and the place is here.
    """

    register: Periodicity
    changes: tuple[Term, ...] = ()

    def at(self, month: str) -> Term:
        """The term in force in a month."""
        begun = [term for term in self.changes if term.from_month <= month]
        return max(begun, default=Term(BEFORE_EVERYTHING, self.register, DeclaringPlace.HERE))

    def period_containing(self, day: date) -> Period:
        """The employer's period in which an Algiers day lies.

        A quarter in the middle of which something changes falls apart into its months: nobody can
        set such a term, but the register may have said otherwise when it was set.
        """
        month = Period.containing(day, Periodicity.MONTHLY)
        term = self.at(month.code)
        period = Period.containing(day, term.periodicity)
        if all(self.at(one).declares_like(term) for one in period.months):
            return period
        return month

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """The periods that have a day from the first to the last one, oldest first."""
        day = first
        while day <= last:
            period = self.period_containing(day)
            yield period
            day = period.last_day + ONE_DAY

    def is_period(self, period: Period) -> bool:
        """Whether the employer declares exactly this period."""
        return self.period_containing(period.first_day) == period

    def is_elsewhere(self, period: Period) -> bool:
        """Whether a month of it is declared on the old portal."""
        return any(self.at(month).place is DeclaringPlace.PORTAL for month in period.months)

    def next_here(self, day: date) -> Period:
        """The first period from a day on that is declared here.

        The one of that day where none is for as long as the terms tell.
        """
        told_until = max([day.year, *(int(term.from_month[:4]) for term in self.changes)])
        for period in self.periods(day, date(told_until + 1, 12, 31)):
            if not self.is_elsewhere(period):
                return period
        return self.period_containing(day)

    def asked_from(self, declared: set[str]) -> str | None:
        """The first month that the fund knows to be declared here: None where it knows of none.

        Whoever has declared here goes on from there; so does who was told to from a month on.
        """
        told = [term.from_month for term in self.changes if term.place is DeclaringPlace.HERE]
        return min([*declared, *told], default=None)

    def changed(self, new: Term) -> DeclaringTerms:
        """The terms with another one, which takes the place of all that was set from its month on.

        Quarters stay whole: it begins where a period ends before it, and where one of its own
        begins. Raises InvalidTerm.
        """
        before = replace(
            self, changes=tuple(term for term in self.changes if term.from_month < new.from_month)
        )
        first = new.first_month.first_day
        if not new.begins_a_period() or before.period_containing(first).first_day != first:
            raise InvalidTerm(reason="inside_a_period")
        if self.at(new.from_month).declares_like(new) and self.changes == (
            *before.changes,
            *(term for term in self.changes if term.from_month == new.from_month),
        ):
            raise InvalidTerm(reason="unchanged")
        return replace(before, changes=(*before.changes, new))
