"""A session of the site: one employer signed in on one device, and a form that it interrupted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column


class WebSession(Base):
    __tablename__ = "web_sessions"

    id: Mapped[int] = id_column()
    # The browser holds the token; who reads this table cannot use it.
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeptForm(Base):
    """What was typed into a form when its session had just expired, until the next sign-in."""

    __tablename__ = "kept_forms"

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one form does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
