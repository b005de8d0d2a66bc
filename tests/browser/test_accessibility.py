"""Every page, in both languages: no fault that axe can find, nothing beside the screen."""

from __future__ import annotations

import pytest

from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from tests.browser.seen import Seen
from tests.browser.site import Site


def test_axe_finds_no_violation_on_any_page(seen: Seen) -> None:
    assert not seen.violations, "\n".join(seen.violations)


def test_no_page_is_wider_than_a_small_phone_or_a_zoomed_one(seen: Seen) -> None:
    assert not seen.too_wide, "\n".join(seen.too_wide)


def test_no_page_complains_or_asks_another_host(seen: Seen) -> None:
    assert not seen.complaints, "\n".join(seen.complaints)


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
