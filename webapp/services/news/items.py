"""A piece of news, and where pieces come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, literal
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.moment import ALGIERS
from webapp.models import News
from webapp.services.working_day import WorkingDay

# Nothing older is told: after a first run on an old database, or one that was missed for weeks,
# nobody is told of last year. [house]
WINDOW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Item:
    """Something an employer is told once: the keys of what it is about, and its message.

    `expires_at`: until when it is of use.
    """

    keys: tuple[str, ...]
    employer_id: int
    kind: str
    values: Mapping[str, object]
    expires_at: datetime | None = None


# The ids, sorted, among which there is something to tell; then what there is to tell of those
# from the first to the last one. Both inside the caller's transaction.
Find = Callable[[Session, WorkingDay], Sequence[int]]
Read = Callable[[Session, WorkingDay, int, int], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of news."""

    name: str
    find: Find
    read: Read


def start_of(day: date) -> datetime:
    """The first instant of an Algiers day."""
    return datetime.combine(day, time(), ALGIERS)


def window_start(day: WorkingDay) -> datetime:
    """What is older than this is told to nobody any more."""
    return start_of(day.today - timedelta(days=WINDOW_DAYS))


def untold(before: str, row_id: InstrumentedAttribute[int], after: str = "") -> ColumnElement[bool]:
    """Whether nobody was told of a row; its key is `before`, its id and `after`."""
    return ~exists().where(News.key == key_of(before, row_id, after))


def key_of(before: str, row_id: InstrumentedAttribute[int], after: str = "") -> ColumnElement[str]:
    """The key of a row, as the database puts it together."""
    return literal(before) + cast(row_id, String) + literal(after)
