"""A bank file: the attempts sent to one channel for one day; never deleted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.channel_terms import NameProfile
from webapp.domain.statuses import BankFileStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of


class BankFile(Base):
    __tablename__ = "bank_files"
    __table_args__ = (
        UniqueConstraint("channel_id", "collect_on", "sequence"),
        # One file at a time is filled for a channel and day.
        live_key(
            "uq_bank_files_one_filling", "channel_id", "collect_on", where="status = 'filling'"
        ),
    )

    id: Mapped[int] = id_column()
    # The file's name, the message's MsgId and what a person types are this one reference.
    reference: Mapped[str] = mapped_column(String(35), unique=True)
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    collect_on: Mapped[date]
    sequence: Mapped[int]
    status: Mapped[BankFileStatus] = mapped_column(one_of(BankFileStatus))
    # As the channel said when the file was begun: what it says later changes no file.
    message_format: Mapped[str] = mapped_column(String(20))
    name_profile: Mapped[NameProfile] = mapped_column(one_of(NameProfile))
    # What is in it so far; once it is filled, for ever.
    transactions: Mapped[int]
    total_centimes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    frozen_by: Mapped[str] = mapped_column(String(60))
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when it counts as lost: superseded after it may have left, by the word of two people.
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EarlierFile(Base):
    """A bank file in which an attempt stood before it was taken again into another one.

    The attempt keeps its EndToEndId; the file keeps its count and its sum.
    """

    __tablename__ = "earlier_files"
    __table_args__ = (
        UniqueConstraint("attempt_id", "bank_file_id"),
        Index("ix_earlier_files_bank_file_id", "bank_file_id"),
    )

    id: Mapped[int] = id_column()
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    bank_file_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_files.id"))
