"""A calendar's secret address: whoever has it reads the employer's dates, until it is revoked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of
from webapp.models.employer import Language


class CalendarFeed(Base):
    __tablename__ = "calendar_feeds"
    __table_args__ = (
        live_key("uq_calendar_feeds_one_open", "employer_id", where="revoked_at IS NULL"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    # Of the address only a digest: it is shown once, when it is made.
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[Language] = mapped_column(one_of(Language))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
