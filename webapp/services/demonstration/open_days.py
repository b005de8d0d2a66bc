"""Open days of the demonstration's agency, marked as an example: from today until Thursday."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotADemonstration
from webapp.domain.open_days import CampaignPlan
from webapp.domain.roles import Role
from webapp.models import Campaign, Demonstration, StaffMember
from webapp.services.demonstration.staff import email_of
from webapp.services.open_days.campaigns import (
    make_campaign,
)
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

NAME_AR: Final = "أبواب مفتوحة (مثال)"
NAME_FR: Final = "Journées portes ouvertes (exemple)"
PLACES: Final = ("القاعة الكبرى (مثال)", "الشباك 2 (مثال)")
THURSDAY: Final = 3


def demonstration_open_days(session: Session, day: WorkingDay) -> str:
    """The reference of the example open days of this week; made where there are none.

    The supervisor and the agent of the demonstration work there: `demonstration_staff` comes
    first. Raises NotADemonstration for any other database.
    """
    with reading(session):
        if session.get(Demonstration, 1) is None:
            raise NotADemonstration()
        people = session.execute(
            select(StaffMember.id, StaffMember.agency_id, StaffMember.role)
            .where(StaffMember.email.in_([email_of(Role.SUPERVISOR), email_of(Role.AGENT)]))
            .order_by(StaffMember.role.desc())
        ).all()
        supervisor = people[0]
        there = session.scalar(
            select(Campaign.reference).where(
                Campaign.agency_id == supervisor.agency_id,
                Campaign.name_fr == NAME_FR,
                Campaign.ends_on >= day.today,
                Campaign.ended_at.is_(None),
            )
        )
    if there is not None:
        return there
    plan = CampaignPlan(
        name_ar=NAME_AR,
        name_fr=NAME_FR,
        begins_on=day.today,
        ends_on=day.today + timedelta(days=(THURSDAY - day.today.weekday()) % 7),
        places=PLACES,
        staff_ids=frozenset(one.id for one in people),
    )
    return make_campaign(session, day, supervisor.agency_id, supervisor.id, plan)
