"""A message on its way to somebody: a code, a paper, a warning. Notices of debits are apart."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of
from webapp.models.employer import Language, NoticeChannel


class MessageStatus(StrEnum):
    QUEUED = "queued"  # to be sent, or tried again
    ACCEPTED = "accepted"  # by the provider
    REFUSED = "refused"  # for good
    BOUNCED = "bounced"  # came back after it was accepted
    EXPIRED = "expired"  # of no use any more before it could be sent


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_status_next_try_at", "status", "next_try_at"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )

    id: Mapped[int] = id_column()
    # Made before the row; a message that is sent again carries the same one.
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[NoticeChannel] = mapped_column(one_of(NoticeChannel))
    language: Mapped[Language] = mapped_column(one_of(Language))
    employer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("persons.id"))
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))
    # The address and what the words say, codes among it: sealed.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[MessageStatus] = mapped_column(one_of(MessageStatus))
    tries: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the provider said last, in its own words.
    answer: Mapped[str] = mapped_column(String(200))
