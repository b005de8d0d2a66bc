"""An authorisation that was begun and not signed: what was typed, for a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime


class MandateDraft(Base):
    """One for each employer. It is deleted when it is signed, or old: nobody agreed to it."""

    __tablename__ = "mandate_drafts"

    employer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("employers.id"), primary_key=True, autoincrement=False
    )
    # Made before the row: what is sealed for one draft does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    account: Mapped[bytes] = mapped_column(LargeBinary)
    ceiling_centimes: Mapped[int | None] = mapped_column(BigInteger)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
