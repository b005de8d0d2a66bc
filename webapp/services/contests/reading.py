"""Contests as they are read: by their employer, and by the office in the order of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.contests import ContestOutcome, ContestReason, ContestResult, result_of
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.domain.statuses import ContestStatus, DebitStatus
from webapp.models import (
    Contest,
    ContestLine,
    ContestPaper,
    Debit,
    Due,
    DueKind,
    Employer,
    Worksite,
)
from webapp.services.contests.opening import words_context
from webapp.services.contests.outcomes import answer_context
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading

CONTESTS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ContestRow:
    """A contest in one line; its amounts together, in centimes."""

    id: int
    reference: str
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    debit: str
    debit_status: DebitStatus
    collect_on: date
    reason: ContestReason
    status: ContestStatus
    outcome: ContestOutcome | None
    opened_at: datetime
    answer_by_on: date
    answered_at: datetime | None
    amount: Centimes

    @property
    def is_open(self) -> bool:
        return self.status is ContestStatus.OPEN

    def days_left(self, today: date) -> int:
        """Until the day of the answer; below zero once it has passed."""
        return (self.answer_by_on - today).days


@dataclass(frozen=True, slots=True)
class ContestedDue:
    """One amount of a contest, in centimes, and what has become of it."""

    due_id: int
    kind: DueKind
    period: Period
    worksite: str
    amount: Centimes
    result: ContestResult


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the employer has sent along."""

    reference: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ContestPage:
    """A contest with its amounts and evidence, and what was said on both sides."""

    row: ContestRow
    words: str
    answer: str
    dues: tuple[ContestedDue, ...]
    papers: tuple[Evidence, ...]


def open_contests(session: Session, employer_id: int) -> list[ContestRow]:
    """What the employer waits for an answer on, the nearest answer first."""
    mine = (Contest.employer_id == employer_id, Contest.status == ContestStatus.OPEN)
    return _rows(session, CONTESTS.where(*mine).order_by(*BY_ANSWER))


def contests_of_debit(session: Session, employer_id: int, reference: str) -> list[ContestRow]:
    """The employer's contests of one debit, the latest first."""
    mine = (Contest.employer_id == employer_id, Debit.reference == reference)
    return _rows(session, CONTESTS.where(*mine).order_by(Contest.id.desc()))


def find_own_contest(
    session: Session, vault: Vault, employer_id: int, reference: str
) -> ContestPage:
    """One of the employer's contests. Raises NotFound, also for somebody else's."""
    return _find(session, vault, reference, Contest.employer_id == employer_id)


def find_contest(session: Session, vault: Vault, scope: Scope, reference: str) -> ContestPage:
    """A contest for the office, answered or not. Raises NotFound, also out of scope."""
    return _find(session, vault, reference, *in_scope(scope))


def waiting_contests(
    session: Session, scope: Scope, after: str | None = None
) -> tuple[list[ContestRow], bool]:
    """What waits for the office, by the day of the answer, and whether there is more.

    `after` is the reference of the last one already seen. Raises NotFound for one out of scope.
    """
    mine = (Contest.status == ContestStatus.OPEN, *in_scope(scope))
    wanted = CONTESTS.where(*mine)
    if after is not None:
        with reading(session):
            last = session.execute(
                select(Contest.id, Contest.answer_by_on)
                .join(Employer, Employer.id == Contest.employer_id)
                .where(Contest.reference == after, *in_scope(scope))
            ).first()
        if last is None:
            raise NotFound(kind="contest", reference=after)
        same_day = and_(Contest.answer_by_on == last.answer_by_on, Contest.id > last.id)
        wanted = wanted.where(or_(Contest.answer_by_on > last.answer_by_on, same_day))
    found = _rows(session, wanted.order_by(*BY_ANSWER).limit(CONTESTS_ON_A_PAGE + 1))
    return found[:CONTESTS_ON_A_PAGE], len(found) > CONTESTS_ON_A_PAGE


def count_waiting_contests(session: Session, scope: Scope, today: date) -> tuple[int, int]:
    """How many wait for an answer, and of how many its day has passed."""
    late = func.count().filter(Contest.answer_by_on < today)
    with reading(session):
        row = session.execute(
            select(func.count(), late)
            .select_from(Contest)
            .join(Employer, Employer.id == Contest.employer_id)
            .where(Contest.status == ContestStatus.OPEN, *in_scope(scope))
        ).one()
    return row[0], row[1]


AMOUNT = (
    select(func.sum(ContestLine.amount_centimes))
    .where(ContestLine.contest_id == Contest.id)
    .correlate(Contest)
    .scalar_subquery()
)
CONTESTS = (
    select(
        Contest.id,
        Contest.reference,
        Contest.employer_id,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Debit.reference.label("debit"),
        Debit.status.label("debit_status"),
        Debit.collect_on,
        Contest.reason,
        Contest.status,
        Contest.outcome,
        Contest.opened_at,
        Contest.answer_by_on,
        Contest.answered_at,
        AMOUNT.label("amount"),
    )
    .join(Employer, Employer.id == Contest.employer_id)
    .join(Debit, Debit.id == Contest.debit_id)
)
BY_ANSWER = (Contest.answer_by_on, Contest.id)
LINES = (
    select(
        Due.id,
        Due.kind,
        Due.period,
        Due.status,
        Worksite.name,
        ContestLine.amount_centimes,
        ContestLine.upheld,
        ContestLine.ended_at,
    )
    .join(Due, Due.id == ContestLine.due_id)
    .outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .order_by(ContestLine.id)
)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[ContestRow]:
    with reading(session):
        return [_row(row) for row in session.execute(query)]


def _row(row: Row[*tuple[Any, ...]]) -> ContestRow:
    values = dict(row._mapping)
    return ContestRow(**values | {"amount": Centimes(int(row.amount))})


def _find(
    session: Session, vault: Vault, reference: str, *mine: ColumnElement[bool]
) -> ContestPage:
    with reading(session):
        found = session.execute(CONTESTS.where(Contest.reference == reference, *mine)).first()
        if found is None:
            raise NotFound(kind="contest", reference=reference)
        row = _row(found)
        words, answer = session.execute(
            select(Contest.words, Contest.answer).where(Contest.id == row.id)
        ).one()
        lines = session.execute(LINES.where(ContestLine.contest_id == row.id)).all()
        papers = session.execute(
            select(ContestPaper.reference, ContestPaper.media_type, ContestPaper.size)
            .where(ContestPaper.contest_id == row.id)
            .order_by(ContestPaper.id)
        ).all()
    return ContestPage(
        row=row,
        words=vault.open(words, words_context(reference)),
        answer=vault.open(answer, answer_context(reference)) if answer else "",
        dues=_dues(row, lines),
        papers=tuple(Evidence(*paper) for paper in papers),
    )


def _dues(row: ContestRow, lines: Sequence[Row[*tuple[Any, ...]]]) -> tuple[ContestedDue, ...]:
    return tuple(
        ContestedDue(
            due_id=line.id,
            kind=line.kind,
            period=Period.parse(line.period),
            worksite=line.name or "",
            amount=Centimes(line.amount_centimes),
            result=result_of(
                row.status, line.upheld, line.ended_at is not None, line.status, row.outcome
            ),
        )
        for line in lines
    )
