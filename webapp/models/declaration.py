"""A declaration of contributions for one period, with one line for each worksite."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.statuses import DeclarationStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class Declaration(Base):
    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("employer_id", "period", "revision"),
        UniqueConstraint("id", "employer_id"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    period: Mapped[str] = mapped_column(String(7))
    revision: Mapped[int]
    status: Mapped[DeclarationStatus] = mapped_column(one_of(DeclarationStatus))
    # The key of the form that filed it: the same form sent twice files once.
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    filed_on: Mapped[date]
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeclarationDraft(Base):
    """What an employer has typed so far for a period, as typed; it goes when it is filed."""

    __tablename__ = "declaration_drafts"

    employer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("employers.id"), primary_key=True, autoincrement=False
    )
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    # The key under which it will be filed, however often its form is sent.
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    typed: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who typed last, as events name them.
    saved_by: Mapped[str] = mapped_column(String(60), server_default=text("''"))
    # The revision that it corrects; none for a period that is not filed.
    corrects: Mapped[int | None]


class DeclarationSheet(Base):
    """The lines of a sheet that could not be taken into the draft, until they are put right."""

    __tablename__ = "declaration_sheets"

    employer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("employers.id"), primary_key=True, autoincrement=False
    )
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    file_name: Mapped[str] = mapped_column(String(140))
    lines: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeclaredMonth(Base):
    """A month that a declaration covers: a quarter takes three, so none is declared twice."""

    __tablename__ = "declared_months"
    __table_args__ = (
        ForeignKeyConstraint(
            ["declaration_id", "employer_id"], ["declarations.id", "declarations.employer_id"]
        ),
    )

    employer_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    declaration_id: Mapped[int] = mapped_column(BigId)


class DeclarationLine(Base):
    """What one worksite declared: its workers, its two bases and what they make."""

    __tablename__ = "declaration_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["declaration_id", "employer_id"], ["declarations.id", "declarations.employer_id"]
        ),
        ForeignKeyConstraint(
            ["worksite_id", "employer_id"], ["worksites.id", "worksites.employer_id"]
        ),
        UniqueConstraint("declaration_id", "worksite_id"),
        CheckConstraint("workers >= 0", name="workers_not_negative"),
        CheckConstraint("leave_base_centimes >= 0", name="leave_base_not_negative"),
        CheckConstraint(
            "weather_base_centimes >= 0 AND weather_base_centimes <= leave_base_centimes",
            name="weather_base_within_leave_base",
        ),
    )

    id: Mapped[int] = id_column()
    declaration_id: Mapped[int] = mapped_column(BigId)
    employer_id: Mapped[int] = mapped_column(BigId)
    worksite_id: Mapped[int] = mapped_column(BigId)
    workers: Mapped[int]
    leave_base_centimes: Mapped[int] = mapped_column(BigInteger)
    weather_base_centimes: Mapped[int] = mapped_column(BigInteger)
    leave_centimes: Mapped[int] = mapped_column(BigInteger)
    weather_employer_centimes: Mapped[int] = mapped_column(BigInteger)
    weather_worker_centimes: Mapped[int] = mapped_column(BigInteger)
