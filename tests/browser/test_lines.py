"""The lines of a declaration: keys between cells, one touch for a line, two who type at once."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.declaring_pages import EDIT, who_declared_september
from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from tests.browser.site import SECONDS_TO_WAIT, Site
from webapp.models import Language

DESK = {"width": 1366, "height": 900}
LAST = ["5", "1000000,00", "1000000,00"]
MORE_THAN_A_SERVER_TAKES_IN_PARTS = 340


def opened(phone: Phone, site: Site, language: str, worksites: int = 3) -> Journey:
    with site.session() as session:
        member = who_declared_september(session, Language(language), worksites)
    journey = Journey(phone.open(f"/{language}/"), site, language)
    journey.sign_in_to(member, EDIT)
    return journey


def line(journey: Journey, place: int) -> list[str]:
    cells = journey.page.locator(f".lines > .line:nth-child({place + 1}) .field input")
    return [cell.input_value() for cell in cells.all()]


def where(journey: Journey) -> tuple[int, str]:
    """The place of the line of the cell that is typed into, and the cell's name."""
    place, name = journey.page.evaluate(
        "[[...document.querySelectorAll('.lines > .line')]"
        ".indexOf(document.activeElement.closest('.line')), document.activeElement.name]"
    )
    return int(place), str(name).partition("-")[2]


def totals_say(journey: Journey, text: str) -> None:
    """Wait for what follows from what was typed: it is saved then."""
    journey.page.locator("#totals", has_text=text).wait_for()


def test_the_keys_move_between_cells_as_in_a_sheet(phone: Phone, site: Site, language: str) -> None:
    journey = opened(phone, site, language)
    journey.page.set_viewport_size(DESK)
    forward, backward = ("ArrowLeft", "ArrowRight")[:: 1 if language == "ar" else -1]
    journey.page.locator("[name$=workers]").first.focus()
    steps = {
        "ArrowDown": (2, "workers"), "Enter": (3, "workers"), "ArrowUp": (2, "workers"),
        "Shift+Enter": (1, "workers"), forward: (1, "leave_base"),
    }  # fmt: skip
    for key, place in steps.items():
        journey.page.keyboard.press(key)
        assert where(journey) == place, key
    journey.page.keyboard.press(forward)
    journey.page.keyboard.press(backward)
    assert where(journey) == (1, "leave_base")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert journey.page.evaluate(outline) == "solid"


def test_inside_a_number_the_arrows_move_the_caret(phone: Phone, site: Site, language: str) -> None:
    journey = opened(phone, site, language)
    cell = journey.page.locator("[name$=leave_base]").first
    cell.fill("1500")
    journey.page.keyboard.press("ArrowLeft")
    assert where(journey) == (1, "leave_base")
    assert cell.evaluate("one => one.selectionStart") == 3


def test_headings_and_totals_stay_on_the_screen_of_a_desk(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language, 30)
    journey.page.set_viewport_size(DESK)
    cell = journey.page.locator("[name$=workers]").nth(15)
    cell.focus()
    for selector in (".lines-head", "#totals"):
        box = journey.page.locator(selector).bounding_box()
        assert box is not None and 0 <= box["y"] <= DESK["height"] - box["height"]
    # What is typed into is not behind either of them.
    covered = "one => { const {x, y} = one.getBoundingClientRect();"
    covered += " return document.elementFromPoint(x + 9, y + 9) !== one; }"
    assert not cell.evaluate(covered)


def test_one_touch_fills_a_line_without_leaving_the_page(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language)
    journey.page.locator("button[value^=same-]").first.click()
    journey.page.locator("button[value^=nil-]").nth(1).click()
    assert line(journey, 1) == LAST
    assert line(journey, 2) == ["0", "0", "0"]
    totals_say(journey, "600,00")
    journey.page.reload()
    assert line(journey, 1) == LAST
    # What was filled in alike stays alike when it is corrected.
    journey.page.locator("button[value^=same-]").nth(1).click()
    journey.page.locator("[name$=leave_base]").nth(1).fill("1200000")
    assert line(journey, 2) == ["5", "1200000", "1200000"]


def test_what_was_typed_last_is_kept_when_one_leaves_by_a_link(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language, MORE_THAN_A_SERVER_TAKES_IN_PARTS)
    journey.page.locator("[name$=leave_base]").first.fill("77")
    journey.page.locator("nav a").first.click()
    journey.page.wait_for_url("**/home")
    # The page that was left sends it while the next one opens: not always is it there first.
    end = time.monotonic() + SECONDS_TO_WAIT
    kept: list[str] = []
    while "77" not in kept and time.monotonic() < end:
        journey.go(EDIT)
        kept = line(journey, 1)
    assert kept == ["", "77", "77"]


def test_a_cell_that_follows_another_is_put_right_with_it(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language)
    journey.fill_worksite(1, "5", "abc")
    journey.press("check")
    assert journey.page.locator(".line [aria-invalid]").count() > 1
    journey.fill_worksite(1, "5", "1200000")
    assert line(journey, 1) == ["5", "1200000", "1200000"]
    wrong = journey.page.locator(".lines > .line:nth-child(2) :is([aria-invalid], .error)")
    assert wrong.count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_only_what_is_missing_is_shown_to_who_wants_that(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language, 14)
    journey.fill_worksite(3, "5", "1000000")
    journey.press("check")
    shown = journey.page.locator(".lines > .line[id]:visible")
    expect(shown).to_have_count(14)
    journey.page.locator("#only").check()
    expect(shown).to_have_count(13)
    journey.page.locator("#only").uncheck()
    expect(shown).to_have_count(14)


def test_who_types_while_another_saves_is_told_at_once_and_overwrites_nothing(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language)
    other = Journey(phone.open(f"/{language}{EDIT}"), site, language)
    other.fill_worksite(1, "9", "900000")
    totals_say(other, "640,00")
    journey.fill_worksite(1, "4", "400000")
    journey.touch("#changed button")
    page = journey.page
    assert "4" in journey.text("fieldset") and "9" in journey.text("fieldset")
    page.locator("input[type=radio][value=theirs]").check()
    journey.press("chosen")
    assert line(journey, 1)[0] == "9"


@pytest.mark.parametrize("language", ["fr"])
def test_what_is_typed_among_hundreds_is_saved_while_one_types(
    phone: Phone, site: Site, language: str
) -> None:
    journey = opened(phone, site, language, MORE_THAN_A_SERVER_TAKES_IN_PARTS)
    journey.fill_worksite(1, "5", "1000000")
    totals_say(journey, "600,00")
