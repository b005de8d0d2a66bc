"""What being late costs, from a day to a day: rates in hundred-thousandths (5 % is 5000)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.late import LateKind
from webapp.models.base import Base, one_of


class LateRule(Base):
    __tablename__ = "late_rules"
    __table_args__ = (
        CheckConstraint("at_once >= 0 AND monthly >= 0", name="not_negative"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="in_order"),
    )

    kind: Mapped[LateKind] = mapped_column(one_of(LateKind), primary_key=True)
    # By the day on which the amount was legally due.
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_until: Mapped[date | None]
    at_once: Mapped[int]
    monthly: Mapped[int]
