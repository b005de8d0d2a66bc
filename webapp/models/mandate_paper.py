"""The paper of a mandate, signed or stamped, as it was scanned; the bytes lie sealed on disk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column


class MandatePaper(Base):
    __tablename__ = "mandate_papers"

    id: Mapped[int] = id_column()
    # The name of its file, and what its bytes are sealed for.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    mandate_id: Mapped[int] = mapped_column(BigId, ForeignKey("mandates.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))


class ConfirmingBank(Base):
    """A bank that asks for the signed paper before it lets the fund debit its customers."""

    __tablename__ = "confirming_banks"

    bank_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    # Calendar days after the signature by which the stamped paper should be back.
    paper_days: Mapped[int]
