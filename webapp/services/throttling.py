"""Counting tries in a table, so that a limit holds across processes and hosts."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from sqlalchemy import case, delete, literal
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import TooManyTries
from webapp.domain.rules import Limit
from webapp.models import Throttle
from webapp.services.sets import insert_for
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

EVERYBODY = ""


def spend_try(
    session: Session, day: WorkingDay, vault: Vault, limit: Limit, subject: str = EVERYBODY
) -> None:
    """Count one try of `subject` and commit it. Raises TooManyTries above the limit.

    The subject is stored as a keyed digest. A window begins with its first try; when it is over,
    the next try begins another.
    """
    key = _key(vault, limit, subject)
    window = timedelta(minutes=limit.minutes)
    new = insert_for(session, Throttle).values(subject=key, since_at=day.now, tries=1)
    over = Throttle.since_at <= literal(day.now - window, Throttle.since_at.type)
    statement = new.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "tries": case((over, 1), else_=Throttle.tries + 1),
            "since_at": case((over, new.excluded.since_at), else_=Throttle.since_at),
        },
    ).returning(Throttle.tries, Throttle.since_at)
    with transaction(session):
        row = session.execute(statement).one()
    if row.tries > limit.tries:
        wait = row.since_at + window - day.now
        raise TooManyTries(what=limit.name, seconds=max(1, ceil(wait.total_seconds())))


def forget_tries(session: Session, vault: Vault, limit: Limit, subject: str) -> None:
    """Somebody has proved who they are: what they tried before counts no more."""
    with transaction(session):
        session.execute(delete(Throttle).where(Throttle.subject == _key(vault, limit, subject)))


def _key(vault: Vault, limit: Limit, subject: str) -> str:
    return f"{limit.name}:{vault.blind_index(subject)}"
