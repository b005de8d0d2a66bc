"""A worksite of an employer: declarations have one line for each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class WorksiteChangeKind(StrEnum):
    """What can happen to a worksite."""

    ADDED = "added"
    RENAMED = "renamed"
    CLOSED = "closed"
    REOPENED = "reopened"


class Worksite(Base):
    __tablename__ = "worksites"
    __table_args__ = (
        UniqueConstraint("employer_id", "code"),
        # What a composite key of another table points at: a row and its owner together.
        UniqueConstraint("id", "employer_id"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(140))
    wilaya_code: Mapped[str] = mapped_column(String(2))
    closed_on: Mapped[date | None]


class WorksiteChange(Base):
    """One moment in the life of a worksite, with what it was called from then on."""

    __tablename__ = "worksite_changes"
    __table_args__ = (Index("ix_worksite_changes_worksite_id", "worksite_id"),)

    id: Mapped[int] = id_column()
    worksite_id: Mapped[int] = mapped_column(BigId, ForeignKey("worksites.id"))
    kind: Mapped[WorksiteChangeKind] = mapped_column(one_of(WorksiteChangeKind))
    name: Mapped[str] = mapped_column(String(140))
    wilaya_code: Mapped[str] = mapped_column(String(2))
    # From which Algiers day on it is closed or open again; otherwise the day of the change.
    from_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
