"""A payment schedule: what was owed for long, cut into instalments on days that were agreed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.statuses import PaymentScheduleStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of


class PaymentSchedule(Base):
    __tablename__ = "payment_schedules"
    __table_args__ = (
        UniqueConstraint("id", "employer_id"),
        CheckConstraint("principal_centimes > 0", name="principal_above_zero"),
        # One at a time.
        live_key(
            "uq_payment_schedules_one_live_per_employer",
            "employer_id",
            where="status IN ('proposed', 'accepted')",
        ),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    status: Mapped[PaymentScheduleStatus] = mapped_column(one_of(PaymentScheduleStatus))
    principal_centimes: Mapped[int] = mapped_column(BigInteger)
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_by: Mapped[str | None] = mapped_column(String(60))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ScheduledDue(Base):
    """A due that a schedule takes up: its principal, or a surcharge that waits for its end."""

    __tablename__ = "scheduled_dues"
    __table_args__ = (Index("ix_scheduled_dues_due_id", "due_id"),)

    schedule_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("payment_schedules.id"), primary_key=True, autoincrement=False
    )
    due_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("dues.id"), primary_key=True, autoincrement=False
    )


class Instalment(Base):
    """One instalment; its due is made when the employer accepts."""

    __tablename__ = "instalments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["schedule_id", "employer_id"],
            ["payment_schedules.id", "payment_schedules.employer_id"],
        ),
        CheckConstraint("amount_centimes > 0", name="amount_above_zero"),
        CheckConstraint("number >= 1", name="numbered_from_one"),
    )

    schedule_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    employer_id: Mapped[int] = mapped_column(BigId)
    due_on: Mapped[date]
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    due_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dues.id"), unique=True)
