"""What an employer was told once: the key that keeps it from being told again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column


class News(Base):
    __tablename__ = "news"

    id: Mapped[int] = id_column()
    # Derived from what is told: "attempt:17:settled", "declaration:12:2026-10:3".
    key: Mapped[str] = mapped_column(String(80), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
