"""A return to a backup: nothing is sent to a bank until what was sent since is reconciled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime, id_column


class Restoration(Base):
    __tablename__ = "restorations"
    __table_args__ = (
        CheckConstraint(
            "(reconciled_at IS NULL) = (reconciled_by IS NULL)", name="reconciled_by_somebody"
        ),
    )

    id: Mapped[int] = id_column()
    restored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_by: Mapped[str] = mapped_column(String(60))
    # The backup: when it was taken, and the digest of its dump.
    backup_at: Mapped[datetime] = mapped_column(UtcDateTime)
    backup_sha256: Mapped[str] = mapped_column(String(64))
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reconciled_by: Mapped[str | None] = mapped_column(String(60))
