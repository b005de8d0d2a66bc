"""From which month on an employer declares how often, and where: here or on the old portal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.declaring import DeclaringPlace
from webapp.domain.period import Periodicity
from webapp.models.base import Base, BigId, UtcDateTime, one_of


class DeclaringTerm(Base):
    """Before the first term the register's periodicity holds, and the place is here."""

    __tablename__ = "declaring_terms"

    employer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("employers.id"), primary_key=True, autoincrement=False
    )
    # "2026-10": the first month of the first period that it holds for.
    from_month: Mapped[str] = mapped_column(String(7), primary_key=True)
    periodicity: Mapped[Periodicity] = mapped_column(one_of(Periodicity))
    place: Mapped[DeclaringPlace] = mapped_column(one_of(DeclaringPlace))
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
