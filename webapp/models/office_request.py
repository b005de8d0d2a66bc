"""What one of the staff asks for and another decides: a waiver, a refund, a reversal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of


class RequestKind(StrEnum):
    WAIVER = "waiver"  # of a surcharge, a penalty, or what was debited in error
    REFUND = "refund"  # of a credit
    REVERSAL = "reversal"  # of a debit made in error


class RequestStatus(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OfficeRequest(Base):
    __tablename__ = "office_requests"
    __table_args__ = (
        CheckConstraint("amount_centimes > 0", name="amount_above_zero"),
        # The wall of the four eyes.
        CheckConstraint(
            "status = 'withdrawn' OR decided_by IS NULL OR decided_by <> asked_by",
            name="two_people",
        ),
        CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(kind = 'reversal') = (debit_id IS NOT NULL)", name="reversal_of_a_debit"),
        live_key("uq_office_requests_one_asked_per_due", "due_id", where="status = 'asked'"),
        Index("ix_office_requests_status", "status"),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind))
    status: Mapped[RequestStatus] = mapped_column(one_of(RequestStatus))
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    due_id: Mapped[int] = mapped_column(BigId, ForeignKey("dues.id"), index=True)
    # Of a reversal: the debit; the due is the first one under it.
    debit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("debits.id"))
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    # Why, in the words of who asks: sealed.
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
