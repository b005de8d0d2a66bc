"""A notice of a debit to the employer, with the proof that it was delivered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of
from webapp.models.employer import Language, NoticeChannel


class NoticeKind(StrEnum):
    ANNOUNCED = "debit_announced"
    RE_PRESENTED = "debit_re_presented"
    MOVED = "debit_moved"  # its day was closed after it had been announced


class NoticeStatus(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BOUNCED = "bounced"


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("debit_id", "version", "kind"),
        Index("ix_notices_status", "status"),
    )

    id: Mapped[int] = id_column()
    debit_id: Mapped[int] = mapped_column(BigId, ForeignKey("debits.id"))
    version: Mapped[int]
    kind: Mapped[NoticeKind] = mapped_column(one_of(NoticeKind))
    channel: Mapped[NoticeChannel] = mapped_column(one_of(NoticeChannel))
    language: Mapped[Language] = mapped_column(one_of(Language))
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    collect_on: Mapped[date]
    account_last4: Mapped[str] = mapped_column(String(4))
    status: Mapped[NoticeStatus] = mapped_column(one_of(NoticeStatus))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The Algiers day on which the provider took it: the count of notice days starts there.
    accepted_on: Mapped[date | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    # A provider that could not take it is asked again after this.
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the provider said last, in its own words.
    answer: Mapped[str] = mapped_column(String(200), server_default=text("''"))
