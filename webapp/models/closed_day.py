"""A day on which banks are closed beside Fridays and Saturdays; staff edit this list.

A day that staff open again stays as a row, or the next loading of holidays would close it anew.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class ClosedDay(Base):
    __tablename__ = "closed_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    name_fr: Mapped[str] = mapped_column(String(100))
    name_ar: Mapped[str] = mapped_column(String(100))
    estimated: Mapped[bool]
    # The Algiers day on which staff closed it; none for what was known from the start.
    known_from_on: Mapped[date | None]
    # Staff opened it again on that Algiers day: banks work, whatever the list of holidays says.
    opened_on: Mapped[date | None]
