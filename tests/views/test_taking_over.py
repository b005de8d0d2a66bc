"""The values of last time with one touch, zeros with another; what is far from them is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import AMOUNT
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.models import Declaration, Due, Employer, Worksite

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
EDIT, REVIEW, FILED = (f"declarations/2026-10{part}" for part in ("/edit", "/review", ""))
SEPTEMBER = {"ar": "سبتمبر", "fr": "septembre"}


@pytest.fixture(autouse=True)
def declared(site: Site, owner: Employer) -> None:
    """September was declared: 5 workers and 1 000 000 DA on each of two worksites."""
    day = builders.working_day(site.office, site.clock.now.date())
    builders.declaration(site.office, day, owner, period="2026-09", worksites=("W1", "W2"))
    site.office.rollback()


@pytest.fixture
def ids(site: Site, owner: Employer) -> list[int]:
    query = select(Worksite.id).where(Worksite.employer_id == owner.id).order_by(Worksite.id)
    found = list(site.office.scalars(query))
    site.office.rollback()
    return found


def typed(page: Page, id_: int) -> list[str]:
    form = page.form()
    return [form[f"w{id_}-{cell}"] for cell in ("workers", "leave_base", "weather_base")]


LAST = ["5", "1000000,00", "1000000,00"]


def test_the_last_declaration_fills_what_is_empty_and_nothing_else(
    browser: Browser, ids: list[int]
) -> None:
    page = browser.open(EDIT)
    assert SEPTEMBER[browser.language] in page.text_of("//main//form").lower()
    sent = page.form() | {f"w{ids[0]}-workers": "7", "step": "same"}
    assert browser.post(EDIT, sent).location == browser.address(EDIT)
    again = browser.open(EDIT)
    assert typed(again, ids[0]) == ["7", "", ""]
    assert typed(again, ids[1]) == LAST


@ONE_ENGINE
def test_one_worksite_is_filled_with_one_touch_whatever_was_typed(
    browser: Browser, ids: list[int]
) -> None:
    sent = browser.open(EDIT).form() | {f"w{ids[0]}-workers": "7", "step": f"same-{ids[0]}"}
    assert browser.post(EDIT, sent).location == f"{browser.address(EDIT)}#w{ids[0]}"
    again = browser.open(EDIT)
    assert typed(again, ids[0]) == LAST
    assert typed(again, ids[1]) == ["", "", ""]


@ONE_ENGINE
def test_nobody_worked_on_one_worksite(browser: Browser, ids: list[int]) -> None:
    sent = browser.open(EDIT).form() | {"step": f"nil-{ids[1]}"}
    assert browser.post(EDIT, sent).location == f"{browser.address(EDIT)}#w{ids[1]}"
    again = browser.open(EDIT)
    assert typed(again, ids[0]) == ["", "", ""]
    assert typed(again, ids[1]) == ["0", "0,00", "0,00"]


@ONE_ENGINE
@pytest.mark.parametrize("step", ["same-0", "nil-x", "same-", "nil-²", "same-99999999999999999999"])
def test_a_worksite_that_is_not_theirs_is_not_filled(
    browser: Browser, ids: list[int], step: str
) -> None:
    browser.post(EDIT, browser.open(EDIT).form() | {f"w{ids[0]}-workers": "3", "step": step})
    assert typed(browser.open(EDIT), ids[0]) == ["3", "", ""]


@ONE_ENGINE
def test_the_button_carries_what_it_fills_in(browser: Browser, ids: list[int]) -> None:
    (fill,) = browser.open(EDIT).root.xpath(f"//button[@value='same-{ids[0]}']/@data-fill")
    assert fill.split(";") == LAST


def reviewed(browser: Browser, ids: list[int], workers: str, base: str) -> Page:
    """The review with these figures for the first worksite and the last ones for the other."""
    browser.post(EDIT, browser.open(EDIT).form() | {"step": f"same-{ids[1]}"})
    cells = {"workers": workers, "leave_base": base, "weather_base": ""}
    first = {f"w{ids[0]}-{cell}": value for cell, value in cells.items()}
    answer = browser.post(EDIT, browser.open(EDIT).form() | first | {"step": "check"})
    assert answer.location == browser.address(REVIEW)
    return browser.open(REVIEW)


def ticks(page: Page) -> list[str]:
    return list(page.root.xpath("//input[@type='checkbox']/@name"))


@ONE_ENGINE
@pytest.mark.parametrize(("workers", "base"), [("5", "1 300 000"), ("6", "700 000")])
def test_what_is_near_the_last_figures_is_filed_without_a_question(
    browser: Browser, ids: list[int], workers: str, base: str
) -> None:
    page = reviewed(browser, ids, workers, base)
    assert ticks(page) == []
    assert browser.post(REVIEW, page.form()).location == browser.address(FILED)


def test_what_is_far_is_asked_about_with_both_values_and_filed_when_it_is_right(
    browser: Browser, ids: list[int]
) -> None:
    page = reviewed(browser, ids, "7", "2 000 000")
    (tick,) = ticks(page)
    told = page.text_of("//section[@aria-labelledby='questions']").replace("\u00a0", " ")
    for value in ("5", "7", "1 000 000,00", "2 000 000,00"):
        assert value in told
    assert SEPTEMBER[browser.language] in told
    asked = browser.refused(browser.post(REVIEW, page.form()))
    assert list(asked.errors()) == [tick]
    assert browser.site.office.scalar(select(func.count()).select_from(Declaration)) == 1
    value = asked.root.xpath(f"//input[@name='{tick}']/@value")[0]
    answer = browser.post(REVIEW, asked.form() | {tick: value})
    assert answer.location == browser.address(FILED)
    due = select(Due.amount_centimes).where(Due.period == "2026-10").order_by(Due.id)
    assert browser.site.office.scalars(due).all() == [2 * AMOUNT, AMOUNT]


@ONE_ENGINE
def test_a_tick_is_kept_until_filing_and_only_for_its_figures(
    browser: Browser, ids: list[int]
) -> None:
    page = reviewed(browser, ids, "7", "2 000 000")
    (tick,) = ticks(page)
    value = page.root.xpath(f"//input[@name='{tick}']/@value")[0]
    back = browser.post(REVIEW, page.form() | {tick: value, "step": "back"})
    assert back.location == browser.address(EDIT)
    browser.post(EDIT, browser.open(EDIT).form() | {f"w{ids[1]}-workers": "6", "step": "check"})
    kept = browser.open(REVIEW)
    assert kept.root.xpath(f"//input[@name='{tick}'][@checked]")
    changed = browser.open(EDIT).form() | {f"w{ids[0]}-workers": "9", "step": "check"}
    browser.post(EDIT, changed)
    again = browser.open(REVIEW)
    assert not again.root.xpath(f"//input[@name='{tick}'][@checked]")
    # A tick for other figures than those on the page says nothing about them.
    browser.refused(browser.post(REVIEW, again.form() | {tick: value}))


@ONE_ENGINE
def test_all_questions_are_answered_with_one_tick(browser: Browser, ids: list[int]) -> None:
    form = browser.open(EDIT).form()
    cells = {name: "9" if "workers" in name else "1" for name in form if name.startswith("w")}
    browser.post(EDIT, form | cells | {"step": "check"})
    page = browser.open(REVIEW)
    assert ticks(page) == [f"w{ids[0]}-sure", f"w{ids[1]}-sure", "sure-all"]
    answer = browser.post(REVIEW, page.form() | {"sure-all": "y"})
    assert answer.location == browser.address(FILED)


@ONE_ENGINE
def test_ticks_do_not_file_what_was_typed_meanwhile(browser: Browser, ids: list[int]) -> None:
    page = reviewed(browser, ids, "7", "2 000 000")
    browser.post(EDIT, browser.open(EDIT).form() | {f"w{ids[0]}-workers": "8", "step": "check"})
    assert browser.post(REVIEW, page.form() | {"sure-all": "y"}).location == browser.address(REVIEW)
    assert not browser.open(REVIEW).root.xpath("//input[@type='checkbox'][@checked]")


@ONE_ENGINE
def test_a_nil_period_after_a_full_one_is_asked_about_as_well(
    browser: Browser, ids: list[int]
) -> None:
    browser.post(EDIT, browser.open(EDIT).form() | {"step": "nil"})
    assert len(ticks(browser.open(REVIEW))) == 3
