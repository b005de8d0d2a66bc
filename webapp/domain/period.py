"""The period of a declaration: a month or a quarter of the calendar year."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.domain.errors import InvalidPeriod


class Periodicity(StrEnum):
    """How often an employer declares; a field of the employer."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def months(self) -> int:
        """How many months one period lasts."""
        return 1 if self is Periodicity.MONTHLY else 3


CODE = re.compile(r"(?P<year>[0-9]{4})-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))")


@dataclass(frozen=True, order=True)
class Period:
    """The `number`-th month or quarter of a year. Raises InvalidPeriod for one that is not."""

    year: int
    periodicity: Periodicity
    number: int

    def __post_init__(self) -> None:
        in_year = 1 <= self.number <= 12 // self.periodicity.months
        if not (in_year and date.min.year <= self.year <= date.max.year):
            raise InvalidPeriod(text=self.code)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2026-10" or "2026-Q4". Raises InvalidPeriod."""
        code = CODE.fullmatch(text)
        if code is None:
            raise InvalidPeriod(text=text)
        if code["quarter"]:
            return cls(int(code["year"]), Periodicity.QUARTERLY, int(code["quarter"]))
        return cls(int(code["year"]), Periodicity.MONTHLY, int(code["month"]))

    @classmethod
    def containing(cls, day: date, periodicity: Periodicity) -> Period:
        """The period in which an Algiers day lies."""
        return cls(day.year, periodicity, (day.month - 1) // periodicity.months + 1)

    @property
    def code(self) -> str:
        """ "2026-10" or "2026-Q4"; the codes of one periodicity sort like the periods."""
        if self.periodicity is Periodicity.MONTHLY:
            return f"{self.year:04d}-{self.number:02d}"
        return f"{self.year:04d}-Q{self.number}"

    @property
    def months(self) -> tuple[str, ...]:
        """The codes of its months: one, or the three of a quarter."""
        return tuple(f"{self.year:04d}-{month:02d}" for month in self._months())

    @property
    def first_day(self) -> date:
        """Its first Algiers day."""
        return date(self.year, self._months()[0], 1)

    @property
    def last_day(self) -> date:
        """Its last Algiers day."""
        month = self._months()[-1]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    def next(self) -> Period:
        """The period after it. Raises InvalidPeriod after the last year of the calendar."""
        if self.number == 12 // self.periodicity.months:
            return Period(self.year + 1, self.periodicity, 1)
        return Period(self.year, self.periodicity, self.number + 1)

    def previous(self) -> Period:
        """The period before it. Raises InvalidPeriod before the first year of the calendar."""
        if self.number == 1:
            return Period(self.year - 1, self.periodicity, 12 // self.periodicity.months)
        return Period(self.year, self.periodicity, self.number - 1)

    def _months(self) -> range:
        length = self.periodicity.months
        return range((self.number - 1) * length + 1, self.number * length + 1)
