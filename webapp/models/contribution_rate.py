"""The contribution rates from a day on, in hundred-thousandths (12.21 % is 12210)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class ContributionRate(Base):
    __tablename__ = "contribution_rates"
    __table_args__ = (
        CheckConstraint(
            "leave >= 0 AND weather_employer >= 0 AND weather_worker >= 0", name="not_negative"
        ),
    )

    valid_from: Mapped[date] = mapped_column(primary_key=True)
    leave: Mapped[int]
    weather_employer: Mapped[int]
    weather_worker: Mapped[int]
