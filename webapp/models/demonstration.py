"""The mark of a demonstration database: its seed, size and day. No other database has the row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId


class Demonstration(Base):
    __tablename__ = "demonstrations"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    seed: Mapped[int]
    employers: Mapped[int]
    day: Mapped[date]
