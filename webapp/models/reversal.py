"""A reversal: what the fund tells a bank to undo one debit made in error; never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.statuses import ReversalStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class Reversal(Base):
    __tablename__ = "reversals"
    __table_args__ = (
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent_at_a_time"),
        Index("ix_reversals_status", "status"),
    )

    id: Mapped[int] = id_column()
    # The file's name and the message's MsgId, derived from the attempt: the same reversal has the
    # same name after a return to a backup.
    reference: Mapped[str] = mapped_column(String(35), unique=True)
    # The wall against a second reversal of the same money.
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), unique=True)
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey("office_requests.id"), unique=True)
    status: Mapped[ReversalStatus] = mapped_column(one_of(ReversalStatus))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why the bank refused it.
    reason_code: Mapped[str | None] = mapped_column(String(35))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
