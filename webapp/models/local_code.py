"""A bank's own reason code, and the ISO code that it means; collectors edit this list."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, BigId, id_column


class LocalCode(Base):
    __tablename__ = "local_codes"
    __table_args__ = (UniqueConstraint("channel_id", "code"),)

    id: Mapped[int] = id_column()
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    # As the bank writes it.
    code: Mapped[str] = mapped_column(String(35))
    means: Mapped[str] = mapped_column(String(4))
