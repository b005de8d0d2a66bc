"""Moves of states with their events, and the chain that proves that no event was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    String,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from webapp.domain.statuses import DueStatus, check_move
from webapp.models import (
    Agency,
    ApiKey,
    BankFile,
    BankMessage,
    Campaign,
    Certificate,
    Contest,
    Debit,
    Declaration,
    Device,
    Due,
    Employer,
    EnrolmentCase,
    Event,
    EventSeal,
    Mandate,
    OfficeRequest,
    Payment,
    PaymentSchedule,
    Person,
    Restoration,
    Reversal,
    Run,
    StaffMember,
    Subject,
    Worksite,
)
from webapp.services.sets import insert_rows, parts
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

MODELS: dict[Subject, type[Any]] = {
    Subject.BANK_FILE: BankFile,
    Subject.BANK_MESSAGE: BankMessage,
    Subject.DEBIT: Debit,
    Subject.DECLARATION: Declaration,
    Subject.DUE: Due,
    Subject.EMPLOYER: Employer,
    Subject.MANDATE: Mandate,
    Subject.PERSON: Person,
    Subject.STAFF: StaffMember,
    Subject.WORKSITE: Worksite,
    Subject.PAYMENT: Payment,
    Subject.SCHEDULE: PaymentSchedule,
    Subject.RUN: Run,
    Subject.REQUEST: OfficeRequest,
    Subject.API_KEY: ApiKey,
    Subject.RESTORATION: Restoration,
    Subject.REVERSAL: Reversal,
    Subject.CAMPAIGN: Campaign,
    Subject.DEVICE: Device,
    Subject.CASE: EnrolmentCase,
    Subject.AGENCY: Agency,
    Subject.CONTEST: Contest,
    Subject.CERTIFICATE: Certificate,
}
SUBJECTS = {model: subject for subject, model in MODELS.items()}
# The columns of an event as they stand in the database, for its digest.
TOLD = (
    Event.id,
    type_coerce(Event.at, DateTime),
    Event.actor,
    type_coerce(Event.subject, String),
    Event.subject_id,
    Event.source,
    Event.target,
    Event.cause,
)
FIRST_DIGEST = hashlib.sha256(b"khatwa").digest()
SEALED_AT_ONCE = 2_000


def record(
    session: Session,
    day: WorkingDay,
    subject: Subject,
    ids: Sequence[int],
    source: StrEnum | None,
    target: str,
    cause: str,
) -> None:
    """Write one event for each id: what moved, from where to where, by whom and why."""
    model = MODELS[subject]
    columns = ["at", "actor", "subject", "source", "target", "cause", "subject_id"]
    told = (
        literal(day.now, Event.at.type),
        literal(day.actor, Event.actor.type),
        literal(subject, Event.subject.type),
        literal(source.value if source else None, Event.source.type),
        literal(target, Event.target.type),
        literal(cause, Event.cause.type),
    )
    for part in parts(ids):
        rows = select(*told, model.id).where(model.id.in_(part)).order_by(model.id)
        session.execute(insert(Event).from_select(columns, rows))


def record_closed_day(session: Session, day: WorkingDay, on: date, act: str) -> None:
    """Write the event of a closed day, which has no number but its date: 20261130."""
    _record_keyed(session, day, Subject.CLOSED_DAY, int(f"{on:%Y%m%d}"), act, str(on))


def record_wilaya(session: Session, day: WorkingDay, code: str, act: str) -> None:
    """Write the event of a wilaya, which has no number but its code: 16."""
    _record_keyed(session, day, Subject.WILAYA, int(code), act, code)


def _record_keyed(
    session: Session, day: WorkingDay, subject: Subject, number: int, act: str, cause: str
) -> None:
    session.add(
        Event(
            at=day.now,
            actor=day.actor,
            subject=subject,
            subject_id=number,
            source=None,
            target=act,
            cause=cause,
        )
    )
    session.flush()


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
    Raises IllegalMove.
    """
    check_move(source, target)
    ids = session.scalars(
        update(model)
        .where(model.status == source, *conditions)
        .values(status=target, **values)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    ).all()
    record(session, day, SUBJECTS[model], ids, source, target.value, cause)
    return ids


def move_dues(
    session: Session, source: DueStatus, target: DueStatus, *conditions: ColumnElement[bool]
) -> None:
    """Move dues along with their debit: its lines tell of it, so there is no event of their own.

    Raises IllegalMove.
    """
    check_move(source, target)
    session.execute(
        update(Due)
        .where(Due.status == source, *conditions)
        .values(status=target)
        .execution_options(synchronize_session=False)
    )


def last_event(session: Session) -> int:
    """The number of the last event; what is recorded from now on has a higher one."""
    return session.scalar(select(func.max(Event.id))) or 0


def count_events(session: Session, day: WorkingDay, since: int, cause: str) -> int:
    """How many events of this cause are recorded on this working day after event `since`.

    Of this moment and actor alone: those of one run, in whatever process it worked.
    """
    mine = (Event.id > since, Event.at == day.now, Event.actor == day.actor, Event.cause == cause)
    return session.scalar(select(func.count()).select_from(Event).where(*mine)) or 0


def seal_events(session: Session) -> bytes:
    """Chain every unsealed event after the last one, in chunks; return the digest at the head."""
    while True:
        with transaction(session):
            lock_events(session)
            position, digest, last = _head(session)
            rows = session.execute(
                select(*TOLD).where(Event.id > last).order_by(Event.id).limit(SEALED_AT_ONCE)
            ).all()
            if not rows:
                return digest
            seals = []
            for row in rows:
                position += 1
                digest = link_digest(digest, row)
                seals.append({"position": position, "event_id": row[0], "digest": digest})
            insert_rows(session, EventSeal, seals)


def lock_events(session: Session) -> None:
    """Wait until nobody is writing events, and let nobody write any until this transaction ends.

    An event with a lower id than the last sealed one would never be sealed, and PostgreSQL gives
    ids out before the commit. On SQLite every transaction waits for the others anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE"))


def _head(session: Session) -> tuple[int, bytes, int]:
    """The last seal: its position, its digest and its event."""
    row = session.execute(
        select(EventSeal.position, EventSeal.digest, EventSeal.event_id)
        .order_by(EventSeal.position.desc())
        .limit(1)
    ).first()
    return (row.position, row.digest, row.event_id) if row else (0, FIRST_DIGEST, 0)


def link_digest(before: bytes, event: Sequence[Any]) -> bytes:
    """The link of one event: the digest before it, then what TOLD says of it.

    What is told is unambiguous: no two events that differ are written alike, whatever words are
    in them.
    """
    return hashlib.sha256(before + "|".join(map(_written, event)).encode()).digest()


def _written(field: object) -> str:
    """A field as it stands in a link: nothing as None, and the word "None" as something else."""
    if isinstance(field, datetime):
        return field.isoformat()
    if not isinstance(field, str):
        return str(field)
    written = field.replace("\\", "\\\\").replace("|", "\\|")
    return f"\\{written}" if written == "None" else written
