"""The evidence of a signature: who signed which text, when, where and with which code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of
from webapp.models.employer import Language


class SigningChannel(StrEnum):
    """Where a mandate was signed."""

    SELF = "self"  # on the employer's own device
    KIOSK = "kiosk"  # on a device of the fund, beside an agent
    IMPORT = "import"  # on paper


class SignatoryQuality(StrEnum):
    """As what somebody signs for an enterprise and its account."""

    OWNER = "owner"
    MANAGER = "manager"
    PROXY = "proxy"  # by a power of attorney
    UNKNOWN = "unknown"  # signed before it was asked for


class MandateSignature(Base):
    """Append-only. The first signature makes the mandate, a later one changes its ceiling."""

    __tablename__ = "mandate_signatures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mandate_id", "employer_id"], ["mandates.id", "mandates.employer_id"]
        ),
        UniqueConstraint("mandate_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
    )

    id: Mapped[int] = id_column()
    employer_id: Mapped[int] = mapped_column(BigId)
    mandate_id: Mapped[int] = mapped_column(BigId)
    number: Mapped[int]
    text_sha256: Mapped[str] = mapped_column(String(64), ForeignKey("signed_texts.sha256"))
    # Which wording of the text; the signed amounts and days are in the text itself.
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language] = mapped_column(one_of(Language))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[SigningChannel] = mapped_column(one_of(SigningChannel))
    # What the browser said of itself.
    device: Mapped[str] = mapped_column(String(200))
    signatory_name: Mapped[str] = mapped_column(String(140))
    quality: Mapped[SignatoryQuality] = mapped_column(one_of(SignatoryQuality))
    ceiling_centimes: Mapped[int | None] = mapped_column(BigInteger)
    # The same code sent twice signs once.
    code_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("one_time_codes.id"), unique=True)
    # Who acted for the employer, where it was not the employer.
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("persons.id"))
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))
