"""A posting: one leg of an entry in the fund's books; never changed, never deleted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, id_column, one_of


class Account(StrEnum):
    """The accounts of the books. Debits are positive, credits negative; every pair sums to 0."""

    RECEIVABLE = "receivable"
    INCOME = "income"
    BANK = "bank"
    EMPLOYER_CREDIT = "employer_credit"
    SUSPENSE = "suspense"
    ELSEWHERE = "elsewhere"  # received by cheque, transfer, counter or the old portal
    WAIVED = "waived"
    REFUNDS = "refunds"


class Posting(Base):
    __tablename__ = "postings"
    __table_args__ = (
        # What caused it, and which leg: the same cause is never booked twice.
        UniqueConstraint("source_key", "leg"),
        CheckConstraint("amount_centimes <> 0", name="amount_not_zero"),
        Index("ix_postings_due_id", "due_id"),
        Index("ix_postings_employer_id_posted_on", "employer_id", "posted_on"),
    )

    id: Mapped[int] = id_column()
    source_key: Mapped[str] = mapped_column(String(100))
    leg: Mapped[str] = mapped_column(String(40))
    account: Mapped[Account] = mapped_column(one_of(Account))
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    employer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("employers.id"))
    due_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dues.id"))
    posted_on: Mapped[date]
