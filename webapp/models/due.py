"""A due: one amount owed by an employer or, negative, credited to them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.statuses import DueStatus
from webapp.models.base import Base, BigId, id_column, one_of


class DueKind(StrEnum):
    """What is owed, or, for a credit, what the fund owes."""

    CONTRIBUTION = "contribution"
    SURCHARGE = "surcharge"  # for paying late
    PENALTY = "penalty"  # for declaring late
    INSTALMENT = "instalment"  # of a payment schedule
    ADJUSTMENT = "adjustment"  # what a correction has added to an amount that stays as it is
    CREDIT = "credit"


# What being late has added. Who asks for these by their day says this as well, or the index is
# not used.
FOR_LATENESS = "kind IN ('surcharge', 'penalty')"


class Due(Base):
    __tablename__ = "dues"
    __table_args__ = (
        ForeignKeyConstraint(
            ["worksite_id", "employer_id"], ["worksites.id", "worksites.employer_id"]
        ),
        # A line of a debit points at a due, its owner and its amount at once.
        UniqueConstraint("id", "employer_id", "amount_centimes"),
        CheckConstraint("amount_centimes <> 0", name="amount_not_zero"),
        CheckConstraint("(kind = 'credit') = (amount_centimes < 0)", name="credit_is_negative"),
        CheckConstraint("about_due_id <> id", name="about_another"),
        # What was computed here tells on what, at which rate and in which step.
        CheckConstraint(
            "base_centimes IS NULL OR base_centimes > 0 AND rate > 0 AND step >= 0"
            " AND about_due_id IS NOT NULL",
            name="computed_tells_how",
        ),
        Index("ix_dues_about_due_id", "about_due_id"),
        Index("ix_dues_employer_id_period", "employer_id", "period"),
        Index(
            "ix_dues_open",
            "employer_id",
            "collect_from_on",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_dues_for_lateness",
            "collect_from_on",
            sqlite_where=text(FOR_LATENESS),
            postgresql_where=text(FOR_LATENESS),
        ),
    )

    id: Mapped[int] = id_column()
    # Derived from what caused it: the same cause never makes a second due.
    origin_key: Mapped[str] = mapped_column(String(80), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    worksite_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[DueKind] = mapped_column(one_of(DueKind))
    status: Mapped[DueStatus] = mapped_column(one_of(DueStatus))
    period: Mapped[str] = mapped_column(String(7))
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    legal_due_on: Mapped[date]
    collect_from_on: Mapped[date]
    predecessor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dues.id"))
    # The revision of the declaration that made it, for what was declared.
    revision: Mapped[int | None]
    # A surcharge or penalty: on which due, on how much of it, at which rate in hundred-thousandths,
    # and for which month after the first amount, which is step 0.
    about_due_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dues.id"))
    base_centimes: Mapped[int | None] = mapped_column(BigInteger)
    rate: Mapped[int | None]
    step: Mapped[int | None]
    # After the last attempt only another mandate, or the employer, brings it back.
    barred_mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandates.id"))
