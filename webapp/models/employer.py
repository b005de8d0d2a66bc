"""An employer as the fund's register knows it, with the ways to reach them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, false, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.name_sounds import sounds_of
from webapp.domain.period import Periodicity
from webapp.domain.search_key import search_key
from webapp.models.base import Base, BigId, InByteOrder, id_column, one_of


class Language(StrEnum):
    ARABIC = "ar"
    FRENCH = "fr"


class NoticeChannel(StrEnum):
    """Where the employer wants their notices; the portal only where they chose it."""

    SMS = "sms"
    EMAIL = "email"
    PORTAL = "portal"


def _key_of(name: str) -> Callable[[DefaultExecutionContext], str]:
    """What a new row is found by, where nothing else is said."""

    def key(context: DefaultExecutionContext) -> str:
        return search_key(context.get_current_parameters().get(name) or "")  # type: ignore[no-untyped-call]

    return key


def _sounds_of_both(context: DefaultExecutionContext) -> str:
    """What a new row sounds like, where nothing else is said."""
    row = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return sounds_of(row.get("name_ar") or "", row.get("name_fr") or "")


class Employer(Base):
    __tablename__ = "employers"
    __table_args__ = (CheckConstraint("name_ar <> '' OR name_fr <> ''", name="has_a_name"),)

    id: Mapped[int] = id_column()
    member_number: Mapped[str] = mapped_column(String(20), unique=True)
    name_ar: Mapped[str] = mapped_column(String(140), default="")
    name_fr: Mapped[str] = mapped_column(String(140), default="")
    nif: Mapped[str] = mapped_column(String(20), default="", index=True)
    signatory_name: Mapped[str] = mapped_column(String(140), default="")
    language: Mapped[Language] = mapped_column(one_of(Language))
    periodicity: Mapped[Periodicity] = mapped_column(one_of(Periodicity))
    notice_channel: Mapped[NoticeChannel] = mapped_column(one_of(NoticeChannel))
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    # Where codes go, where the employer chose; otherwise to the phone.
    code_channel: Mapped[NoticeChannel | None] = mapped_column(one_of(NoticeChannel))
    # Only what the law and the debit need is sent; and, if they wish, who looked at their account.
    quiet: Mapped[bool] = mapped_column(default=False, server_default=false())
    told_of_looks: Mapped[bool] = mapped_column(default=False, server_default=false())
    wilaya_code: Mapped[str] = mapped_column(String(2))
    agency_id: Mapped[int] = mapped_column(BigId, ForeignKey("agencies.id"), index=True)
    # By what a name is found: see webapp/domain/search_key.py.
    search_ar: Mapped[str] = mapped_column(
        InByteOrder, default=_key_of("name_ar"), server_default=text("''"), index=True
    )
    search_fr: Mapped[str] = mapped_column(
        InByteOrder, default=_key_of("name_fr"), server_default=text("''"), index=True
    )
    # What both names sound like, word by word: see webapp/domain/name_sounds.py.
    sounds: Mapped[str] = mapped_column(
        String(600), default=_sounds_of_both, server_default=text("''"), index=True
    )
