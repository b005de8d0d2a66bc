"""People who work for the fund: what they may do, and how they prove who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.roles import Role
from webapp.models.base import Base, BigId, UtcDateTime, id_column, one_of
from webapp.models.employer import Language


class StaffMember(Base):
    __tablename__ = "staff_members"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_small_letters"),)

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one member does not open as another's.
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(140))
    language: Mapped[Language] = mapped_column(one_of(Language))
    role: Mapped[Role] = mapped_column(one_of(Role))
    # Without an agency: the whole country.
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agencies.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    # Sealed; empty until the second factor is set up.
    totp_secret: Mapped[bytes] = mapped_column(LargeBinary)
    # The time step of the last one-time password: none is taken twice.
    totp_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffInvitation(Base):
    """Lets one person choose their password, once and for some days; only they hold its token."""

    __tablename__ = "staff_invitations"

    id: Mapped[int] = id_column()
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(140))
    language: Mapped[Language] = mapped_column(one_of(Language))
    role: Mapped[Role] = mapped_column(one_of(Role))
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agencies.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """Stands in once for a lost second factor; shown once, kept as a digest."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = id_column()
    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
