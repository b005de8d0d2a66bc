"""The worksites of an employer: added, renamed, closed and reopened on pages of their own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import signed_in
from tests.views.browser import Browser, Site
from webapp.models import Employer, Worksite
from webapp.services.delegations import grant

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


def first_of(site: Site, owner: Employer) -> str:
    site.office.rollback()
    found = site.office.scalars(
        select(Worksite.id).where(Worksite.employer_id == owner.id).order_by(Worksite.id)
    ).first()
    site.office.rollback()
    return f"worksites/{found}"


def rows(browser: Browser, place: str, number: int = 0) -> list[str]:
    table = browser.open(place).root.xpath("//table")[number]
    return [" ".join(row.text_content().split()) for row in table.xpath(".//tbody/tr")]


def test_a_worksite_is_added_and_the_same_again_is_refused_beside_its_name(
    browser: Browser,
) -> None:
    added = browser.send("worksites/new", name="Cité 500", wilaya="31")
    assert added.location == browser.address("worksites")
    assert len(rows(browser, "worksites")) == 3
    page = browser.refused(browser.send("worksites/new", name=" cité 500", wilaya="31"))
    assert list(page.errors()) == ["name"]
    assert page.root.get_element_by_id("name").get("value") == " cité 500"
    assert page.form()["wilaya"] == "31"
    assert len(rows(browser, "worksites")) == 3


def test_a_worksite_is_called_otherwise_and_its_history_says_since_when(
    site: Site, browser: Browser, owner: Employer
) -> None:
    place = first_of(site, owner)
    shown = browser.open(f"{place}/edit").form()
    assert (shown["name"], shown["wilaya"]) == ("ورشة 1", "16")
    changed = browser.send(f"{place}/edit", name="Pont de l'oued", wilaya="09")
    assert changed.location == browser.address(place)
    history = rows(browser, place)
    assert len(history) == 2 and "Pont de l'oued" in history[0] and "03/11/2026" in history[0]
    page = browser.refused(browser.send(f"{place}/edit", name="ورشة 2", wilaya="16"))
    assert list(page.errors()) == ["name"]


def test_a_worksite_is_closed_asked_for_no_more_and_reopened_in_one_touch(
    site: Site, browser: Browser, owner: Employer
) -> None:
    place = first_of(site, owner)
    assert browser.open(f"{place}/close").form()["day"] == "2026-11-03"
    closed = browser.send(f"{place}/close", day="2026-10-01")
    assert closed.location == browser.address(place)
    assert len(browser.open("declarations/2026-10/edit").root.xpath("//*[@role='group']")) == 1
    assert len(browser.open("declarations/2026-09/edit").root.xpath("//*[@role='group']")) == 2
    assert len(rows(browser, "worksites", 1)) == 1
    page = browser.open(place)
    assert browser.post(f"{place}/reopen", page.form()).location == browser.address(place)
    assert len(browser.open("declarations/2026-10/edit").root.xpath("//*[@role='group']")) == 2
    assert len(rows(browser, place)) == 3  # reopened, closed, since the register


@pytest.mark.parametrize("day", ["2026-11-04", "2020-01-01", "", "demain", "\u0000"])
def test_a_day_that_cannot_be_is_said_beside_it(
    site: Site, browser: Browser, owner: Employer, day: str
) -> None:
    page = browser.refused(browser.send(f"{first_of(site, owner)}/close", day=day))
    assert list(page.errors()) == ["day"]


def test_reopening_under_a_name_that_is_taken_says_so(
    site: Site, browser: Browser, owner: Employer
) -> None:
    place = first_of(site, owner)
    browser.send(f"{place}/close", day="2026-11-03")
    browser.send("worksites/new", name="ورشة 1", wilaya="16")
    browser.post(f"{place}/reopen", browser.open(place).form())
    assert browser.open(place).root.xpath("//*[@role='status']//*[contains(@class, 'notice-todo')]")
    assert len(rows(browser, "worksites", 1)) == 1


def test_a_stranger_s_worksite_is_missing(site: Site, browser: Browser) -> None:
    place, token = first_of(site, builders.employer(site.office)), browser.token_of_session()
    for part in ("", "/edit", "/close"):
        browser.open(f"{place}{part}", status=404)
    for part in ("/edit", "/close", "/reopen"):
        assert browser.post(f"{place}{part}", {"csrf_token": token}).status_code == 404


@ONE_ENGINE
def test_who_acts_for_the_employer_may_do_all_of_it(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    day = builders.working_day(site.office, FILED)
    site.office.rollback()
    email = "comptable@cabinet.example"
    grant(site.office, day, builders.VAULT, signed_in(owner), "سمير", email, "ar", may_sign=False)
    visitor.send("sign-in/person", email=email)
    entered = visitor.open("sign-in/code").form(0) | {"code": site.last_code()}
    visitor.post("sign-in/code", entered)
    chosen = visitor.open("person/employers")
    form = chosen.root.xpath("//main//table//form")[0]
    visitor.post(form.get("action"), {"csrf_token": chosen.form(0)["csrf_token"]})
    place = first_of(site, owner)
    assert visitor.send(f"{place}/close", day="2026-11-03").status_code == 302
    assert visitor.post(f"{place}/reopen", visitor.open(place).form()).status_code == 302
    assert visitor.send(f"{place}/edit", name="Pont", wilaya="16").status_code == 302
