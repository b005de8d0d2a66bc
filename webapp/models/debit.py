"""A debit: the dues of one mandate collected on one day, its lines and its attempts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.facts import AttemptState
from webapp.domain.statuses import DebitStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of

# The money has left the employer's account and has not reached the fund. Who asks for these says
# this as well, or the index is not used.
ON_ITS_WAY = "debited_at IS NOT NULL AND settled_at IS NULL AND failed_at IS NULL"


class HoldReason(StrEnum):
    """Why a person must look before a debit goes on."""

    MANDATE_NOT_ACTIVE = "mandate_not_active"
    OVER_CEILING = "over_ceiling"
    NO_CONTACT = "no_contact"
    NOTICE_NOT_DELIVERED = "notice_not_delivered"
    DUES_CHANGED = "dues_changed"
    BANK_REFUSAL = "bank_refusal"
    LATE_MONEY = "late_money"


class Debit(Base):
    __tablename__ = "debits"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mandate_id", "employer_id"], ["mandates.id", "mandates.employer_id"]
        ),
        UniqueConstraint("id", "employer_id"),
        CheckConstraint("amount_centimes >= 0", name="amount_not_negative"),
        CheckConstraint("(status = 'held') = (hold_reason IS NOT NULL)", name="held_has_a_reason"),
        # One live debit per mandate and planned day: the wall against a second debit.
        live_key(
            "uq_debits_one_live_per_day",
            "mandate_id",
            "planned_for_on",
            where="status <> 'cancelled'",
        ),
        Index("ix_debits_status", "status"),
        Index("ix_debits_mandate_id_planned_for_on", "mandate_id", "planned_for_on"),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(BigId)
    status: Mapped[DebitStatus] = mapped_column(one_of(DebitStatus))
    hold_reason: Mapped[HoldReason | None] = mapped_column(one_of(HoldReason))
    planned_for_on: Mapped[date]
    collect_on: Mapped[date]
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    notice_version: Mapped[int]


class DebitLine(Base):
    """A due in a debit. Freed when the debit is cancelled before sending or finally refused."""

    __tablename__ = "debit_lines"
    __table_args__ = (
        ForeignKeyConstraint(["debit_id", "employer_id"], ["debits.id", "debits.employer_id"]),
        ForeignKeyConstraint(
            ["due_id", "employer_id", "amount_centimes"],
            ["dues.id", "dues.employer_id", "dues.amount_centimes"],
        ),
        # A due is in one live debit at most, whatever the code above does.
        live_key("uq_debit_lines_one_live_per_due", "due_id", where="freed_at IS NULL"),
        Index("ix_debit_lines_debit_id", "debit_id"),
        # What was freed once: few, and asked for by their dues.
        Index(
            "ix_debit_lines_freed",
            "due_id",
            sqlite_where=text("freed_at IS NOT NULL"),
            postgresql_where=text("freed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    debit_id: Mapped[int] = mapped_column(BigId)
    due_id: Mapped[int] = mapped_column(BigId)
    employer_id: Mapped[int] = mapped_column(BigId)
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Base):
    """One presentation of a debit to the bank, with a snapshot of what was asked."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("debit_id", "number"),
        CheckConstraint("amount_centimes > 0", name="amount_above_zero"),
        # A second presentation only after the first has failed.
        live_key("uq_attempts_one_live_per_debit", "debit_id", where="failed_at IS NULL"),
        # What employers are told of is found by when it was learnt: see webapp/services/news/.
        Index(
            "ix_attempts_settled_at",
            "settled_at",
            sqlite_where=text("settled_at IS NOT NULL"),
            postgresql_where=text("settled_at IS NOT NULL"),
        ),
        Index(
            "ix_attempts_failed_at",
            "failed_at",
            sqlite_where=text("failed_at IS NOT NULL"),
            postgresql_where=text("failed_at IS NOT NULL"),
        ),
        Index(
            "ix_attempts_on_their_way",
            "debited_at",
            sqlite_where=text(ON_ITS_WAY),
            postgresql_where=text(ON_ITS_WAY),
        ),
    )

    id: Mapped[int] = id_column()
    debit_id: Mapped[int] = mapped_column(BigId, ForeignKey("debits.id"))
    number: Mapped[int]
    end_to_end_id: Mapped[str] = mapped_column(String(35), unique=True)
    bank_file_id: Mapped[int] = mapped_column(BigId, ForeignKey("bank_files.id"), index=True)
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    debtor_name: Mapped[str] = mapped_column(String(140))
    mandate_reference: Mapped[str] = mapped_column(String(12))
    mandate_signed_on: Mapped[date]
    state: Mapped[AttemptState | None] = mapped_column(one_of(AttemptState))
    # Each fact the bank has told, by the instant it was first learnt.
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    debited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reversed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason_code: Mapped[str | None] = mapped_column(String(35))
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
