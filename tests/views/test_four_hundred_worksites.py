"""A declaration of four hundred worksites: one page, few questions, work that grows evenly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests import builders
from tests.views.browser import Browser, Site
from tests.views.test_query_counts import MOST, counting

EDIT, REVIEW = "declarations/2026-10/edit", "declarations/2026-10/review"
SIZES = (100, 200, 400)


def typist(site: Site, size: int) -> Browser:
    """Somebody with so many worksites, all of which were declared for September."""
    owner = builders.employer(site.office, worksites=size)
    day = builders.working_day(site.office, site.clock.now.date())
    codes = tuple(f"W{number}" for number in range(1, size + 1))
    builders.declaration(site.office, day, owner, period="2026-09", worksites=codes)
    browser = site.browser()
    browser.enter(owner.member_number)
    return browser


@contextmanager
def counting_calls() -> Iterator[list[int]]:
    """How many functions are called meanwhile: what time would say, the same on every machine."""
    calls = [0]

    def note(_frame: Any, event: str, _argument: Any) -> None:
        if event in {"call", "c_call"}:
            calls[0] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def filled(browser: Browser) -> dict[str, str]:
    form = browser.open(EDIT).form()
    return form | {name: "5" for name in form if name.startswith("w")}


def save(browser: Browser) -> Callable[[], Any]:
    sent = filled(browser) | {"step": "check"}
    return lambda: browser.post(EDIT, sent)


def render(browser: Browser) -> Callable[[], Any]:
    browser.post(EDIT, filled(browser) | {"step": "check"})
    return lambda: browser.get(EDIT)


def review(browser: Browser) -> Callable[[], Any]:
    browser.post(EDIT, filled(browser) | {"step": "check"})
    return lambda: browser.get(REVIEW)


@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("act", [save, render, review])
def test_twice_as_many_worksites_are_twice_the_work(
    site: Site, act: Callable[[Browser], Callable[[], Any]]
) -> None:
    work, asked = [], []
    assert act(typist(site, 1))().status_code in {200, 302}  # Its templates are compiled by now.
    for size in SIZES:
        do = act(typist(site, size))
        with counting(site) as told, counting_calls() as calls:
            assert do().status_code in {200, 302}
        work.append(calls[0])
        asked.append(len(told))
    assert work[2] - work[1] <= 1.1 * 2 * (work[1] - work[0])
    assert asked[0] == asked[1] == asked[2] <= MOST


@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
def test_four_hundred_worksites_are_taken_over_and_filed(site: Site) -> None:
    browser = typist(site, 400)
    page = browser.open(EDIT)
    assert len(page.root.xpath("//div[@role='group']")) == 400
    browser.post(EDIT, page.form() | {"step": "same"})
    browser.post(EDIT, browser.open(EDIT).form() | {"step": "check"})
    answer = browser.post(REVIEW, browser.open(REVIEW).form())
    assert answer.location == browser.address("declarations/2026-10")


@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
def test_who_has_many_worksites_gets_a_list_and_only_what_is_missing(site: Site) -> None:
    browser = typist(site, 40)
    page = browser.open(EDIT)
    first = next(name for name in page.form() if name.endswith("-workers"))
    ids = {first: "1", first.replace("workers", "leave_base"): "1"}
    answer = browser.post(EDIT, page.form() | ids | {"only": "y", "step": "show"})
    again = browser.page(answer)
    assert len(again.root.xpath("//details//a[starts-with(@href, '#w')]")) == 40
    assert again.root.xpath("//input[@name='only'][@checked]")
    assert len(again.root.xpath("//div[contains(@class, 'line-complete')]")) == 1
    few = typist(site, 2).open(EDIT)
    assert not few.root.xpath("//details | //input[@name='only']")
