"""The pages of a contest: its employer contests one amount of a debit, and the office answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests import papers
from tests.browser.journeys import Journey

Shown = Callable[[str, Page], None]


@dataclass
class ContestTour:
    """Shows every kind of these pages of an employer once; the contest stays open."""

    journey: Journey
    shown: Shown
    member_number: str

    def go(self) -> None:
        journey, page = self.journey, self.journey.page
        journey.go("/debits")
        journey.sign_in(self.member_number)
        journey.touch("main table a")
        journey.touch("main a[href$='/contest']")
        self.shown("contest-debit", page)
        # One amount in each language: there are three.
        for box in page.locator("input[name=due]").all()[1:]:
            box.uncheck()
        journey.touch("main form button.button")
        self.shown("contest-debit-wrong", page)
        page.locator("input[name=reason][value=not_ours]").check()
        page.locator("#words").fill("الورشة ليست لنا" if journey.language == "ar" else "Pas à nous")
        photo = {"name": "a.png", "mimeType": "image/png", "buffer": papers.picture("PNG")}
        page.locator("#evidence").set_input_files(photo)
        journey.touch("main form button.button")
        self.shown("contest", page)
        journey.touch("main a[href$='/withdraw']")
        self.shown("take-back-contest", page)
        journey.go("/debits")
        journey.touch("main table a")
        self.shown("debit-contested", page)
        journey.touch("nav form button")
        page.wait_for_url("**/sign-in")


def answer_a_contest(journey: Journey, show: Callable[[str], None]) -> None:
    """As somebody of the office who is signed in: the queue, a contest, and its answer."""
    journey.go("/staff/contests")
    show("contests")
    journey.touch("main table a")
    show("contest")
    journey.touch("main form button.button")
    show("contest-wrong")
    journey.page.locator("#verdict").select_option("rejected")
    journey.page.locator("#answer").fill("وجدنا التصريح صحيحا")
    journey.touch("main form button.button")
    show("contest-answered")
