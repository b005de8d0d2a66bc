"""The pages by keyboard alone, in other colours, without motion, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page

from tests.browser.employers import People, newcomer
from tests.browser.journeys import RIP, Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from webapp.models import Language

# What Tab should reach, in the order of the page; each gets a number by which it is known again.
NUMBER_WHAT_TAB_REACHES = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden")
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one, place) => (one.dataset.place = place))
"""
WHERE_IT_IS = """
() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [one.dataset.place ?? one.tagName, seen ? "" : one.outerHTML.slice(0, 90)];
}
"""
PAGES = ("/activate", "/home", "/declarations", "/declarations/2026-10/edit", "/debits", "/help")
MEDIA: tuple[dict[str, str], ...] = (
    {"forced_colors": "active"},
    {"reduced_motion": "reduce"},
    {"contrast": "more"},
)


@pytest.fixture
def member(site: Site, language: str) -> str:
    with site.session() as session:
        return newcomer(session, Language(language))


@pytest.fixture
def journey(phone: Phone, site: Site, language: str) -> Journey:
    return Journey(phone.open(f"/{language}/"), site, language)


def tab_until(page: Page, arrived: Callable[[], bool]) -> None:
    """Press Tab until it has arrived, at most as often as a long page has controls."""
    for _ in range(60):
        if arrived():
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never comes there")


def test_tab_goes_through_every_control_in_order_and_each_is_seen(
    journey: Journey, member: str
) -> None:
    journey.sign_in_to(member, PAGES[0])
    for path in PAGES:
        journey.go(path)
        expected = journey.page.evaluate(NUMBER_WHAT_TAB_REACHES)
        reached = []
        for _ in expected:
            journey.page.keyboard.press("Tab")
            reached.append(journey.page.evaluate(WHERE_IT_IS))
        places, unseen = zip(*reached, strict=True)
        assert list(places) == [str(place) for place in expected], path
        assert not [one for one in unseen if one], path


def test_the_skip_link_leads_past_the_navigation(journey: Journey, member: str) -> None:
    journey.sign_in_to(member, "/home")
    journey.go("/home")
    journey.page.keyboard.press("Tab")
    journey.page.keyboard.press("Enter")
    journey.page.keyboard.press("Tab")
    assert journey.page.evaluate("document.activeElement.closest('main') !== null")


def test_an_employer_signs_in_and_signs_with_the_keyboard_alone(
    journey: Journey, site: Site, member: str
) -> None:
    page, keys = journey.page, journey.page.keyboard

    def is_on(selector: str) -> bool:
        return bool(page.evaluate("one => document.activeElement.matches(one)", selector))

    def answer(selector: str, text: str) -> None:
        tab_until(page, partial(is_on, selector))
        keys.type(text)

    # The fields of the sign-in have the cursor already; Enter goes on.
    journey.go("/activate")
    before = len(site.sent())
    page.wait_for_selector("#member_number:focus")
    keys.type(member)
    keys.press("Enter")
    page.wait_for_selector("#code:focus")
    keys.type(site.newest_code(before))
    keys.press("Enter")
    page.wait_for_selector("#account")

    answer("#account", RIP)
    page.wait_for_selector("#code")
    tab_until(page, partial(is_on, "#quality"))
    keys.press("ArrowDown")
    answer("#entitled", " ")
    answer("#code", site.newest_code(before + 1))
    keys.press("Enter")
    page.wait_for_url("**/authorisations/*")
    assert page.locator("html").get_attribute("lang") == journey.language


@pytest.mark.parametrize("media", MEDIA, ids=lambda media: next(iter(media)))
def test_every_page_opens_in_the_colours_and_the_rest_that_one_asks_for(
    journey: Journey, people: People, media: dict[str, str]
) -> None:
    journey.page.emulate_media(**media)  # type: ignore[arg-type]
    journey.sign_in_to(people.tried_again, "/home")
    for path in (*PAGES[1:3], *PAGES[4:]):
        journey.go(path)
        assert journey.page.locator("h1").is_visible(), path
