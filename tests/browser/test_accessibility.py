"""Every page, in both languages: no fault that axe can find, nothing beside the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Phone
from tests.browser.employers import People
from tests.browser.every_page import Tour
from tests.browser.journeys import Journey
from tests.browser.site import Site

# A small phone, and a screen of 390 points at 200 %.
NARROW = (320, 195)


def test_axe_finds_no_violation_on_any_page(phone: Phone, people: People, language: str) -> None:
    axe, found = Axe(), []

    def look(name: str, page: Page) -> None:
        for violation in axe.run(page).response["violations"]:
            found.extend(
                f"{name}: {violation['id']}: {node['html'][:120]}" for node in violation["nodes"]
            )

    Tour(phone, people, language, look).go()
    assert not found, "\n".join(found)


def test_no_page_is_wider_than_a_small_phone_or_a_zoomed_one(
    phone: Phone, people: People, language: str
) -> None:
    found = []

    def look(name: str, page: Page) -> None:
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 700})
            beside = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if beside > 0:
                found.append(f"{name} at {width}: {beside} px")
        page.set_viewport_size({"width": 390, "height": 844})

    Tour(phone, people, language, look).go()
    assert not found, "\n".join(found)


def test_the_keyboard_reaches_the_content_first_then_every_control(
    phone: Phone, site: Site, language: str
) -> None:
    page = phone.open(f"/{language}/")
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "[document.activeElement.className,"
                " getComputedStyle(document.activeElement).outlineStyle]"
            )
        )
    classes, outlines = zip(*reached, strict=True)
    assert classes == ("skip", "brand", "language-link", "button", "button-quiet")
    assert set(outlines) == {"solid"}


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_a_page_opens_as_the_employer_s_eyes_need_it(
    phone: Phone, site: Site, language: str, media: dict[str, str]
) -> None:
    page = phone.open(f"/{language}/")
    page.emulate_media(**media)  # type: ignore[arg-type]
    journey = Journey(page, site, language)
    journey.go("/sign-in")
    assert page.locator("#member_number").is_visible()
