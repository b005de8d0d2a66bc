"""The devices that are open today: at open days, or over the whole country, and closing one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.roles import Scope
from webapp.domain.rules import DeviceRules
from webapp.models import Agency, Campaign, CampaignPlace, Device, DeviceMode, StaffMember
from webapp.services.open_days.campaign_list import seen_by
from webapp.services.open_days.device_closing import close_devices
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class OpenDevice:
    """A device that is open today; `called_at`, since when an employer at it asks for an agent."""

    reference: str
    name: str
    place: str | None
    mode: DeviceMode
    agent: str
    opened_at: datetime
    seen_at: datetime
    called_at: datetime | None
    campaign: str
    campaign_ar: str
    campaign_fr: str
    agency_ar: str
    agency_fr: str


def devices_at(
    session: Session, day: WorkingDay, rules: DeviceRules, campaign_id: int
) -> list[OpenDevice]:
    """The devices that are open today at open days; whoever is called for stands first."""
    return _devices(session, day, rules, Device.campaign_id == campaign_id)


def devices_of_today(session: Session, day: WorkingDay, rules: DeviceRules) -> list[OpenDevice]:
    """The devices that are open today over the country."""
    return _devices(session, day, rules)


def close_device(
    session: Session, day: WorkingDay, scope: Scope, staff_id: int, reference: str
) -> bool:
    """Close a device of open days that this one of the staff may see; False if it was closed.

    Raises NotFound for any other.
    """
    with transaction(session):
        device_id = session.scalar(
            select(Device.id)
            .join(Campaign, Campaign.id == Device.campaign_id)
            .where(Device.reference == reference, seen_by(scope, staff_id))
        )
        return _close(session, day, device_id, reference)


def close_any_device(session: Session, day: WorkingDay, reference: str) -> bool:
    """Close a device wherever it is, as administrators may; False if it was. Raises NotFound."""
    with transaction(session):
        device_id = session.scalar(select(Device.id).where(Device.reference == reference))
        return _close(session, day, device_id, reference)


def _close(session: Session, day: WorkingDay, device_id: int | None, reference: str) -> bool:
    if device_id is None:
        raise NotFound(kind="device", reference=reference)
    return bool(close_devices(session, day, Device.id == device_id, cause="staff"))


def _devices(
    session: Session, day: WorkingDay, rules: DeviceRules, *conditions: ColumnElement[bool]
) -> list[OpenDevice]:
    with reading(session):
        rows: Sequence[Any] = session.execute(
            select(
                Device.reference,
                Device.name,
                CampaignPlace.name,
                Device.mode,
                StaffMember.name,
                Device.opened_at,
                Device.seen_at,
                Device.called_at,
                Campaign.reference,
                Campaign.name_ar,
                Campaign.name_fr,
                Agency.name_ar,
                Agency.name_fr,
            )
            .join(StaffMember, StaffMember.id == Device.staff_id)
            .join(Campaign, Campaign.id == Device.campaign_id)
            .join(Agency, Agency.id == Campaign.agency_id)
            .outerjoin(CampaignPlace, CampaignPlace.id == Device.place_id)
            .where(
                Device.closed_at.is_(None),
                Device.opened_on == day.today,
                Device.opened_at > day.now - timedelta(hours=rules.shift_hours),
                *conditions,
            )
            .order_by(
                Device.called_at.is_(None), Device.called_at, Campaign.id, Device.name, Device.id
            )
        ).all()
    return [OpenDevice(*row) for row in rows]
