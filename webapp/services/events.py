"""Moves of states with their events, and the chain that proves that no event was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import EventsTampered
from webapp.domain.statuses import check_move
from webapp.models import (
    BankFile,
    Debit,
    Due,
    Event,
    EventSeal,
    Mandate,
    Subject,
)
from webapp.services.sets import insert_rows
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

SUBJECTS: dict[type[Any], Subject] = {
    BankFile: Subject.BANK_FILE,
    Debit: Subject.DEBIT,
    Due: Subject.DUE,
    Mandate: Subject.MANDATE,
}
FIRST_DIGEST = hashlib.sha256(b"khatwa").digest()
SEALED_AT_ONCE = 5_000


def record(
    session: Session,
    day: WorkingDay,
    subject: Subject,
    ids: Iterable[int],
    source: StrEnum | None,
    target: str,
    cause: str,
) -> None:
    """Write one event for each id: what moved, from where to where, by whom and why."""
    rows = [
        {
            "at": day.now,
            "actor": day.actor,
            "subject": subject,
            "subject_id": id_,
            "source": source.value if source else None,
            "target": target,
            "cause": cause,
        }
        for id_ in ids
    ]
    insert_rows(session, Event, rows)


def move_all(
    session: Session,
    day: WorkingDay,
    model: type[Any],
    source: StrEnum,
    target: StrEnum,
    *conditions: ColumnElement[bool],
    cause: str,
    **values: Any,
) -> Sequence[int]:
    """Move every row of `model` in `source` that meets the conditions; return the ids that moved.

    One UPDATE with the allowed source in its WHERE, then one event per row that really moved.
    The moves of a due with its debit are told by the debit's lines and leave no event of their
    own. Raises IllegalMove.
    """
    check_move(source, target)
    ids = session.scalars(
        update(model)
        .where(model.status == source, *conditions)
        .values(status=target, **values)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    ).all()
    if model is not Due or target.value not in ("open", "scheduled", "settled"):
        record(session, day, SUBJECTS[model], ids, source, target.value, cause)
    return ids


def seal_events(session: Session) -> bytes:
    """Chain every unsealed event after the last one, in chunks; return the digest at the head.

    The primary key on the position is the lock: of two sealers one fails and starts again.
    """
    while True:
        with transaction(session):
            position, digest = _head(session)
            rows = session.execute(
                select(Event.__table__)
                .where(~exists().where(EventSeal.event_id == Event.id))
                .order_by(Event.id)
                .limit(SEALED_AT_ONCE)
            ).all()
            seals = []
            for row in rows:
                position += 1
                digest = _digest(digest, row)
                seals.append({"position": position, "event_id": row.id, "digest": digest})
            if not seals:
                return digest
            insert_rows(session, EventSeal, seals)


def verify_events(session: Session) -> tuple[int, int]:
    """Recompute the whole chain; return how many events are sealed and how many are not yet.

    Raises EventsTampered with the position of the first link that does not hold.
    """
    digest, expected, last = FIRST_DIGEST, 0, 0
    while True:
        with transaction(session):
            rows = session.execute(
                select(EventSeal.position, EventSeal.digest, Event.__table__)
                .outerjoin(Event, Event.id == EventSeal.event_id)
                .where(EventSeal.position > last)
                .order_by(EventSeal.position)
                .limit(SEALED_AT_ONCE)
            ).all()
        for row in rows:
            expected += 1
            if row.position != expected or row.id is None:
                raise EventsTampered(position=expected)
            digest = _digest(digest, row)
            if digest != row.digest:
                raise EventsTampered(position=expected)
        if not rows:
            break
        last = rows[-1].position
    with transaction(session):
        total = session.scalar(select(func.count()).select_from(Event)) or 0
    return expected, total - expected


def _head(session: Session) -> tuple[int, bytes]:
    row = session.execute(
        select(EventSeal.position, EventSeal.digest).order_by(EventSeal.position.desc()).limit(1)
    ).first()
    return (row.position, row.digest) if row else (0, FIRST_DIGEST)


def _digest(before: bytes, row: Any) -> bytes:
    told = (
        f"{row.id}|{row.at.isoformat()}|{row.actor}|{row.subject}|{row.subject_id}"
        f"|{row.source}|{row.target}|{row.cause}"
    )
    return hashlib.sha256(before + told.encode()).digest()
