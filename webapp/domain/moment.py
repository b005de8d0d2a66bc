"""The moment in which something happens: read once at the edge, then passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# Algeria keeps UTC+1 the whole year; it has had no summer time since 1981.
ALGIERS = timezone(timedelta(hours=1), "Africa/Algiers")
START_OF_WORK = time(8, 0)


@dataclass(frozen=True)
class Moment:
    """A day in Algiers and the instant (UTC) at which it is lived."""

    today: date
    now: datetime

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        object.__setattr__(self, "now", self.now.astimezone(UTC))

    @classmethod
    def at(cls, now: datetime) -> Moment:
        """The moment of an instant, which must carry its time zone."""
        if now.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        return cls(today=now.astimezone(ALGIERS).date(), now=now)

    @classmethod
    def morning_of(cls, day: date) -> Moment:
        """Eight o'clock in Algiers on that day: the moment of a run for a given day."""
        return cls(today=day, now=datetime.combine(day, START_OF_WORK, ALGIERS))
