"""A pause: the days on which an employer wants no debit. The first and the last are inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from webapp.domain.errors import InvalidPause
from webapp.domain.rules import CollectionRules


@dataclass(frozen=True, slots=True)
class Pause:
    """From an Algiers day on, until a day, or until the employer resumes (None)."""

    from_on: date
    until_on: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

    def begins_by(self, today: date) -> bool:
        return self.from_on <= today

    def check(self, today: date, rules: CollectionRules) -> None:
        """Raise InvalidPause with its field for days that are past, reversed or too far away."""
        longest = timedelta(days=rules.longest_pause_days)
        if self.from_on < today:
            raise InvalidPause(field="from_on", reason="past")
        if self.from_on > today + longest:
            raise InvalidPause(field="from_on", reason="too_long")
        if self.until_on is None:
            return
        if self.until_on < self.from_on:
            raise InvalidPause(field="until_on", reason="reversed")
        if self.until_on > self.from_on + longest:
            raise InvalidPause(field="until_on", reason="too_long")
