"""The proof that no event was changed: the chain of hashes, recomputed from its beginning.

The chain shows what was changed, taken out, slipped in or swapped in it. Whoever holds the
database could still cut its end off, or compute all of it anew: only a head that was printed with
a run report, and kept elsewhere, shows that. An event that no run has sealed yet is not protected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.errors import EventsTampered
from webapp.models import Event, EventSeal
from webapp.services.events import FIRST_DIGEST, SEALED_AT_ONCE, TOLD, link_digest
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain that holds. `after_head` counts the links that came after the printed head."""

    sealed: int
    unsealed: int
    head: str
    unsealed_since: datetime | None = None
    after_head: int | None = None


def verify_events(session: Session, printed_head: str | None = None) -> Chain:
    """Recompute the whole chain, and find in it the head that a run report had printed.

    `printed_head`: 64 hexadecimal digits. Raises EventsTampered with the position of the first
    link that does not hold, what is wrong there, and the id of the event where one is known.
    """
    wanted = None if printed_head is None else bytes.fromhex(printed_head)
    digest, position, last, found = FIRST_DIGEST, 0, 0, None
    while True:
        if digest == wanted:
            found = position
        links = _links(session, position)
        for link in links:
            _check_place(link, position + 1, last)
            position, last = position + 1, link.event_id
            digest = link_digest(digest, link[3:])
            if digest != link.digest:
                raise EventsTampered(position=position, what="event_changed", event_id=last)
            if digest == wanted:
                found = position
        if not links:
            break
    if wanted is not None and found is None:
        raise EventsTampered(position=position, what="head_missing")
    unsealed, since = _unsealed(session, position, last)
    after = None if found is None else position - found
    return Chain(position, unsealed, digest.hex(), since, after)


def _links(session: Session, after: int) -> Sequence[Any]:
    """The next links of the chain with their events, or without where an event is gone."""
    query = (
        select(EventSeal.position, EventSeal.digest, EventSeal.event_id, *TOLD)
        .outerjoin(Event, Event.id == EventSeal.event_id)
        .where(EventSeal.position > after)
        .order_by(EventSeal.position)
        .limit(SEALED_AT_ONCE)
    )
    with reading(session), _unreadable(after + 1):
        return session.execute(query).all()


@contextmanager
def _unreadable(position: int) -> Iterator[None]:
    """Only a hand in the database writes what no column of its type can hold."""
    try:
        yield
    except (TypeError, ValueError):
        raise EventsTampered(position=position, what="unreadable") from None


def _check_place(link: Any, expected: int, last: int) -> None:
    if link.position != expected or link.event_id <= last:
        raise EventsTampered(position=expected, what="link_missing")
    if link[3] is None:
        raise EventsTampered(position=expected, what="event_missing", event_id=link.event_id)


def _unsealed(session: Session, sealed: int, last: int) -> tuple[int, datetime | None]:
    """How many events are not sealed yet, and since when.

    The sealer waits for whoever is writing, so no honest event without a seal has a lower id than
    the last sealed one.
    """
    without_seal = ~exists().where(EventSeal.event_id == Event.id)
    with reading(session), _unreadable(sealed + 1):
        slipped = session.scalar(select(func.min(Event.id)).where(Event.id <= last, without_seal))
        count, since = session.execute(
            select(func.count(), func.min(Event.at)).where(Event.id > last)
        ).one()
    if slipped is not None:
        raise EventsTampered(position=sealed, what="event_slipped_in", event_id=slipped)
    return count, since
