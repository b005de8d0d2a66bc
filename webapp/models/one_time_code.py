"""A one-time code: six digits sent to an employer for one act, asked for in one browser."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class CodePurpose(StrEnum):
    """The one act that a code allows; a code to sign in cannot sign."""

    SIGN_IN = "sign_in"
    SIGN_MANDATE = "sign_mandate"
    CONFIRM = "confirm"  # an act of weight within a session


class OneTimeCode(Base):
    __tablename__ = "one_time_codes"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries_not_negative"),)

    id: Mapped[int] = id_column()
    # The browser that asked holds this; the code opens nothing anywhere else.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    purpose: Mapped[CodePurpose] = mapped_column(one_of(CodePurpose))
    # Absent for a member number that the register does not know: no code can fit it.
    employer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    # Whom it was sent to, where that is not the employer.
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("persons.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
