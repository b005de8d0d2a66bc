"""An event: who moved what from where to where; chained by hash, never changed, never deleted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of

# Who asks for the events of one member says this as well, or the index is not used.
OF_STAFF = "actor >= 'staff:' AND actor < 'staff;'"


# A whole account number was shown to one of them: see the same.
ACCOUNT_SHOWN = "target = 'account_shown'"


class Subject(StrEnum):
    """What an event is about."""

    MANDATE = "mandate"
    DECLARATION = "declaration"
    DUE = "due"
    DEBIT = "debit"
    BANK_FILE = "bank_file"
    BANK_MESSAGE = "bank_message"
    RUN = "run"
    EMPLOYER = "employer"
    PERSON = "person"
    STAFF = "staff"
    WORKSITE = "worksite"
    PAYMENT = "payment"
    SCHEDULE = "schedule"
    REQUEST = "request"
    API_KEY = "api_key"
    RESTORATION = "restoration"
    CLOSED_DAY = "closed_day"
    REVERSAL = "reversal"
    CAMPAIGN = "campaign"
    DEVICE = "device"
    CASE = "case"
    AGENCY = "agency"
    WILAYA = "wilaya"
    CONTEST = "contest"
    CERTIFICATE = "certificate"


class Event(Base):
    """Holds ids and words of the code, never personal values."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject_subject_id", "subject", "subject_id"),
        # What one of the staff did; the events of runs, by far the most, are not in it.
        Index(
            "ix_events_of_staff",
            "actor",
            "id",
            sqlite_where=text(OF_STAFF),
            postgresql_where=text(OF_STAFF),
        ),
        Index(
            "ix_events_account_shown",
            "at",
            sqlite_where=text(ACCOUNT_SHOWN),
            postgresql_where=text(ACCOUNT_SHOWN),
        ),
    )

    id: Mapped[int] = id_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    subject: Mapped[Subject] = mapped_column(one_of(Subject))
    subject_id: Mapped[int] = mapped_column(BigId)
    source: Mapped[str | None] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(60))


class EventSeal(Base):
    """The place of one event in the chain: a digest over the digest before and the event."""

    __tablename__ = "event_seals"

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("events.id"), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
