"""Open days as they are seen: who may see which, the list, one of them, and who may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.open_days import CampaignPlan, Standing, standing
from webapp.domain.roles import ROLES_WITH, Right, Role, Scope
from webapp.models import Agency, Campaign, CampaignMember, CampaignPlace, StaffMember
from webapp.services.transactions import reading

CAMPAIGNS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """Open days in a list, with how many places and people they have."""

    id: int
    reference: str
    agency_id: int
    name_ar: str
    name_fr: str
    begins_on: date
    ends_on: date
    ended_at: datetime | None
    places: int
    people: int

    def standing(self, today: date) -> Standing:
        """Where they are in time."""
        ended = self.ended_at is not None
        return standing(self.begins_on, self.ends_on, ended=ended, today=today)


@dataclass(frozen=True, slots=True)
class Place:
    """A hall or counter of open days."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at open days, or may."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Open days with their agency, their places, and who works there."""

    row: CampaignRow
    agency_ar: str
    agency_fr: str
    places: tuple[Place, ...]
    people: tuple[Colleague, ...]

    @property
    def plan(self) -> CampaignPlan:
        """What was planned, as a form starts from it."""
        return CampaignPlan(
            self.row.name_ar,
            self.row.name_fr,
            self.row.begins_on,
            self.row.ends_on,
            tuple(place.name for place in self.places),
            frozenset(one.id for one in self.people),
        )


def list_campaigns(session: Session, scope: Scope, staff_id: int) -> list[CampaignRow]:
    """The open days that somebody may see, the latest first; of an agent, where they work."""
    with reading(session):
        rows = session.execute(
            _ROWS.where(seen_by(scope, staff_id))
            .order_by(Campaign.begins_on.desc(), Campaign.id.desc())
            .limit(CAMPAIGNS_SHOWN)
        ).all()
    return [CampaignRow(*row) for row in rows]


def find_campaign(session: Session, scope: Scope, staff_id: int, reference: str) -> CampaignPage:
    """Open days that somebody may see. Raises NotFound."""
    with reading(session):
        row = session.execute(
            _ROWS.add_columns(Agency.name_ar, Agency.name_fr)
            .join(Agency, Agency.id == Campaign.agency_id)
            .where(Campaign.reference == reference, seen_by(scope, staff_id))
        ).first()
        if row is None:
            raise NotFound(kind="campaign", reference=reference)
        found = CampaignRow(*row[:-2])
        places = session.execute(
            select(CampaignPlace.id, CampaignPlace.name)
            .where(CampaignPlace.campaign_id == found.id)
            .order_by(CampaignPlace.id)
        ).all()
        people = session.execute(
            select(StaffMember.id, StaffMember.name, StaffMember.role)
            .join(CampaignMember, CampaignMember.staff_id == StaffMember.id)
            .where(CampaignMember.campaign_id == found.id)
            .order_by(StaffMember.name, StaffMember.id)
        ).all()
    return CampaignPage(
        found,
        row[-2],
        row[-1],
        tuple(Place(*place) for place in places),
        tuple(Colleague(*one) for one in people),
    )


def people_of(session: Session, agency_id: int) -> list[Colleague]:
    """Whom an agency may send to its open days: its agents and supervisors who are at work."""
    with reading(session):
        rows = session.execute(
            select(StaffMember.id, StaffMember.name, StaffMember.role)
            .where(*at_work_in(agency_id))
            .order_by(StaffMember.name, StaffMember.id)
        ).all()
    return [Colleague(*row) for row in rows]


def seen_by(scope: Scope, staff_id: int) -> ColumnElement[bool]:
    """Whether one of the staff may see open days: supervisors those of their agency, agents those
    at which they work."""
    works = exists().where(
        CampaignMember.campaign_id == Campaign.id, CampaignMember.staff_id == staff_id
    )
    supervises = exists().where(
        StaffMember.id == staff_id, StaffMember.role.in_(ROLES_WITH[Right.HOLD_OPEN_DAYS])
    )
    seen = or_(works, supervises)
    if scope.agency_id is None:
        return seen
    return and_(Campaign.agency_id == scope.agency_id, seen)


def at_work_in(agency_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who works at an agency and may be sent to its open days."""
    return (
        StaffMember.agency_id == agency_id,
        StaffMember.role.in_(ROLES_WITH[Right.ENROL]),
        StaffMember.left_at.is_(None),
    )


_ROWS = select(
    Campaign.id,
    Campaign.reference,
    Campaign.agency_id,
    Campaign.name_ar,
    Campaign.name_fr,
    Campaign.begins_on,
    Campaign.ends_on,
    Campaign.ended_at,
    select(func.count())
    .where(CampaignPlace.campaign_id == Campaign.id)
    .correlate(Campaign)
    .scalar_subquery()
    .label("places"),
    select(func.count())
    .where(CampaignMember.campaign_id == Campaign.id)
    .correlate(Campaign)
    .scalar_subquery()
    .label("people"),
)
