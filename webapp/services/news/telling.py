"""Telling the news: every source in turn, portion by portion, each piece once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.models import News
from webapp.services.news.charges import CHARGES
from webapp.services.news.collected import DEBITED, SETTLED
from webapp.services.news.items import Item, Source
from webapp.services.news.looks import LOOKS
from webapp.services.news.refusals import REFUSALS
from webapp.services.news.reminders import REMINDERS
from webapp.services.outbox import Telling, tell_all
from webapp.services.sets import insert_ignoring, ranges
from webapp.services.transactions import Progress, no_progress, reading, transaction
from webapp.services.working_day import WorkingDay

AT_ONCE = 1_000
# What costs money first.
SOURCES: tuple[Source, ...] = (REFUSALS, CHARGES, REMINDERS, SETTLED, DEBITED, LOOKS)


def tell_news(
    session: Session, day: WorkingDay, vault: Vault, progress: Progress = no_progress
) -> int:
    """Queue a message for everything that an employer has not been told of; how many it makes.

    After a run and after answers were taken in, under the run's lock, in short transactions of its
    own: what is killed here goes on with the next one, and no bank waits for it. Of what an
    employer does not want to be told the key is written alone: it is not told later either.
    """
    made = 0
    for source in SOURCES:
        with reading(session):
            ids = source.find(session, day)
        for first, last, done in ranges(ids, AT_ONCE):
            with transaction(session):
                made += write_items(session, day, vault, source.read(session, day, first, last))
            progress(f"news: {source.name}", done, len(ids))
    return made


def write_items(session: Session, day: WorkingDay, vault: Vault, items: Sequence[Item]) -> int:
    """Write the keys, and a message for each item of which the keys were not there; how many.

    Inside the caller's transaction.
    """
    rows = [
        {"key": key, "employer_id": item.employer_id, "told_at": day.now}
        for item in items
        for key in item.keys
    ]
    if not rows:
        return 0
    written = insert_ignoring(session, News).returning(News.key)
    new = set(session.scalars(written, rows))
    return tell_all(
        session,
        day,
        vault,
        [
            Telling(item.employer_id, item.kind, item.values, item.expires_at)
            for item in items
            if not new.isdisjoint(item.keys)
        ],
    )
