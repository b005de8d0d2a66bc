"""A device of the fund that serves employers for one day: a tablet, a kiosk, a wall screen."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class DeviceMode(StrEnum):
    """What a device is opened for."""

    ASSISTED = "assisted"  # an agent enrols employers on it
    SELF_SERVICE = "self_service"  # an employer does the one step alone
    BOARD = "board"  # a wall screen with the live board


class DeviceCode(Base):
    """Opens one device, once and within minutes; one of the staff makes it and answers for it."""

    __tablename__ = "device_codes"

    id: Mapped[int] = id_column()
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("campaign_places.id"))
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"))
    mode: Mapped[DeviceMode] = mapped_column(one_of(DeviceMode))
    name: Mapped[str] = mapped_column(String(60))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Base):
    """Open from its code to the end of the day, or until somebody closes it."""

    __tablename__ = "devices"

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("campaign_places.id"))
    # The agent who works on it, or who answers for it.
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"), index=True)
    mode: Mapped[DeviceMode] = mapped_column(one_of(DeviceMode))
    name: Mapped[str] = mapped_column(String(60))
    # The browser holds the token; who reads this table cannot use it.
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    # What the agent types to have the tablet back from an employer.
    pin_hash: Mapped[str] = mapped_column(String(64))
    # What the browser said of itself.
    device: Mapped[str] = mapped_column(String(200))
    opened_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when an employer at it asks for an agent.
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Between two employers the agent unlocks it.
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
