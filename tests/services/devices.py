"""A device of an open day under services: opened, and a case on it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from tests import builders, open_days
from webapp.domain.enrolment_cases import IdentityPaper
from webapp.domain.rib import Rib
from webapp.domain.rules import DeviceRules
from webapp.models import Agency, DeviceCode, DeviceMode, Employer, Language, SigningChannel
from webapp.services.mandates import Signature
from webapp.services.open_days.cases import begin_case, turn_case
from webapp.services.open_days.devices import OpenCase, OpenDevice, find_device, open_device
from webapp.services.working_day import WorkingDay

RULES = DeviceRules()
V = builders.VAULT
PIN = "2468"


def hall(session: Session, day: WorkingDay, *, begins_in: int = 0) -> tuple[int, int]:
    """Open days of the first agency; their id and their agent's."""
    agency = session.query(Agency).order_by(Agency.id).first()
    assert agency is not None
    agent = open_days.member(session, day, agency.id)
    found = open_days.campaign(session, day, agency.id, agent, begins_in=begins_in)
    return found[0], agent


def code_for(session: Session, day: WorkingDay, place: tuple[int, int], mode: DeviceMode) -> str:
    """The code of a device at these open days."""
    digits = f"{next(builders.numbers):08}"
    session.add(
        DeviceCode(
            campaign_id=place[0],
            staff_id=place[1],
            mode=mode,
            name="Tablette 1",
            code_hash=V.blind_index(f"device:{digits}"),
            made_at=day.now,
            expires_at=day.now + timedelta(minutes=RULES.code_minutes),
        )
    )
    session.commit()
    return digits


def opened(
    session: Session,
    day: WorkingDay,
    mode: DeviceMode = DeviceMode.ASSISTED,
    place: tuple[int, int] | None = None,
) -> str:
    """The token of a device that is open."""
    code = code_for(session, day, place or hall(session, day), mode)
    return open_device(session, day, V, RULES, code, PIN, "Firefox")


def at(session: Session, day: WorkingDay, token: str) -> OpenDevice:
    """The device as its next page finds it."""
    found = find_device(session, day.now, RULES, token)
    assert found is not None
    return found


def case_of(session: Session, day: WorkingDay, token: str) -> OpenCase:
    case = at(session, day, token).case
    assert case is not None
    return case


def begun(session: Session, day: WorkingDay, token: str, owner: Employer) -> OpenCase:
    """The agent has begun with an employer."""
    device = at(session, day, token)
    begin_case(session, day, device, device.scope, owner.id)
    return case_of(session, day, token)


def turned(session: Session, day: WorkingDay, token: str, owner: Employer) -> tuple[OpenCase, str]:
    """The employer has the tablet; with the token of their session."""
    case = begun(session, day, token, owner)
    paper = IdentityPaper.NATIONAL_ID
    own = turn_case(session, day, case, paper, Language.ARABIC, "Firefox")
    return case_of(session, day, token), own


def signature(owner: Employer, account: Rib | None = None) -> Signature:
    return Signature(
        member_number=owner.member_number,
        account=account or builders.account(),
        text="أرخّص بالاقتطاع.",
        language=Language.ARABIC,
        channel=SigningChannel.KIOSK,
    )
