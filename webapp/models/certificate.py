"""A certificate of good standing: nothing was overdue on the day on which it was issued."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of


class RevocationCause(StrEnum):
    """Why a certificate does not hold any more, though its last day has not come."""

    OVERDUE = "overdue"  # an amount is overdue
    NOT_DECLARED = "not_declared"  # a declaration is missing
    REPLACED = "replaced"  # by a newer one


class Certificate(Base):
    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("issued_on <= valid_until_on", name="ends_after_it_begins"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revocation_cause IS NULL)", name="revoked_for_a_cause"
        ),
        # A newer one takes the place of the one before.
        live_key("uq_certificates_one_standing", "employer_id", where="revoked_at IS NULL"),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_on: Mapped[date]
    valid_until_on: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revocation_cause: Mapped[RevocationCause | None] = mapped_column(one_of(RevocationCause))
