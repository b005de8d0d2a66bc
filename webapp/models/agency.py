"""An agency of the fund: where an employer is registered and whom they meet."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, id_column


class Agency(Base):
    __tablename__ = "agencies"

    id: Mapped[int] = id_column()
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name_fr: Mapped[str] = mapped_column(String(100))
    name_ar: Mapped[str] = mapped_column(String(100))
    wilaya_code: Mapped[str] = mapped_column(String(2))
