"""A throttle: how often something was tried lately, counted for one subject or for everybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime


class Throttle(Base):
    __tablename__ = "throttles"
    __table_args__ = (CheckConstraint("tries > 0", name="tries_above_zero"),)

    # What is counted and a keyed digest of whom: no member number can be read from it.
    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int]
