"""The secret address of an employer's calendar: made, shown once, kept as a digest, revoked.

Whoever has it reads the days and amounts, and nothing else. An employer has one at a time.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeNeeded, NotFound
from webapp.domain.rules import AccessRules
from webapp.models import CalendarFeed, Language, Subject
from webapp.services.events import record
from webapp.services.signing import lock_employer
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

BYTES_OF_CHANCE = 24
LONGEST_SHOWN = 100
SECONDS_BETWEEN_MARKS = 60


@dataclass(frozen=True, slots=True)
class FeedRow:
    """The address that stands, as its employer sees it: its secret is not known to us any more."""

    language: Language
    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar an address opens, and in which language."""

    id: int
    employer_id: int
    language: Language
    made_at: datetime


def standing_feed(session: Session, employer_id: int) -> FeedRow | None:
    """The address that opens the employer's calendar now, if there is one."""
    with reading(session):
        row = session.execute(
            select(CalendarFeed.language, CalendarFeed.made_at, CalendarFeed.read_at).where(
                CalendarFeed.employer_id == employer_id, CalendarFeed.revoked_at.is_(None)
            )
        ).first()
    return None if row is None else FeedRow(row.language, row.made_at, row.read_at)


def make_feed(
    session: Session, day: WorkingDay, rules: AccessRules, who: SignedIn, language: Language
) -> str:
    """Make an address for the employer who is signed in; return its secret, to be shown once.

    The one before opens nothing any more. Raises CodeNeeded without a fresh code in this session.
    """
    if not who.proved_lately(day.now, rules):
        raise CodeNeeded()
    token = secrets.token_urlsafe(BYTES_OF_CHANCE)
    with transaction(session):
        lock_employer(session, who.employer_id)
        _revoke(session, day, who.employer_id)
        session.add(
            CalendarFeed(
                employer_id=who.employer_id,
                token_sha256=_digest(token),
                language=language,
                made_at=day.now,
            )
        )
        record(session, day, Subject.EMPLOYER, [who.employer_id], None, "feed_made", "feed_made")
    return token


def revoke_feed(session: Session, day: WorkingDay, employer_id: int) -> None:
    """From now on the address opens nothing. Raises NotFound where there is none."""
    with transaction(session):
        lock_employer(session, employer_id)
        if not _revoke(session, day, employer_id):
            raise NotFound(kind="calendar", reference=str(employer_id))
        record(session, day, Subject.EMPLOYER, [employer_id], None, "feed_revoked", "feed_revoked")


def find_feed(
    session: Session, day: WorkingDay, vault: Vault, rules: AccessRules, token: str
) -> Feed:
    """Whose calendar this address opens. Raises NotFound for one that opens none.

    Raises TooManyTries when it is asked for too often. Wrong addresses are counted apart, so that
    they shut nobody out; by its digest one is found or not, however much of it is right.
    """
    with reading(session):
        row = session.execute(
            select(
                CalendarFeed.id,
                CalendarFeed.employer_id,
                CalendarFeed.language,
                CalendarFeed.made_at,
                CalendarFeed.read_at,
            ).where(
                CalendarFeed.token_sha256 == _digest(token[:LONGEST_SHOWN]),
                CalendarFeed.revoked_at.is_(None),
            )
        ).first()
    if row is None:
        spend_try(session, day, vault, rules.wrong_calendars_for_all)
        raise NotFound(kind="calendar", reference="")
    spend_try(session, day, vault, rules.reads_per_calendar, str(row.id))
    _mark_read(session, day.now, row.id, row.read_at)
    return Feed(row.id, row.employer_id, row.language, row.made_at)


def _revoke(session: Session, day: WorkingDay, employer_id: int) -> bool:
    found = session.scalars(
        update(CalendarFeed)
        .where(CalendarFeed.employer_id == employer_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=day.now)
        .returning(CalendarFeed.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(found)


def _mark_read(session: Session, now: datetime, id_: int, last: datetime | None) -> None:
    """Remember when the address was read last; at most one write a minute."""
    if last is not None and (now - last).total_seconds() < SECONDS_BETWEEN_MARKS:
        return
    with transaction(session):
        session.execute(
            update(CalendarFeed)
            .where(CalendarFeed.id == id_)
            .values(read_at=now)
            .execution_options(synchronize_session=False)
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
