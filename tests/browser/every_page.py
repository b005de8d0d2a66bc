"""Every kind of page that there is, each with the employer who sees it and how to get there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.contest_pages import ContestTour
from tests.browser.declaring_pages import DeclaringTour
from tests.browser.device_pages import DeviceTour
from tests.browser.employers import People, newcomer
from tests.browser.journeys import RIP, Journey
from tests.browser.own_pages import OwnTour
from tests.browser.phone import Phone
from tests.browser.schedule_pages import ScheduleTour
from tests.browser.staff_pages import StaffTour
from webapp.models import Language

Shown = Callable[[str, Page], None]


@dataclass
class Tour:
    """Goes through all pages in one language and shows each to `shown`, by its name.

    Not `whole`, it leaves out the pages of the fund's own people, by far the most.
    """

    phone: Phone
    people: People
    language: str
    shown: Shown
    whole: bool = True

    def __post_init__(self) -> None:
        # One page for the whole way, as on a phone.
        self.page = self.phone.open(f"/{self.language}/")

    def go(self) -> None:
        self.in_public()
        self.at_the_door()
        self.before_and_after_the_one_step()
        for name, member in self.people.all().items():
            self.of_an_employer(name, member)
        DeclaringTour(self.phone, self._start(), self.shown).go()
        OwnTour(self._start(), self.shown, list(self.people.all().values())).go()
        ContestTour(self._start(), self.shown, self.people.settled).go()
        if self.whole:
            self.of_the_staff()
        ScheduleTour(self._start(), self.shown).go()
        browser = self.phone.context.browser
        assert browser is not None
        DeviceTour(browser, self.phone.site, self.language, self.shown).go()

    def in_public(self) -> None:
        journey = self._start()
        for name, path in (
            ("first-page", "/"),
            ("help", "/help"),
            ("personal-data", "/privacy"),
            ("accessibility", "/accessibility"),
            ("developers", "/developers"),
            ("check-form", "/check"),
            ("check-failed", "/check/KM00-0000-0000-0000-0000"),
            ("styles", "/styles"),
            ("not-found", "/nowhere"),
        ):
            journey.go(path)
            self.shown(name, journey.page)

    def at_the_door(self) -> None:
        journey = self._start("/sign-in")
        self.shown("sign-in", journey.page)
        journey.touch("main form button.button")
        self.shown("sign-in-wrong", journey.page)
        journey.type("#member_number", "99/000000")
        journey.touch("main form button.button")
        journey.page.wait_for_selector("#code")
        self.shown("code", journey.page)
        journey.type("#code", "000000")
        journey.touch("main form button.button")
        self.shown("code-wrong", journey.page)

    def before_and_after_the_one_step(self) -> None:
        journey = self._newcomer()
        self.shown("activate", journey.page)
        journey.page.locator("#account").fill("00799999002345678942")
        journey.page.locator("#account-error").wait_for()
        self.shown("activate-wrong", journey.page)
        journey.page.locator("#account").fill("")
        self._see_the_home_and_declare(journey)
        journey.go("/activate")
        before = len(self.phone.site.sent())
        journey.page.locator("#account").fill(RIP)
        journey.page.wait_for_selector("#code")
        self.shown("activate-answered", journey.page)
        journey.press("sign")
        self.shown("activate-unsigned", journey.page)
        journey.page.locator("#quality").select_option("manager")
        journey.page.locator("#entitled").check()
        journey.type("#code", self.phone.site.newest_code(before))
        journey.press("sign")
        journey.page.wait_for_url("**/authorisations/*")
        self.shown("authorisation", journey.page)
        address = journey.path()
        self._see_what_can_be_changed(journey, address)
        self._sign_out(journey)

    def _see_what_can_be_changed(self, journey: Journey, authorisation: str) -> None:
        for part in ("change-account", "suspend", "ceiling", "revoke"):
            journey.go(f"{authorisation}/{part}")
            self.shown(f"authorisation-{part}", journey.page)
        journey.go("/authorisations")
        self.shown("authorisations", journey.page)
        journey.go("/exceptions/new")
        self.shown("exception", journey.page)

    def _see_the_home_and_declare(self, journey: Journey) -> None:
        for name, path in (
            ("home-new", "/home"),
            ("debits-none", "/debits"),
            ("declarations-none", "/declarations"),
            ("declare", "/declarations/2026-10/edit"),
        ):
            journey.go(path)
            self.shown(name, journey.page)
        journey.press("check")
        self.shown("declare-wrong", journey.page)
        journey.press("add")
        self.shown("new-worksite", journey.page)
        journey.go("/declarations/2026-10/edit")
        for place in (1, 2):
            journey.fill_worksite(place, "4", "1250000,50")
        # What is still on its way in the background must not come after the form itself.
        journey.page.get_by_text("324 000,12").wait_for()
        journey.press("check")
        self.shown("review", journey.page)
        journey.touch("main form button.button")
        self.shown("receipt", journey.page)
        self._correct(journey)
        journey.go("/declarations")
        self.shown("declarations-filed", journey.page)

    def _correct(self, journey: Journey) -> None:
        journey.go("/declarations/2026-10/correct")
        self.shown("correct", journey.page)
        journey.fill_worksite(2, "3", "900000")
        journey.press("check")
        self.shown("review-correction", journey.page)
        journey.touch("main form button.button")
        self.shown("corrected", journey.page)
        journey.go("/declarations/2026-10/revisions")
        self.shown("revisions", journey.page)

    def of_an_employer(self, name: str, member: str) -> None:
        journey = self._start("/home")
        journey.sign_in(member)
        self.shown(f"home-{name}", journey.page)
        journey.go("/debits")
        if journey.page.locator("main table a").count():
            self.shown(f"debits-{name}", journey.page)
            journey.touch("main table a")
            self.shown(f"debit-{name}", journey.page)
        self._sign_out(journey)

    def of_the_staff(self) -> None:
        StaffTour(self._start(), self.shown, self.people.settled).go()

    def _start(self, path: str = "/") -> Journey:
        journey = Journey(self.page, self.phone.site, self.language)
        journey.go(path)
        return journey

    def _sign_out(self, journey: Journey) -> None:
        journey.touch("nav form button")
        journey.page.wait_for_url("**/sign-in")

    def _newcomer(self) -> Journey:
        with self.phone.site.session() as session:
            member = newcomer(session, Language(self.language))
        journey = self._start("/activate")
        journey.sign_in(member)
        return journey
