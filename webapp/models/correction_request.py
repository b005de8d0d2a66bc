"""An employer asks the fund to correct what it holds about them (law 18-07)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class CorrectionSubject(StrEnum):
    NAME = "name"
    SIGNATORY = "signatory"
    CONTACT = "contact"
    IDENTIFIERS = "identifiers"
    WORKSITES = "worksites"
    OTHER = "other"


class CorrectionStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class CorrectionRequest(Base):
    __tablename__ = "correction_requests"
    __table_args__ = (Index("ix_correction_requests_status", "status"),)

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one request does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    subject: Mapped[CorrectionSubject] = mapped_column(one_of(CorrectionSubject))
    status: Mapped[CorrectionStatus] = mapped_column(one_of(CorrectionStatus))
    wish: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Sealed as well; empty until it is answered.
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))
