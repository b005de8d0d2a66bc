"""Open days of an agency: made, changed and ended, each as an event."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidCampaign, NoLongerPossible, NotFound
from webapp.domain.open_days import CampaignPlan, check_days, check_places
from webapp.domain.roles import Scope
from webapp.models import (
    Campaign,
    CampaignMember,
    CampaignPlace,
    Device,
    DeviceCode,
    StaffMember,
    Subject,
)
from webapp.services.events import record
from webapp.services.open_days.campaign_list import at_work_in
from webapp.services.open_days.device_closing import close_devices
from webapp.services.references import new_campaign_reference
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


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


def _check_people(session: Session, agency_id: int, staff_ids: Collection[int]) -> None:
    found = session.scalars(
        select(StaffMember.id).where(StaffMember.id.in_(staff_ids), *at_work_in(agency_id))
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
