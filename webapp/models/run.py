"""A run of the due debits: its day, when it began and ended, and its report."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime, id_column


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_day", "day"),)

    id: Mapped[int] = id_column()
    day: Mapped[date]
    actor: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[str | None] = mapped_column(Text)
