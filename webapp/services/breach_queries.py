"""Whose data an account has touched: what must be known within five days of a breach (law 25-11).

Data that was read leaves an event like data that was changed; so the answer is in the events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidPeriod
from webapp.models import (
    ApiKey,
    Attempt,
    BankEntry,
    Debit,
    Declaration,
    Due,
    EarlierFile,
    Employer,
    Event,
    Mandate,
    OfficeRequest,
    Payment,
    PaymentSchedule,
    Person,
    Subject,
    Worksite,
)
from webapp.services.event_search import actor_of, between, by_actor
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_AT_ONCE = 1_000
EMPLOYERS, PERSONS = "employer", "person"


@dataclass(frozen=True, slots=True)
class Touch:
    """One act on the data of one employer or person: how often, first and last."""

    kind: str
    number: str
    name_ar: str
    name_fr: str
    email: str
    phone: str
    act: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """The question: which account, and the Algiers days from when to when, both included."""

    who: str
    since: date
    until: date


def count_touched(session: Session, breach: Breach) -> int:
    """How many employers and persons are concerned. Raises InvalidPeriod."""
    with reading(session):
        touched = _touched(session, breach).subquery()
        different = select(touched.c.kind, touched.c.owner_id).distinct().subquery()
        return session.scalar(select(func.count()).select_from(different)) or 0


def first_touches(session: Session, breach: Breach, limit: int) -> Sequence[Touch]:
    """The first lines of the answer, to look at. Raises InvalidPeriod."""
    with reading(session):
        rows = session.execute(_answer(session, breach).limit(limit)).all()
    return [Touch(**row._asdict()) for row in rows]


def whose_data(session: Session, breach: Breach) -> Iterator[Touch]:
    """Every line of the answer, by kind, number and act. Raises InvalidPeriod."""
    with reading(session):
        rows = session.execute(
            _answer(session, breach), execution_options={"yield_per": ROWS_AT_ONCE}
        )
        for row in rows:
            yield Touch(**row._asdict())


def record_export(session: Session, day: WorkingDay, breach: Breach, by: int) -> None:
    """That somebody of the staff (or 0: the command line) took the answer away is an event."""
    with transaction(session):
        session.add(
            Event(
                at=day.now,
                actor=day.actor,
                subject=Subject.STAFF,
                subject_id=by,
                source=None,
                target="breach_exported",
                cause=f"{breach.since:%Y%m%d}-{breach.until:%Y%m%d}",
            )
        )


def _answer(session: Session, breach: Breach) -> Select[tuple[object, ...]]:
    touched = _touched(session, breach).subquery()
    employers = touched.c.kind == EMPLOYERS
    return (
        select(
            touched.c.kind,
            func.coalesce(Employer.member_number, Person.reference).label("number"),
            func.coalesce(Employer.name_ar, Person.name).label("name_ar"),
            func.coalesce(Employer.name_fr, "").label("name_fr"),
            func.coalesce(Employer.email, Person.email).label("email"),
            func.coalesce(Employer.phone, "").label("phone"),
            touched.c.act,
            func.count().label("times"),
            func.min(touched.c.at, type_=Event.at.type).label("first_at"),
            func.max(touched.c.at, type_=Event.at.type).label("last_at"),
        )
        .select_from(touched)
        .outerjoin(Employer, (Employer.id == touched.c.owner_id) & employers)
        .outerjoin(Person, (Person.id == touched.c.owner_id) & ~employers)
        .group_by(touched.c.kind, touched.c.owner_id, touched.c.act, Employer.id, Person.id)
        .order_by(touched.c.kind, "number", touched.c.act)
    )


def _touched(session: Session, breach: Breach) -> Select[tuple[object, ...]]:
    """A row per event and owner of the data that it is about."""
    if breach.since > breach.until:
        raise InvalidPeriod(text=f"{breach.since}..{breach.until}")
    asked = [
        *by_actor(actor_of(session, breach.who)),
        *between(breach.since, breach.until),
    ]
    events = select(Event.at, Event.target.label("act"), Event.subject_id, Event.subject)
    events_of = events.where(*asked).cte("asked")

    def part(
        kind: str, subject: Subject, owner: Any, *joins: tuple[object, object]
    ) -> Select[tuple[object, ...]]:
        wanted = select(
            literal(kind).label("kind"), owner.label("owner_id"), events_of.c.act, events_of.c.at
        ).select_from(events_of)
        for model, on in joins:
            wanted = wanted.join(model, on)  # type: ignore[arg-type]
        return wanted.where(events_of.c.subject == subject)

    about = events_of.c.subject_id
    own = [
        part(EMPLOYERS, Subject.EMPLOYER, about),
        part(PERSONS, Subject.PERSON, about),
    ]
    for subject, model in (
        (Subject.MANDATE, Mandate),
        (Subject.DEBIT, Debit),
        (Subject.DECLARATION, Declaration),
        (Subject.DUE, Due),
        (Subject.WORKSITE, Worksite),
        (Subject.PAYMENT, Payment),
        (Subject.SCHEDULE, PaymentSchedule),
        (Subject.REQUEST, OfficeRequest),
        (Subject.API_KEY, ApiKey),
    ):
        own.append(part(EMPLOYERS, subject, model.employer_id, (model, model.id == about)))
    debit = (Debit, Debit.id == Attempt.debit_id)
    files = (
        ((Attempt, Attempt.bank_file_id == about), debit),
        # What was taken again into a later file.
        (
            (EarlierFile, EarlierFile.bank_file_id == about),
            (Attempt, (Attempt.id == EarlierFile.attempt_id) & (Attempt.bank_file_id != about)),
            debit,
        ),
    )
    own += [part(EMPLOYERS, Subject.BANK_FILE, Debit.employer_id, *one) for one in files]
    answers = (
        (BankEntry, BankEntry.bank_message_id == about),
        (Attempt, Attempt.id == BankEntry.attempt_id),
        (Debit, Debit.id == Attempt.debit_id),
    )
    own.append(part(EMPLOYERS, Subject.BANK_MESSAGE, Debit.employer_id, *answers))
    united = union_all(*own).subquery()
    return select(united)
