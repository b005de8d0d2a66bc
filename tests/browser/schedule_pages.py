"""The pages of a payment schedule: divided at the agency, read and accepted by the employer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests import builders
from tests.browser.journeys import Journey
from tests.services.collecting import FILED
from tests.services.staff import Colleague, join
from webapp.domain.moment import Moment
from webapp.domain.roles import Role
from webapp.domain.rules import CollectionRules
from webapp.services.working_day import WorkingDay, load_calendar

FIRST_DAY = "2026-12-30"


@dataclass
class ScheduleTour:
    """Shows every kind of these pages once."""

    journey: Journey
    shown: Callable[[str, Page], None]

    def go(self) -> None:
        with self.journey.site.session() as session:
            day = builders.working_day(session, FILED)
            owner = builders.employer(session)
            builders.declaration(session, day, owner, period="2026-06")
            builders.mandate(session, day, owner)
            supervisor = join(session, self._day(), Role.SUPERVISOR, owner.agency_id)
            employer_id, member_number = owner.id, owner.member_number
        self._at_the_agency(supervisor, employer_id)
        self._of_the_employer(member_number)

    def _at_the_agency(self, supervisor: Colleague, employer_id: int) -> None:
        journey, page = self.journey, self.journey.page
        journey.go("/staff/sign-in")
        page.locator("#email").fill(supervisor.email)
        page.locator("#password").fill(supervisor.password)
        journey.touch("main form button.button")
        page.locator("#code").fill(supervisor.code(self._day()))
        journey.touch("main form button.button")
        page.wait_for_url("**/staff")
        journey.go(f"/staff/employers/{employer_id}/schedules/new")
        self._show("new")
        page.locator("#number").fill("3")
        page.locator("#first_on").fill(FIRST_DAY)
        journey.press("divide")
        self._show("divided")
        page.locator("#part2-amount").fill("5")
        journey.press("propose")
        self._show("wrong")
        journey.press("divide")
        journey.press("propose")
        self._show("proposed")
        journey.touch("nav form button")
        page.wait_for_url("**/staff/sign-in")

    def _of_the_employer(self, member_number: str) -> None:
        journey = self.journey
        journey.go("/home")
        journey.sign_in(member_number)
        self._show("home")
        journey.touch("main .notice-todo a[href*='/schedules/']")
        self._show("read")
        journey.touch("main form button.button")
        journey.page.wait_for_url("**/schedules/*")
        self._show("accepted")
        journey.touch("nav form button")
        journey.page.wait_for_url("**/sign-in")

    def _show(self, name: str) -> None:
        self.shown(f"schedule-{name}", self.journey.page)

    def _day(self) -> WorkingDay:
        with self.journey.site.session() as session:
            calendar = load_calendar(session)
        return WorkingDay(Moment.at(self.journey.site.now), calendar, CollectionRules(), "tour")
