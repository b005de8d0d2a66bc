"""A channel: one of the fund's own collecting accounts, and which payers' banks go through it."""

from __future__ import annotations

from datetime import time

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.channel_terms import (
    DEFAULT_LAYOUT,
    LONGEST_FOLDER,
    LONGEST_HOST,
    LONGEST_HOST_KEY,
    LONGEST_USER,
    NameProfile,
    TransportKind,
)
from webapp.models.base import Base, BigId, id_column, one_of


class Channel(Base):
    __tablename__ = "channels"

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    institution_fr: Mapped[str] = mapped_column(String(100))
    institution_ar: Mapped[str] = mapped_column(String(100))
    message_format: Mapped[str] = mapped_column(String(20), default=DEFAULT_LAYOUT)
    name_profile: Mapped[NameProfile] = mapped_column(
        one_of(NameProfile), default=NameProfile.AS_WRITTEN
    )
    creditor_name: Mapped[str] = mapped_column(String(70))
    creditor_identifier: Mapped[str] = mapped_column(String(35))
    creditor_agent: Mapped[str] = mapped_column(String(3))
    creditor_account: Mapped[bytes] = mapped_column(LargeBinary)
    creditor_account_index: Mapped[str] = mapped_column(String(64), unique=True)
    file_limit: Mapped[int]
    lead_days: Mapped[int]
    cut_off: Mapped[time]
    transport: Mapped[TransportKind] = mapped_column(
        one_of(TransportKind), default=TransportKind.FOLDER
    )
    # Of a channel whose files go by SFTP; the key that opens the server is not in the database.
    sftp_host: Mapped[str] = mapped_column(String(LONGEST_HOST), default="")
    sftp_port: Mapped[int] = mapped_column(default=22)
    sftp_user: Mapped[str] = mapped_column(String(LONGEST_USER), default="")
    sftp_folder: Mapped[str] = mapped_column(String(LONGEST_FOLDER), default="")
    sftp_host_key: Mapped[str] = mapped_column(String(LONGEST_HOST_KEY), default="")


class ChannelRoute(Base):
    """The payers of one bank go through one channel; the empty code is everybody else."""

    __tablename__ = "channel_routes"

    bank_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
