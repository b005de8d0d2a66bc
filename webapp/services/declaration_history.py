"""What an employer sees of their declarations: the list, and one as it was filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.contributions import ContributionRates, rates_for
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.reckonings import OfBases
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Debit,
    DebitLine,
    Declaration,
    DeclarationDraft,
    DeclarationLine,
    Due,
    DueKind,
    Worksite,
)
from webapp.services.declarations import rates_table
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A filed declaration in one line, with what it makes in centimes."""

    period: Period
    filed_on: date
    worksites: int
    total: Centimes


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """What one worksite declared, and the three contributions it makes.

    The reckoning is left out where the rates that the fund keeps today make another amount.
    """

    worksite: str
    workers: int
    leave_base: Centimes
    weather_base: Centimes
    leave: Centimes
    weather: Centimes
    total: Centimes
    reckoning: OfBases | None


@dataclass(frozen=True, slots=True)
class PlannedDebit:
    """The debit in which a declared amount stands now."""

    reference: str
    status: DebitStatus
    collect_on: date


@dataclass(frozen=True, slots=True)
class DeclarationPage:
    """One declaration as it was filed, and where its amount stands."""

    id: int
    period: Period
    revision: int
    filed_on: date
    filed_at: datetime
    lines: tuple[DeclaredLine, ...]
    collect_from_on: date | None
    legal_due_on: date | None
    due_statuses: frozenset[DueStatus]
    debits: tuple[PlannedDebit, ...]

    @property
    def total(self) -> Centimes:
        """What the declaration makes in all, in centimes."""
        return Centimes(sum(line.total for line in self.lines))


def list_declarations(session: Session, employer_id: int) -> list[DeclarationRow]:
    """The employer's declarations, the latest first; of each period the last revision."""
    made = (
        DeclarationLine.leave_centimes
        + DeclarationLine.weather_employer_centimes
        + DeclarationLine.weather_worker_centimes
    )
    with reading(session):
        rows = session.execute(
            select(
                Declaration.period,
                Declaration.filed_on,
                func.count(DeclarationLine.id).label("worksites"),
                func.coalesce(func.sum(made), 0).label("total"),
            )
            .outerjoin(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
            .where(Declaration.employer_id == employer_id)
            .group_by(Declaration.id, Declaration.period, Declaration.filed_on)
            .order_by(Declaration.filed_on, Declaration.revision)
        ).all()
    # A later revision of a period takes the place of the one before.
    latest = {
        row.period: DeclarationRow(
            Period.parse(row.period), row.filed_on, row.worksites, Centimes(int(row.total))
        )
        for row in rows
    }
    return sorted(latest.values(), key=lambda row: row.period.first_day, reverse=True)


def list_draft_periods(session: Session, employer_id: int) -> set[str]:
    """The codes of the periods for which the employer has begun to type."""
    with reading(session):
        return set(
            session.scalars(
                select(DeclarationDraft.period).where(DeclarationDraft.employer_id == employer_id)
            )
        )


def find_declaration(session: Session, employer_id: int, period: str) -> DeclarationPage:
    """The employer's declaration of a period (its code). Raises NotFound where there is none."""
    with reading(session):
        row = session.execute(
            select(
                Declaration.id,
                Declaration.period,
                Declaration.revision,
                Declaration.filed_on,
                Declaration.filed_at,
            )
            .where(Declaration.employer_id == employer_id, Declaration.period == period)
            .order_by(Declaration.revision.desc())
            .limit(1)
        ).first()
        if row is None:
            raise NotFound(kind="declaration", reference=period)
        rates = rates_for(Period.parse(row.period).first_day, rates_table(session))
        lines = _lines(session, row.id, rates)
        of_period = (
            Due.employer_id == employer_id,
            Due.period == period,
            Due.kind.in_((DueKind.CONTRIBUTION, DueKind.ADJUSTMENT)),
            Due.status != DueStatus.SUPERSEDED,
        )
        dues = session.execute(
            select(Due.collect_from_on, Due.legal_due_on, Due.status).where(*of_period).distinct()
        ).all()
        debits = session.execute(
            select(Debit.reference, Debit.status, Debit.collect_on)
            .join(DebitLine, DebitLine.debit_id == Debit.id)
            .join(Due, Due.id == DebitLine.due_id)
            .where(*of_period, Debit.status != DebitStatus.CANCELLED)
            .distinct()
            .order_by(Debit.collect_on)
        ).all()
    return DeclarationPage(
        id=row.id,
        period=Period.parse(row.period),
        revision=row.revision,
        filed_on=row.filed_on,
        filed_at=row.filed_at,
        lines=lines,
        collect_from_on=min((due.collect_from_on for due in dues), default=None),
        legal_due_on=min((due.legal_due_on for due in dues), default=None),
        due_statuses=frozenset(due.status for due in dues),
        debits=tuple(PlannedDebit(*debit) for debit in debits),
    )


def _lines(
    session: Session, declaration_id: int, rates: ContributionRates
) -> tuple[DeclaredLine, ...]:
    rows = session.execute(
        select(DeclarationLine, Worksite.name)
        .join(Worksite, Worksite.id == DeclarationLine.worksite_id)
        .where(DeclarationLine.declaration_id == declaration_id)
        .order_by(Worksite.id)
    )
    return tuple(_line(line, name, rates) for line, name in rows)


def _line(line: DeclarationLine, name: str, rates: ContributionRates) -> DeclaredLine:
    leave, weather = Centimes(line.leave_base_centimes), Centimes(line.weather_base_centimes)
    of_weather = line.weather_employer_centimes + line.weather_worker_centimes
    total = Centimes(line.leave_centimes + of_weather)
    reckoning = OfBases(leave, weather, rates)
    return DeclaredLine(
        worksite=name,
        workers=line.workers,
        leave_base=leave,
        weather_base=weather,
        leave=Centimes(line.leave_centimes),
        weather=Centimes(of_weather),
        total=total,
        reckoning=reckoning if reckoning.amount == total else None,
    )
