"""One valid row each of open days, devices and cases, of which a test says what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests import builders
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.moment import Moment
from webapp.domain.roles import Role
from webapp.models import (
    Campaign,
    CampaignMember,
    CampaignPlace,
    Device,
    DeviceMode,
    EnrolmentCase,
    Language,
    StaffMember,
)
from webapp.services.working_day import WorkingDay

HALL = "القاعة الكبرى"


def member(
    session: Session,
    day: WorkingDay,
    agency_id: int | None,
    role: Role = Role.AGENT,
    name: str = "كريم حداد",
) -> int:
    """One of the staff who has never signed in; their id."""
    number = next(builders.numbers)
    row = StaffMember(
        reference=f"KS{number:08}",
        email=f"colleague{number}@fonds.example",
        name=name,
        language=Language.ARABIC,
        role=role,
        agency_id=agency_id,
        password_hash="",
        totp_secret=b"",
        totp_step=0,
        created_at=day.now,
    )
    session.add(row)
    session.commit()
    return row.id


def campaign(
    session: Session,
    day: WorkingDay,
    agency_id: int,
    *staff_ids: int,
    begins_in: int = 0,
    ends_in: int = 2,
) -> tuple[int, str, int]:
    """Open days from today on with one hall; their id, their reference, the id of the hall."""
    row = Campaign(
        reference=f"KO{next(builders.numbers):08}",
        agency_id=agency_id,
        name_ar="أبواب مفتوحة",
        name_fr="Journées portes ouvertes",
        begins_on=day.today + timedelta(days=begins_in),
        ends_on=day.today + timedelta(days=ends_in),
        created_at=day.now,
        created_by=staff_ids[0],
    )
    session.add(row)
    session.flush()
    place = CampaignPlace(campaign_id=row.id, name=HALL)
    session.add(place)
    session.add_all(CampaignMember(campaign_id=row.id, staff_id=one) for one in staff_ids)
    session.commit()
    return row.id, row.reference, place.id


def device(
    session: Session,
    day: WorkingDay,
    campaign_id: int,
    staff_id: int,
    place_id: int | None = None,
    mode: DeviceMode = DeviceMode.ASSISTED,
    name: str = "Tablette 1",
) -> tuple[int, str]:
    """A device that was opened now; its id and its reference."""
    number = next(builders.numbers)
    row = Device(
        reference=f"KG{number:08}",
        campaign_id=campaign_id,
        place_id=place_id,
        staff_id=staff_id,
        mode=mode,
        name=name,
        token_sha256=f"{number:064}",
        pin_hash="",
        device="Firefox",
        opened_on=day.today,
        opened_at=day.now,
        seen_at=day.now,
    )
    session.add(row)
    session.commit()
    return row.id, row.reference


def case(
    day: WorkingDay,
    employer_id: int,
    campaign_id: int,
    *,
    status: CaseStatus = CaseStatus.ENROLLED,
    cause: CaseFailure | None = None,
    device_id: int | None = None,
    staff_id: int | None = None,
    began_at: datetime | None = None,
    minutes: float = 2,
) -> EnrolmentCase:
    """A case that began now; one that has ended took two minutes. Not added to a session yet."""
    began = began_at or day.now
    open_still = status in {
        CaseStatus.BEGUN, CaseStatus.TURNED, CaseStatus.DRAWN, CaseStatus.HANDED_OVER,
    }  # fmt: skip
    return EnrolmentCase(
        reference=f"KC{next(builders.numbers):08}",
        employer_id=employer_id,
        campaign_id=campaign_id,
        device_id=device_id,
        staff_id=staff_id,
        status=status,
        cause=cause,
        language=Language.ARABIC,
        began_at=began,
        ended_at=None if open_still else began + timedelta(minutes=minutes),
    )


def hour(day: WorkingDay, hour: int, minute: int = 0) -> datetime:
    """A time of that day in Algiers."""
    at = Moment.morning_of(day.today).now
    return at + timedelta(hours=hour - 8, minutes=minute)
