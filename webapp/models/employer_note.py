"""What an agency noted of an employer: a call, a visit, what is to be done and when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.notes import NoteKind
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class EmployerNote(Base):
    __tablename__ = "employer_notes"

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one note does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"))
    kind: Mapped[NoteKind] = mapped_column(one_of(NoteKind))
    # Sealed: people write what they hear.
    text: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # On which day the agency is reminded, until somebody has dealt with it.
    remind_on: Mapped[date | None] = mapped_column(index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))
