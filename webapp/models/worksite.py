"""A worksite of an employer: declarations have one line for each."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, id_column


class Worksite(Base):
    __tablename__ = "worksites"
    __table_args__ = (
        UniqueConstraint("employer_id", "code"),
        # What a composite key of another table points at: a row and its owner together.
        UniqueConstraint("id", "employer_id"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(140))
    wilaya_code: Mapped[str] = mapped_column(String(2))
    closed_on: Mapped[date | None]
