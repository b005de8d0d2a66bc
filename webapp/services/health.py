"""Whether the service is well: cheap questions, asked every few minutes by whoever watches it.

Not a proof: `verify_books` and `verify_events` go through everything, these look at the end of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.alarms import Alarm
from webapp.domain.moment import ALGIERS
from webapp.domain.rules import HealthRules, MessageRules
from webapp.domain.statuses import BankFileStatus
from webapp.models import (
    BankFile,
    Event,
    EventSeal,
    Message,
    MessageStatus,
    Posting,
    Reversal,
    Run,
    Subject,
)
from webapp.services.after_restore import open_restoration
from webapp.services.events import TOLD, link_digest
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alarm, and what it is about: a file's reference, a link's place, or nothing."""

    alarm: Alarm
    about: str = ""


def look_for_trouble(session: Session, day: WorkingDay, rules: HealthRules) -> list[Trouble]:
    """Everything that somebody must look at now; nothing when the service is well."""
    found = []
    if open_restoration(session) is not None:
        found.append(Trouble(Alarm.NOT_RECONCILED))
    with reading(session):
        found += [
            *_missing_run(session, day, rules),
            *_in_doubt(session, day, rules),
            *_silent_banks(session, day),
            *_broken_chain(session, rules),
            *_unbalanced_books(session),
            *_stuck_messages(session, day, rules),
        ]
    return found


def _missing_run(session: Session, day: WorkingDay, rules: HealthRules) -> Iterator[Trouble]:
    late = day.now.astimezone(ALGIERS).time() >= rules.run_ends_by
    if not late or not day.calendar.is_bank_day(day.today):
        return
    ended = session.scalar(
        select(exists().where(Run.day == day.today, Run.finished_at.is_not(None)))
    )
    if not ended:
        yield Trouble(Alarm.RUN_MISSING, f"{day.today:%d/%m/%Y}")


def _in_doubt(session: Session, day: WorkingDay, rules: HealthRules) -> Iterator[Trouble]:
    """Files and reversals; since when one is what it is, the last event of it tells."""
    hours = {"unknown": rules.doubt_hours, "sending": rules.sending_hours}
    kinds: tuple[tuple[Subject, type[Any]], ...] = (
        (Subject.BANK_FILE, BankFile),
        (Subject.REVERSAL, Reversal),
    )
    for subject, model in kinds:
        since = (
            select(func.max(Event.at))
            .where(Event.subject == subject, Event.subject_id == model.id)
            .correlate(model)
            .scalar_subquery()
        )
        rows = session.execute(
            select(model.reference, model.status, since.label("since"))
            .where(model.status.in_(hours))
            .order_by(model.id)
        )
        for row in rows:
            if _age(day, row.since) > timedelta(hours=hours[row.status.value]):
                yield Trouble(Alarm.FILE_IN_DOUBT, row.reference)


def _silent_banks(session: Session, day: WorkingDay) -> Iterator[Trouble]:
    """A file of which not one answer has come is `sent` still."""
    rows = session.execute(
        select(BankFile.reference, BankFile.collect_on, BankFile.sent_at)
        .where(BankFile.status == BankFileStatus.SENT)
        .order_by(BankFile.id)
    )
    for row in rows:
        sent_on = row.sent_at.astimezone(ALGIERS).date() if row.sent_at else row.collect_on
        last = max(row.collect_on, sent_on)
        if day.today > day.calendar.add_bank_days(last, day.rules.bank_silence_bank_days):
            yield Trouble(Alarm.BANK_SILENT, row.reference)


def _broken_chain(session: Session, rules: HealthRules) -> Iterator[Trouble]:
    """The last links, computed again from the one before them."""
    rows = session.execute(
        select(EventSeal.position, EventSeal.digest, *TOLD)
        .outerjoin(Event, Event.id == EventSeal.event_id)
        .order_by(EventSeal.position.desc())
        .limit(rules.checked_links)
    ).all()
    links = rows[::-1]
    for before, link in pairwise(links):
        if link.position != before.position + 1 or link.digest != link_digest(
            before.digest, link[2:]
        ):
            yield Trouble(Alarm.EVENTS_BROKEN, str(link.position))
            return


def _unbalanced_books(session: Session) -> Iterator[Trouble]:
    """All the postings together; which cause is wrong, `verify_books` tells."""
    if session.scalar(select(func.sum(Posting.amount_centimes))):
        yield Trouble(Alarm.BOOKS_UNBALANCED)


def _stuck_messages(session: Session, day: WorkingDay, rules: HealthRules) -> Iterator[Trouble]:
    """Nobody has tried what should have been tried long ago: no worker is at work.

    Reminders to everybody wait for each other. As long as a worker holds some of what it sends,
    nothing is stuck.
    """
    queued = Message.status == MessageStatus.QUEUED
    until = day.now - timedelta(minutes=rules.stuck_minutes)
    waiting = session.scalar(select(func.count()).where(queued, Message.next_try_at < until))
    if not waiting:
        return
    lease = day.now + timedelta(seconds=MessageRules().lease_seconds)
    held = (queued, Message.tries > 0, Message.next_try_at.between(day.now, lease))
    if session.scalar(select(Message.id).where(*held).limit(1)) is None:
        yield Trouble(Alarm.MESSAGES_STUCK, str(waiting))


def _age(day: WorkingDay, since: datetime | None) -> timedelta:
    return day.now - since if since else timedelta.max
