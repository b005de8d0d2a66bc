"""The live board keeps itself up to date, says when it cannot, and fits the screens of a hall."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from tests.browser.open_day_pages import hold_open_days
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.services.staff import enter, join
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.moment import Moment
from webapp.domain.roles import Role
from webapp.domain.rules import CollectionRules
from webapp.models import Employer, EnrolmentCase
from webapp.services.working_day import WorkingDay, load_calendar

EVERY = 10_000  # milliseconds
ENROLLED = ".board-enrolled .board-number"


@pytest.fixture
def board(site: Site, phone: Phone, language: str) -> Page:
    """The board of open days with nine enrolments, opened by a supervisor."""
    with site.session() as session:
        day = WorkingDay(Moment.at(site.now), load_calendar(session), CollectionRules(), "root")
        agency = session.scalars(select(Employer.agency_id)).first()
        assert agency is not None
        reference = hold_open_days(session, day, agency)
        supervisor = join(session, day, Role.SUPERVISOR, agency)
        token = enter(session, day, supervisor, supervisor.code(day, 1))
    browser = site.app.test_client()
    with browser.session_transaction() as cookie:
        cookie["staff"] = token
    (held,) = browser._cookies.values()  # type: ignore[attr-defined]
    phone.context.add_cookies([{"name": held.key, "value": held.value, "url": site.address}])
    phone.expected = (*phone.expected, "Failed to load resource")
    phone.context.clock.install()
    page = phone.open(f"/{language}/staff/open-days/{reference}/board")
    assert page.locator(ENROLLED).inner_text() == "9"
    return page


def test_it_comes_again_by_itself_and_tells_since_when_it_cannot(site: Site, board: Page) -> None:
    board.evaluate("window.thisPage = true")
    shown_at = board.locator(".board-time strong").inner_text()
    with site.session() as session:
        session.execute(
            update(EnrolmentCase)
            .where(EnrolmentCase.status == CaseStatus.ENROLLED)
            .values(status=CaseStatus.ABANDONED)
        )
        session.commit()
    site.later(minutes=3)
    board.clock.run_for(EVERY)
    board.locator(ENROLLED, has_text=re.compile("^0$")).wait_for()
    told_at = board.locator(".board-time strong").inner_text()
    assert told_at != shown_at and board.evaluate("window.thisPage")
    assert board.locator("#board-away").is_hidden()
    board.context.set_offline(True)
    site.later(minutes=3)
    board.clock.run_for(EVERY)
    board.locator("#board-away").wait_for()
    assert board.locator(".board-time strong").inner_text() == told_at
    board.context.set_offline(False)
    board.clock.run_for(EVERY)
    board.locator("#board-away").wait_for(state="hidden")


def test_where_the_session_has_ended_the_way_in_stands_in_its_place(
    site: Site, board: Page
) -> None:
    site.later(hours=9)
    board.clock.run_for(EVERY)
    board.wait_for_url("**/staff/sign-in")


def test_it_fits_a_screen_that_stands_and_one_that_lies(board: Page, chromium: Browser) -> None:
    for width, height in ((1080, 1920), (1920, 1080)):
        board.set_viewport_size({"width": width, "height": height})
        size = board.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size == [width, height]
        letters = board.locator(ENROLLED).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert letters >= 100
