"""The pages of a declaration with many worksites, of two who type it at once, and of questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.browser.employers import newcomer
from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from webapp.models import Employer, Language

EDIT = "/declarations/2026-10/edit"
WORKSITES = 14


def who_declared_september(session: Session, language: Language, worksites: int) -> str:
    """An employer with so many worksites, of each of which September was declared."""
    number = newcomer(session, language, worksites)
    owner = session.scalars(select(Employer).where(Employer.member_number == number)).one()
    day = builders.working_day(session, date(2026, 10, 5))
    codes = tuple(f"W{place}" for place in range(1, worksites + 1))
    builders.declaration(session, day, owner, period="2026-09", worksites=codes)
    return number


@dataclass
class DeclaringTour:
    """Goes through these pages and shows each to `shown`, by its name."""

    phone: Phone
    journey: Journey
    shown: Callable[[str, Page], None]

    def go(self) -> None:
        site, language = self.phone.site, self.journey.language
        with site.session() as session:
            member = who_declared_september(session, Language(language), WORKSITES)
        self.journey.sign_in_to(member, EDIT)
        self.shown("declare-many", self.journey.page)
        other = self.phone.open(f"/{language}{EDIT}")
        with other.expect_navigation():
            other.locator("button[value=same]").click()
        other.close()
        self.journey.fill_worksite(2, "7", "1900000")
        self.journey.page.locator("#changed button").wait_for()
        self.shown("declare-changed", self.journey.page)
        self.journey.touch("#changed button")
        self.shown("declare-both", self.journey.page)
        self.journey.press("chosen")
        self.shown("declare-both-wrong", self.journey.page)
        for place in range(WORKSITES):
            mine = self.journey.page.locator("input[type=radio][value=mine]")
            theirs = self.journey.page.locator("input[type=radio][value=theirs]")
            (mine if place == 1 else theirs).nth(place).check()
        self.journey.press("chosen")
        self.journey.press("check")
        self.shown("review-questions", self.journey.page)
        self.journey.press("send")
        self.shown("review-unanswered", self.journey.page)
        self.journey.page.locator("[name$=sure]").first.check()
        self.journey.press("send")
        self.shown("receipt-many", self.journey.page)
        self.journey.touch("nav form button")
        self.journey.page.wait_for_url("**/sign-in")
