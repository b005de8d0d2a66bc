"""The pages of open days, from the empty list to the report, as a supervisor goes through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy.orm import Session

from tests import builders, open_days
from tests.browser.journeys import Journey
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.models import DeviceMode, Employer
from webapp.services.working_day import WorkingDay

NUMBER_OF_CASES = 12


def hold_open_days(session: Session, day: WorkingDay, agency_id: int) -> str:
    """Open days of an agency with a device of each mode and some cases; their reference."""
    agents = [
        open_days.member(session, day, agency_id, name=name) for name in ("كريم حداد", "Y. Boudiaf")
    ]
    campaign, reference, hall = open_days.campaign(session, day, agency_id, *agents)
    devices = [
        open_days.device(session, day, campaign, agents[0], hall, mode, name)[0]
        for mode, name in zip(DeviceMode, ("Tablette 1", "اللوحة 2", "Borne A"), strict=True)
    ]
    owner: Employer = builders.employer(session)
    for number in range(NUMBER_OF_CASES):
        failed = number % 4 == 3
        case = open_days.case(
            day,
            owner.id,
            campaign,
            status=CaseStatus.FAILED if failed else CaseStatus.ENROLLED,
            cause=list(CaseFailure)[number // 4] if failed else None,
            device_id=devices[number % 3],
            staff_id=agents[number % 2],
            began_at=day.now - timedelta(minutes=20 * number),
            minutes=1 + number % 5,
        )
        session.add(case)
    session.commit()
    return reference


def show_open_days(journey: Journey, show: Callable[[str], None], reference: str) -> None:
    """Every page of open days, of which these are now."""
    page: Page = journey.page
    for name, path in (("open-days", ""), ("campaign", f"/{reference}"), ("plan-campaign", "/new"),
                       ("campaign-end", f"/{reference}/end"), ("board", f"/{reference}/board"),
                       ("day-report", f"/{reference}/report")):  # fmt: skip
        journey.go(f"/staff/open-days{path}")
        show(name)
    journey.go("/staff/board")
    show("board-of-all")
    journey.go("/staff/open-days/new")
    journey.touch("main form button.button")
    show("plan-campaign-wrong")
    journey.go(f"/staff/open-days/{reference}")
    journey.touch("main form#form button.button")
    show("campaign-wrong")
    page.locator("#name").fill("7")
    for choice in ("#place", "#mode"):
        page.locator(choice).select_option(index=1)
    journey.touch("main form#form button.button")
    show("device-code")
