"""A mandate: the employer's authorisation to debit one account, and the worksites it takes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.statuses import MandateStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of
from webapp.models.employer import Language

ENDED = "('revoked', 'refused', 'replaced', 'expired')"


class Mandate(Base):
    __tablename__ = "mandates"
    __table_args__ = (
        UniqueConstraint("id", "employer_id"),
        CheckConstraint("ceiling_centimes > 0", name="ceiling_above_zero"),
        # One default mandate takes every worksite and due not assigned elsewhere.
        live_key(
            "uq_mandates_one_default", "employer_id", where=f"is_default AND status NOT IN {ENDED}"
        ),
        # Never two collecting mandates of one employer on one account.
        live_key(
            "uq_mandates_one_per_account",
            "employer_id",
            "account_index",
            where=f"status NOT IN {ENDED}",
        ),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    status: Mapped[MandateStatus] = mapped_column(one_of(MandateStatus))
    is_default: Mapped[bool]
    # The account never changes: another account is another mandate.
    account: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[str] = mapped_column(String(64))
    account_last4: Mapped[str] = mapped_column(String(4))
    bank_code: Mapped[str] = mapped_column(String(3))
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    ceiling_centimes: Mapped[int | None] = mapped_column(BigInteger)
    covers_arrears: Mapped[bool]
    signatory_name: Mapped[str] = mapped_column(String(140))
    signed_on: Mapped[date]
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_language: Mapped[Language] = mapped_column(one_of(Language))
    signed_text_sha256: Mapped[str] = mapped_column(String(64))
    # The mandate of the account before this one.
    replaces_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandates.id"))
    # Of a mandate that took another's place: it takes what was due from this day on, as that did.
    covers_from_on: Mapped[date | None]
    # A new account is quiet for a while: no notice of a debit from it goes out before.
    first_notice_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The employer's own pause: from a day, until a day or until they resume.
    paused_from_on: Mapped[date | None]
    paused_until_on: Mapped[date | None]
    # The stamped paper should be back by then; absent where no bank asks for one.
    paper_due_on: Mapped[date | None]
    # The employer said that they keep an authorisation that is not used.
    kept_on: Mapped[date | None]
    # The employer was told that an authorisation that is not used ends.
    expiry_told_on: Mapped[date | None]


class MandateWorksite(Base):
    """An exception: this worksite is debited under this mandate, not the default one."""

    __tablename__ = "mandate_worksites"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mandate_id", "employer_id"], ["mandates.id", "mandates.employer_id"]
        ),
        ForeignKeyConstraint(
            ["worksite_id", "employer_id"], ["worksites.id", "worksites.employer_id"]
        ),
        live_key("uq_mandate_worksites_one_live", "worksite_id", where="ended_at IS NULL"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId)
    mandate_id: Mapped[int] = mapped_column(BigId)
    worksite_id: Mapped[int] = mapped_column(BigId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
