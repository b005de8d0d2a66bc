"""The pages of the rates: an administrator's, with a fresh proof and a look at what follows."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import FILED
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.models import ContributionRate, LateRule

NEW = {"valid_from": "2027-01-01", "leave": "13,0", "weather_employer": "0.4"}
RULE = {"kind": "surcharge", "valid_from": "2027-01-01", "at_once": "4", "monthly": "0,5"}


def proved(people: Office, who: Colleague, language: str, place: str) -> Browser:
    browser = people.browser(who, language)
    people.site.clock.wait(minutes=6)
    people.prove(browser, who, place)
    return browser


def count(people: Office, model: type) -> int:
    people.site.office.rollback()
    found = people.site.office.scalar(select(func.count()).select_from(model)) or 0
    people.site.office.rollback()
    return found


def test_new_rates_are_looked_at_and_then_set(
    people: Office, administrator: Colleague, language: str
) -> None:
    office = people.site.office
    builders.declaration(
        office, builders.working_day(office, FILED), builders.employer(office), period="2026-09"
    )
    browser = proved(people, administrator, language, "staff/rates/new")
    form = browser.open("staff/rates/new").form()
    assert (form["leave"], form["weather_worker"]) == ("12,21", "0,375")
    shown = browser.page(browser.post("staff/rates/new", form | NEW))
    told = shown.text_of("//*[contains(@class, 'notice-todo')]").replace("\u00a0", " ")
    assert told.count("129 600,00") == told.count("137 750,00") == 2  # the example, and the fund
    assert count(people, ContributionRate) == 1
    saved = browser.post("staff/rates/new", shown.form())
    assert saved.location == browser.address("staff/rates")
    assert count(people, ContributionRate) == 2
    listed = browser.open("staff/rates").root.xpath("//table")[0].xpath(".//tbody/tr")
    assert "01/01/2027" in listed[0].text_content() and "13 %" in (
        listed[0].text_content().replace("\u00a0", " ")
    )


def test_what_was_set_for_later_and_goes_is_said_before(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = proved(people, administrator, language, "staff/rates/new")
    for day in ("2027-04-01", "2027-01-01"):
        form = browser.open("staff/rates/new").form() | NEW | {"valid_from": day}
        shown = browser.page(browser.post("staff/rates/new", form))
        told = shown.root.xpath("//*[contains(@class, 'notice-todo')]//p//time/@datetime")
        assert told == (["2027-04-01"] if day == "2027-01-01" else [])
        browser.post("staff/rates/new", shown.form())


def test_what_is_set_is_what_was_looked_at(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = proved(people, administrator, language, "staff/rates/new")
    form = browser.open("staff/rates/new").form() | NEW
    shown = browser.page(browser.post("staff/rates/new", form)).form()
    assert browser.post("staff/rates/new", shown | {"leave": "31"}).status_code == 200
    assert count(people, ContributionRate) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"valid_from": "2027-01-02"}, "valid_from"),
        ({"valid_from": "2026-11-01"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
        ({"leave": "abc"}, "leave"),
        ({"leave": "101"}, "leave"),
        ({"weather_employer": "0,3755"}, "weather_employer"),
        ({"weather_worker": ""}, "weather_worker"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    people: Office, administrator: Colleague, language: str, typed: dict[str, str], field: str
) -> None:
    browser = proved(people, administrator, language, "staff/rates/new")
    page = browser.refused(browser.send("staff/rates/new", **(NEW | typed)))
    assert list(page.errors()) == [field]
    assert count(people, ContributionRate) == 1


def test_a_rule_for_being_late_is_set_and_ends_the_one_before(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = proved(people, administrator, language, "staff/rates/late")
    page = browser.refused(
        browser.send("staff/rates/late", **(RULE | {"valid_from": "2026-11-03"}))
    )
    assert list(page.errors()) == ["valid_from"]
    assert browser.send("staff/rates/late", **RULE).location == browser.address("staff/rates")
    assert count(people, LateRule) == 3
    rows = browser.open("staff/rates").root.xpath("//table")[1].xpath(".//tbody/tr")
    assert len(rows) == 3 and any("31/12/2026" in row.text_content() for row in rows)


@pytest.mark.parametrize("place", ["staff/rates/new", "staff/rates/late"])
def test_an_old_proof_is_asked_for_anew(
    people: Office, administrator: Colleague, language: str, place: str
) -> None:
    browser = people.browser(administrator, language)
    people.site.clock.wait(minutes=6)
    assert browser.open(place).root.xpath("//input[@name='proof_code']")


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.COLLECTOR])
def test_nobody_else_sees_them(people: Office, role: Role, language: str) -> None:
    who = people.colleague(role, people.agencies()[0] if role is Role.AGENT else None)
    browser = people.browser(who, language)
    for place in ("staff/rates", "staff/rates/new", "staff/rates/late"):
        assert browser.get(place).status_code == 403
