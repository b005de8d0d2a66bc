"""A session of the site: somebody signed in on one device, and a form that it interrupted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column

STAFF_OR_NOT = (
    "staff_id IS NOT NULL AND employer_id IS NULL AND person_id IS NULL"
    " OR staff_id IS NULL AND (employer_id IS NOT NULL OR person_id IS NOT NULL)"
)


class WebSession(Base):
    """An employer's own, a person's (for the employer they act for now), or one of the staff."""

    __tablename__ = "web_sessions"
    __table_args__ = (CheckConstraint(STAFF_OR_NOT, name="staff_or_not"),)

    id: Mapped[int] = id_column()
    # The browser holds the token; who reads this table cannot use it.
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    employer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("persons.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"), index=True)
    # Handed over from a device of the fund: for this case alone.
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("enrolment_cases.id"))
    # What the browser said of itself, so that people know their sessions apart.
    device: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When a code was last given in it: acts of weight need a fresh one.
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeptForm(Base):
    """What was typed into a form when its session had just expired, until the next sign-in."""

    __tablename__ = "kept_forms"

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one form does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    # Given back to whoever typed it: the employer, or the person acting for them.
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("persons.id"))
    address: Mapped[str] = mapped_column(String(200))
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
