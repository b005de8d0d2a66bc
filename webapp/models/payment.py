"""A payment made elsewhere: by cheque, transfer, at the counter, or on the old portal."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.payment_ways import PaymentWay as PaymentWay  # a column's words
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class PaymentStatus(StrEnum):
    WAITING = "waiting"  # for the second person
    BOOKED = "booked"
    REFUSED = "refused"  # by the second person
    REVERSED = "reversed"  # the cheque bounced, or it was somebody else's


class Payment(Base):
    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_centimes > 0", name="amount_above_zero"),
        CheckConstraint("decided_by IS NULL OR decided_by <> entered_by", name="two_people"),
        Index("ix_payments_employer_id", "employer_id"),
        Index("ix_payments_status", "status"),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    # The same payment is never entered twice: the way and the number that it has there.
    source_key: Mapped[str] = mapped_column(String(80), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    # What it pays first; without one, what is owed longest.
    period: Mapped[str | None] = mapped_column(String(7))
    way: Mapped[PaymentWay] = mapped_column(one_of(PaymentWay))
    number: Mapped[str] = mapped_column(String(60))
    paid_on: Mapped[date]
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[PaymentStatus] = mapped_column(one_of(PaymentStatus))
    entered_by: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
