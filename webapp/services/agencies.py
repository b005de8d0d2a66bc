"""The agencies of the fund: listed with whom they serve, added and changed by an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.agencies import AgencyTerms, check_wilaya, read_agency_code
from webapp.domain.errors import InvalidAgency, NotFound
from webapp.models import Agency, Employer, StaffMember, Subject, Wilaya
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency with how many employers it has, and how many people work there."""

    id: int
    terms: AgencyTerms
    employers: int
    staff: int


def list_agencies_with_counts(session: Session) -> list[AgencyRow]:
    """Every agency by its code."""
    with reading(session):
        rows = session.execute(_ROWS.order_by(Agency.code)).all()
    return [_row(row) for row in rows]


def find_agency(session: Session, agency_id: int) -> AgencyRow:
    """The agency of that number. Raises NotFound."""
    with reading(session):
        row = session.execute(_ROWS.where(Agency.id == agency_id)).first()
    if row is None:
        raise NotFound(kind="agency", reference=str(agency_id))
    return _row(row)


def add_agency(session: Session, day: WorkingDay, new: AgencyTerms) -> int:
    """Add an agency; return its number. Raises InvalidAgency."""
    with transaction(session):
        values = _checked(session, new, None)
        agency = Agency(**values)
        session.add(agency)
        session.flush()
        record(session, day, Subject.AGENCY, [agency.id], None, "agency_added", values["code"])
        return agency.id


def change_agency(session: Session, day: WorkingDay, agency_id: int, new: AgencyTerms) -> None:
    """Give an agency another code, other names or another wilaya.

    Without a difference nothing happens. Raises NotFound and InvalidAgency.
    """
    with transaction(session):
        there = session.get(Agency, agency_id)
        if there is None:
            raise NotFound(kind="agency", reference=str(agency_id))
        values = _checked(session, new, agency_id)
        changed = [name for name, value in values.items() if getattr(there, name) != value]
        for name in changed:
            setattr(there, name, values[name])
        session.flush()
        if changed:
            cause = ",".join(changed)
            record(session, day, Subject.AGENCY, [agency_id], None, "agency_changed", cause)


def _checked(session: Session, new: AgencyTerms, agency_id: int | None) -> dict[str, str]:
    code = read_agency_code(new.code)
    owner = session.scalar(select(Agency.id).where(Agency.code == code))
    if owner not in (None, agency_id):
        raise InvalidAgency(field="code", reason="taken")
    check_wilaya(new.wilaya_code, session.scalars(select(Wilaya.code)).all())
    return {
        "code": code,
        "name_ar": new.name_ar,
        "name_fr": new.name_fr,
        "wilaya_code": new.wilaya_code,
    }


def _row(row: Sequence[Any]) -> AgencyRow:
    agency_id, code, name_ar, name_fr, wilaya_code, employers, staff = row
    terms = AgencyTerms(code, name_ar, name_fr, wilaya_code)
    return AgencyRow(agency_id, terms, employers or 0, staff or 0)


_EMPLOYERS = (
    select(Employer.agency_id, func.count().label("number")).group_by(Employer.agency_id).subquery()
)
_STAFF = (
    select(StaffMember.agency_id, func.count().label("number"))
    .where(StaffMember.left_at.is_(None))
    .group_by(StaffMember.agency_id)
    .subquery()
)
_ROWS = (
    select(
        Agency.id,
        Agency.code,
        Agency.name_ar,
        Agency.name_fr,
        Agency.wilaya_code,
        _EMPLOYERS.c.number,
        _STAFF.c.number,
    )
    .outerjoin(_EMPLOYERS, _EMPLOYERS.c.agency_id == Agency.id)
    .outerjoin(_STAFF, _STAFF.c.agency_id == Agency.id)
)
