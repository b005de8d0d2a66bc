"""Open days of an agency: listed, made, changed and ended, each as an event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidCampaign, NoLongerPossible, NotFound
from webapp.domain.open_days import CampaignPlan, Standing, check_days, check_places, standing
from webapp.domain.roles import ROLES_WITH, Right, Role, Scope
from webapp.models import (
    Agency,
    Campaign,
    CampaignMember,
    CampaignPlace,
    Device,
    DeviceCode,
    StaffMember,
    Subject,
)
from webapp.services.events import record
from webapp.services.open_days.device_closing import close_devices
from webapp.services.references import new_campaign_reference
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

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
            .where(*_at_work_in(agency_id))
            .order_by(StaffMember.name, StaffMember.id)
        ).all()
    return [Colleague(*row) for row in rows]


def make_campaign(
    session: Session, day: WorkingDay, agency_id: int, staff_id: int, plan: CampaignPlan
) -> str:
    """Plan open days of an agency; return their reference. Raises InvalidCampaign."""
    check_days(plan.begins_on, plan.ends_on, day.today, None)
    check_places(plan.places)
    with transaction(session):
        _check_people(session, agency_id, plan.staff_ids)
        made = Campaign(
            reference=new_campaign_reference(),
            agency_id=agency_id,
            name_ar=plan.name_ar,
            name_fr=plan.name_fr,
            begins_on=plan.begins_on,
            ends_on=plan.ends_on,
            created_at=day.now,
            created_by=staff_id,
        )
        session.add(made)
        session.flush()
        _set_places(session, made.id, plan.places)
        _set_people(session, day, made, plan.staff_ids)
        _tell(session, day, made, "campaign_made")
        return made.reference


def change_campaign(
    session: Session, day: WorkingDay, scope: Scope, reference: str, plan: CampaignPlan
) -> None:
    """Change open days that are not over, of the agency alone.

    Raises NotFound, NoLongerPossible when they are over, and InvalidCampaign: a first day that is
    past stays, and so does a place where a device was.
    """
    with transaction(session):
        there = _open_one(session, day, scope, reference)
        check_days(plan.begins_on, plan.ends_on, day.today, there.begins_on)
        check_places(plan.places)
        _check_people(session, there.agency_id, plan.staff_ids)
        there.name_ar, there.name_fr = plan.name_ar, plan.name_fr
        there.begins_on, there.ends_on = plan.begins_on, plan.ends_on
        _set_places(session, there.id, plan.places)
        _set_people(session, day, there, plan.staff_ids)
        _tell(session, day, there, "campaign_changed")


def end_campaign(session: Session, day: WorkingDay, scope: Scope, reference: str) -> None:
    """End open days before their last day: their devices close, their codes open nothing more.

    Raises NotFound, and NoLongerPossible when they are over.
    """
    with transaction(session):
        there = _open_one(session, day, scope, reference)
        there.ended_at = day.now
        session.flush()
        close_devices(session, day, Device.campaign_id == there.id, cause="campaign_ended")
        for code in session.scalars(
            select(DeviceCode).where(
                DeviceCode.campaign_id == there.id, DeviceCode.expires_at > day.now
            )
        ):
            code.expires_at = day.now
        _tell(session, day, there, "campaign_ended")


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


def _open_one(session: Session, day: WorkingDay, scope: Scope, reference: str) -> Campaign:
    """Open days of the agency that are not over, locked for a change."""
    wanted = select(Campaign).where(Campaign.reference == reference).with_for_update()
    if scope.agency_id is not None:
        wanted = wanted.where(Campaign.agency_id == scope.agency_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(kind="campaign", reference=reference)
    if found.ended_at is not None or found.ends_on < day.today:
        raise NoLongerPossible(reference=reference)
    return found


def _at_work_in(agency_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffMember.agency_id == agency_id,
        StaffMember.role.in_(ROLES_WITH[Right.ENROL]),
        StaffMember.left_at.is_(None),
    )


def _check_people(session: Session, agency_id: int, staff_ids: Collection[int]) -> None:
    found = session.scalars(
        select(StaffMember.id).where(StaffMember.id.in_(staff_ids), *_at_work_in(agency_id))
    ).all()
    if not staff_ids or set(found) != set(staff_ids):
        raise InvalidCampaign(field="staff", reason="staff")


def _set_places(session: Session, campaign_id: int, names: tuple[str, ...]) -> None:
    """These places and no others; one that has a device or a code cannot go."""
    there = session.scalars(
        select(CampaignPlace).where(CampaignPlace.campaign_id == campaign_id)
    ).all()
    for place in there:
        if place.name in names:
            continue
        used = or_(
            exists().where(Device.place_id == place.id),
            exists().where(DeviceCode.place_id == place.id),
        )
        if session.scalar(select(used)):
            raise InvalidCampaign(field="places", reason="in_use", name=place.name)
        session.delete(place)
    known = {place.name for place in there}
    session.add_all(
        CampaignPlace(campaign_id=campaign_id, name=name) for name in names if name not in known
    )
    session.flush()


def _set_people(
    session: Session, day: WorkingDay, campaign: Campaign, wanted: Collection[int]
) -> None:
    """These people and no others; who comes and who goes is an event of their own."""
    there = {
        one.staff_id: one
        for one in session.scalars(
            select(CampaignMember).where(CampaignMember.campaign_id == campaign.id)
        )
    }
    gone, come = sorted(set(there) - set(wanted)), sorted(set(wanted) - set(there))
    for staff_id in gone:
        session.delete(there[staff_id])
    session.add_all(CampaignMember(campaign_id=campaign.id, staff_id=staff_id) for staff_id in come)
    session.flush()
    record(session, day, Subject.STAFF, come, None, "open_days_joined", campaign.reference)
    record(session, day, Subject.STAFF, gone, None, "open_days_left", campaign.reference)


def _tell(session: Session, day: WorkingDay, campaign: Campaign, act: str) -> None:
    days = f"{campaign.begins_on}:{campaign.ends_on}"
    record(session, day, Subject.CAMPAIGN, [campaign.id], None, act, days)


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
