"""A channel: one of the fund's own collecting accounts, and which payers' banks go through it."""

from __future__ import annotations

from datetime import time

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, id_column


class Channel(Base):
    __tablename__ = "channels"

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    institution_fr: Mapped[str] = mapped_column(String(100))
    institution_ar: Mapped[str] = mapped_column(String(100))
    message_format: Mapped[str] = mapped_column(String(20), default="pain.008.001.08")
    creditor_name: Mapped[str] = mapped_column(String(70))
    creditor_identifier: Mapped[str] = mapped_column(String(35))
    creditor_agent: Mapped[str] = mapped_column(String(3))
    creditor_account: Mapped[bytes] = mapped_column(LargeBinary)
    creditor_account_index: Mapped[str] = mapped_column(String(64), unique=True)
    file_limit: Mapped[int]
    lead_days: Mapped[int]
    cut_off: Mapped[time]


class ChannelRoute(Base):
    """The payers of one bank go through one channel; the empty code is everybody else."""

    __tablename__ = "channel_routes"

    bank_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
