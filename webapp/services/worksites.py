"""The worksites of an employer: those that are open, and a new one on the way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.text import clean_name
from webapp.models import Declaration, DeclarationLine, Worksite
from webapp.services.transactions import reading, transaction


@dataclass(frozen=True, slots=True)
class WorksiteName:
    """A worksite as its employer knows it."""

    id: int
    code: str
    name: str
    wilaya_code: str


def open_worksites(session: Session, employer_id: int) -> list[WorksiteName]:
    """The worksites that are not closed, in the order in which they came."""
    with reading(session):
        rows = session.execute(
            select(Worksite.id, Worksite.code, Worksite.name, Worksite.wilaya_code)
            .where(Worksite.employer_id == employer_id, Worksite.closed_on.is_(None))
            .order_by(Worksite.id)
        ).all()
    return [WorksiteName(row.id, row.code, row.name, row.wilaya_code) for row in rows]


def worksites_to_correct(session: Session, employer_id: int, period: str) -> list[WorksiteName]:
    """The worksites that are open, and those that a declaration of the period (its code) names."""
    named = (
        select(DeclarationLine.worksite_id)
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(Declaration.employer_id == employer_id, Declaration.period == period)
    )
    with reading(session):
        rows = session.execute(
            select(Worksite.id, Worksite.code, Worksite.name, Worksite.wilaya_code)
            .where(
                Worksite.employer_id == employer_id,
                or_(Worksite.closed_on.is_(None), Worksite.id.in_(named)),
            )
            .order_by(Worksite.id)
        ).all()
    return [WorksiteName(row.id, row.code, row.name, row.wilaya_code) for row in rows]


def add_worksite(session: Session, employer_id: int, name: str, wilaya_code: str) -> int:
    """Add a worksite and return its id; the same name in the same wilaya is the same worksite."""
    name = clean_name(name)
    with transaction(session):
        known = session.scalar(
            select(Worksite.id).where(
                Worksite.employer_id == employer_id,
                Worksite.name == name,
                Worksite.wilaya_code == wilaya_code,
                Worksite.closed_on.is_(None),
            )
        )
        if known is not None:
            return known
        worksite = Worksite(
            employer_id=employer_id,
            code=_next_code(session, employer_id),
            name=name,
            wilaya_code=wilaya_code,
        )
        session.add(worksite)
        session.flush()
        return worksite.id


def _next_code(session: Session, employer_id: int) -> str:
    """W01, W02…: the first that is free from the number of worksites on."""
    mine = Worksite.employer_id == employer_id
    taken = set(session.scalars(select(Worksite.code).where(mine)))
    number = (session.scalar(select(func.count()).select_from(Worksite).where(mine)) or 0) + 1
    while f"W{number:02}" in taken:
        number += 1
    return f"W{number:02}"
