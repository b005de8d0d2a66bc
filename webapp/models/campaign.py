"""Open days of an agency: when and where they take place, and who works there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column


class Campaign(Base):
    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("begins_on <= ends_on", name="ends_after_it_begins"),)

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agencies.id"), index=True)
    name_ar: Mapped[str] = mapped_column(String(100))
    name_fr: Mapped[str] = mapped_column(String(100))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"))
    # Called off, or over before its last day.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CampaignPlace(Base):
    """A hall or a counter where devices stand."""

    __tablename__ = "campaign_places"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = id_column()
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id"))
    name: Mapped[str] = mapped_column(String(100))


class CampaignMember(Base):
    """One of the staff who works at the open days."""

    __tablename__ = "campaign_members"

    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("staff_members.id"), primary_key=True, index=True
    )
