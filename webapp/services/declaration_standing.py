"""Where a declaration stands, for programs: its lines, its dues, and the debits they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, DeclarationStatus, DueStatus
from webapp.domain.words import Word, word_for
from webapp.models import (
    Debit,
    DebitLine,
    Declaration,
    DeclarationLine,
    Due,
    DueKind,
    Worksite,
)
from webapp.services.enrolment import authorisation_of
from webapp.services.obligations import obligation
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class StandingLine:
    """What one worksite declared, in centimes, and the contributions that it makes."""

    worksite: str
    name: str
    workers: int
    leave_base: Centimes
    weather_base: Centimes
    contributions: Centimes


@dataclass(frozen=True, slots=True)
class StandingDue:
    """One amount of the period: by the word that a page says, and the debit that it is in.

    `worksite` is empty for what belongs to none; `collect_on` is the day of the debit, None
    where there is no debit.
    """

    worksite: str
    kind: DueKind
    amount: Centimes
    word: Word
    qualifier: str | None
    legal_due_on: date
    debit: str
    collect_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest revision of a declaration, and everything that is owed for its period.

    `debit_day` is the day of its debit, the earliest where there are several; before there is
    one, the day that is expected, and None where nothing will be debited.
    """

    period: Period
    status: DeclarationStatus
    revision: int
    filed_at: datetime
    lines: Sequence[StandingLine]
    dues: Sequence[StandingDue]
    debit_day: date | None


def find_standing(session: Session, day: WorkingDay, employer_id: int, code: str) -> Standing:
    """The employer's declaration of a period (its code). Raises NotFound where there is none."""
    with reading(session):
        row = session.execute(
            select(
                Declaration.id,
                Declaration.status,
                Declaration.revision,
                Declaration.filed_at,
            )
            .where(Declaration.employer_id == employer_id, Declaration.period == code)
            .order_by(Declaration.revision.desc())
            .limit(1)
        ).first()
        if row is None:
            raise NotFound(kind="declaration", reference=code)
        lines, dues = _lines(session, row.id), _dues(session, employer_id, code)
        debit_day = _debit_day(session, day, employer_id, Period.parse(code), dues)
    return Standing(
        period=Period.parse(code),
        status=row.status,
        revision=row.revision,
        filed_at=row.filed_at,
        lines=lines,
        dues=dues,
        debit_day=debit_day,
    )


def _debit_day(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    period: Period,
    dues: Sequence[StandingDue],
) -> date | None:
    """As the page of the declaration tells it: a debit's day, or what is to be expected."""
    planned = [due.collect_on for due in dues if due.collect_on is not None]
    if planned:
        return min(planned)
    if not any(due.word is Word.DECLARED and due.qualifier is None for due in dues):
        return None
    days, authorisation = obligation(period, day), authorisation_of(session, employer_id)
    collected = authorisation is not None and authorisation.collects(days.deadline)
    return days.debited_on if collected else None


def _lines(session: Session, declaration_id: int) -> list[StandingLine]:
    rows = session.execute(
        select(DeclarationLine, Worksite.code, Worksite.name)
        .join(Worksite, Worksite.id == DeclarationLine.worksite_id)
        .where(DeclarationLine.declaration_id == declaration_id)
        .order_by(Worksite.id)
    )
    return [
        StandingLine(
            worksite=code,
            name=name,
            workers=line.workers,
            leave_base=Centimes(line.leave_base_centimes),
            weather_base=Centimes(line.weather_base_centimes),
            contributions=Centimes(
                line.leave_centimes + line.weather_employer_centimes + line.weather_worker_centimes
            ),
        )
        for line, code, name in rows
    ]


def _dues(session: Session, employer_id: int, code: str) -> list[StandingDue]:
    """What is owed for the period; what others took the place of is not told."""
    live = and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
    rows = session.execute(
        select(
            Due.kind,
            Due.status,
            Due.amount_centimes,
            Due.legal_due_on,
            Worksite.code.label("worksite"),
            Debit.reference,
            Debit.status.label("debit_status"),
            Debit.collect_on,
        )
        .outerjoin(Worksite, Worksite.id == Due.worksite_id)
        .outerjoin(DebitLine, live)
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .where(
            Due.employer_id == employer_id,
            Due.period == code,
            Due.status != DueStatus.SUPERSEDED,
        )
        .order_by(Due.id)
    )
    found = []
    for row in rows:
        word, qualifier = _stands(row.status, row.debit_status)
        found.append(
            StandingDue(
                worksite=row.worksite or "",
                kind=row.kind,
                amount=Centimes(row.amount_centimes),
                word=word,
                qualifier=qualifier,
                legal_due_on=row.legal_due_on,
                debit=row.reference or "",
                collect_on=row.collect_on,
            )
        )
    return found


def _stands(status: DueStatus, debit: DebitStatus | None) -> tuple[Word, str | None]:
    """A due in a debit stands where its debit does; contested or waived, it says so itself."""
    if debit is not None and status in {DueStatus.SCHEDULED, DueStatus.SETTLED}:
        return word_for(debit)
    return word_for(status)
