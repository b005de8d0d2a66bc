"""A person who acts for employers, such as their accountant, and for whom they may act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of
from webapp.models.employer import Language


class Person(Base):
    """Signs in with an e-mail address and a code; never with a password."""

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_in_small_letters"),)

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(140))
    language: Mapped[Language] = mapped_column(one_of(Language))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delegation(Base):
    """An employer lets a person act for it, until either ends it."""

    __tablename__ = "delegations"
    __table_args__ = (
        live_key("uq_delegations_one_live", "employer_id", "person_id", where="ended_at IS NULL"),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("persons.id"), index=True)
    # As this employer typed it: it must not learn what another one did.
    name: Mapped[str] = mapped_column(String(140), server_default="")
    may_sign: Mapped[bool]
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
