"""A key of the programming interface, and what was answered to its requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column


class ApiKey(Base):
    """Made by the employer and shown once; the table keeps a digest."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("may_read OR may_file", name="may_something"),)

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    name: Mapped[str] = mapped_column(String(140))
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    may_read: Mapped[bool]
    may_file: Mapped[bool]
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiRequest(Base):
    """A request with its idempotency key: sent again, it gets the same answer."""

    __tablename__ = "api_requests"
    __table_args__ = (
        UniqueConstraint("api_key_id", "idempotency_key"),
        Index("ix_api_requests_made_at", "made_at"),
    )

    id: Mapped[int] = id_column()
    api_key_id: Mapped[int] = mapped_column(BigId, ForeignKey("api_keys.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    body_sha256: Mapped[str] = mapped_column(String(64))
    # Empty while the first one is being answered.
    status: Mapped[int | None]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
