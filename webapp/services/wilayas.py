"""The wilayas: listed, and added or renamed by somebody of the fund."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.agencies import WilayaTerms, read_wilaya_code
from webapp.domain.errors import InvalidAgency, NotFound
from webapp.models import Wilaya
from webapp.services.events import record_wilaya
from webapp.services.sets import insert_ignoring
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


def list_wilayas(session: Session) -> list[WilayaTerms]:
    """Every wilaya, by its number."""
    with reading(session):
        rows = session.execute(_ROWS.order_by(Wilaya.code)).all()
    return [WilayaTerms(*row) for row in rows]


def find_wilaya(session: Session, code: str) -> WilayaTerms:
    """The wilaya of that number. Raises NotFound."""
    with reading(session):
        row = session.execute(_ROWS.where(Wilaya.code == code)).first()
    if row is None:
        raise NotFound(kind="wilaya", reference=code)
    return WilayaTerms(*row)


def add_wilaya(session: Session, day: WorkingDay, new: WilayaTerms) -> None:
    """Add a wilaya. Raises InvalidAgency for a number that is none, or taken."""
    code = read_wilaya_code(new.code)
    with transaction(session):
        added = session.scalar(
            insert_ignoring(session, Wilaya)
            .values(code=code, name_ar=new.name_ar, name_fr=new.name_fr)
            .returning(Wilaya.__table__.c.code)
        )
        if added is None:
            raise InvalidAgency(field="code", reason="wilaya_taken")
        record_wilaya(session, day, code, "wilaya_added")


def rename_wilaya(session: Session, day: WorkingDay, new: WilayaTerms) -> None:
    """Give a wilaya other names; without a difference nothing happens. Raises NotFound."""
    with transaction(session):
        there = session.get(Wilaya, new.code)
        if there is None:
            raise NotFound(kind="wilaya", reference=new.code)
        if (there.name_ar, there.name_fr) == (new.name_ar, new.name_fr):
            return
        there.name_ar, there.name_fr = new.name_ar, new.name_fr
        session.flush()
        record_wilaya(session, day, new.code, "wilaya_renamed")


_ROWS = select(Wilaya.code, Wilaya.name_ar, Wilaya.name_fr)
