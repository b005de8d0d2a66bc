"""A message received from a bank, and each entry it carries with what became of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.facts import Fact
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of


class BankMessageStatus(StrEnum):
    STAGING = "staging"
    STAGED = "staged"
    APPLIED = "applied"


class EntryOutcome(StrEnum):
    """What an entry of a bank's message led to."""

    PENDING = "pending"
    APPLIED = "applied"
    KNOWN = "known"
    NOTED = "noted"
    SUSPENSE = "suspense"


class SuspenseReason(StrEnum):
    UNKNOWN_REFERENCE = "unknown_reference"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_MANDATE = "wrong_mandate"
    WRONG_CREDITOR = "wrong_creditor"
    NEVER_SENT = "never_sent"
    COLLECTED_TWICE = "collected_twice"  # from a file that counted as lost, and from the next one


class BankMessage(Base):
    __tablename__ = "bank_messages"
    __table_args__ = (UniqueConstraint("channel_code", "message_id"),)

    id: Mapped[int] = id_column()
    channel_code: Mapped[str] = mapped_column(String(10))
    message_id: Mapped[str] = mapped_column(String(35))
    message_name: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[BankMessageStatus] = mapped_column(one_of(BankMessageStatus))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BankEntry(Base):
    __tablename__ = "bank_entries"
    __table_args__ = (
        UniqueConstraint("bank_message_id", "position"),
        Index("ix_bank_entries_attempt_id", "attempt_id"),
        Index("ix_bank_entries_outcome", "outcome", "bank_message_id"),
        # Most entries tell no reason.
        *(
            Index(
                f"ix_bank_entries_{column}",
                column,
                sqlite_where=text(f"{column} IS NOT NULL"),
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("reason_code", "local_code")
        ),
    )

    id: Mapped[int] = id_column()
    bank_message_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_messages.id"))
    position: Mapped[int]
    end_to_end_id: Mapped[str | None] = mapped_column(String(35))
    attempt_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attempts.id"))
    fact: Mapped[Fact | None] = mapped_column(one_of(Fact))
    # Signed from the fund's side: money in is positive; absent where no money moved.
    moved_centimes: Mapped[int | None] = mapped_column(BigInteger)
    reason_code: Mapped[str | None] = mapped_column(String(35))
    # The bank's own code, where `reason_code` is what it was taken to mean.
    local_code: Mapped[str | None] = mapped_column(String(35))
    booked_on: Mapped[date | None]
    outcome: Mapped[EntryOutcome] = mapped_column(one_of(EntryOutcome))
    suspense_reason: Mapped[SuspenseReason | None] = mapped_column(one_of(SuspenseReason))
    # The element as the bank wrote it, encrypted, kept only for what a person must look at.
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
