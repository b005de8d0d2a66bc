"""How often and where an employer declares: set at the desk after a look at what follows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.services.staff import Colleague
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.models import DeclaringTerm

QUARTERS = {"from_month": "2027-01", "periodicity": "quarterly", "where": "here"}


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_a_term_is_looked_at_and_then_set(people: Office, role: Role, language: str) -> None:
    who = people.colleague(role, people.agencies()[0])
    owner = builders.employer(people.site.office)
    browser, place = people.browser(who, language), f"staff/employers/{owner.id}/terms"
    assert browser.open(f"staff/employers/{owner.id}").root.xpath(
        f"//a[@href='/{language}/{place}']"
    )
    shown = browser.page(browser.send(place, **QUARTERS))
    assert "2027" in shown.text_of("//*[contains(@class, 'notice-todo')]")
    people.site.office.rollback()
    assert people.site.office.scalars(select(DeclaringTerm)).all() == []
    saved = browser.post(place, shown.form())
    assert saved.location == browser.address(f"staff/employers/{owner.id}")
    people.site.office.rollback()
    row = people.site.office.scalars(select(DeclaringTerm)).one()
    assert (row.from_month, row.set_by) == ("2027-01", f"staff:{who.id}")
    browser.open(place)


def test_what_is_set_is_what_was_looked_at(people: Office, agent: Colleague, language: str) -> None:
    owner = builders.employer(people.site.office)
    browser, place = people.browser(agent, language), f"staff/employers/{owner.id}/terms"
    shown = browser.page(browser.send(place, **QUARTERS)).form()
    again = browser.post(place, shown | {"where": "portal"})
    assert again.status_code == 200
    people.site.office.rollback()
    assert people.site.office.scalars(select(DeclaringTerm)).all() == []
    browser.post(place, browser.page(again).form())
    people.site.office.rollback()
    assert people.site.office.scalars(select(DeclaringTerm.place)).one() == "portal"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_month": "2027-02"}, "from_month"),  # a quarter would be cut
        ({"from_month": "2026-10"}, "from_month"),  # it is declared
        ({"from_month": ""}, "from_month"),
        ({"from_month": "\u0000"}, "from_month"),
        ({"periodicity": "weekly"}, "periodicity"),
        ({"where": ""}, "where"),
        ({"periodicity": "monthly"}, "from_month"),  # as it is now
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    people: Office, agent: Colleague, language: str, typed: dict[str, str], field: str
) -> None:
    office = people.site.office
    owner = builders.employer(office)
    builders.declaration(office, builders.working_day(office, FILED), owner)
    browser = people.browser(agent, language)
    page = browser.refused(browser.send(f"staff/employers/{owner.id}/terms", **(QUARTERS | typed)))
    assert field in page.errors()


def test_a_declaration_filed_meanwhile_is_said_beside_the_month(
    people: Office, agent: Colleague, language: str
) -> None:
    office = people.site.office
    owner = builders.employer(office)
    browser, place = people.browser(agent, language), f"staff/employers/{owner.id}/terms"
    typed = {"from_month": "2026-10", "periodicity": "monthly", "where": "portal"}
    shown = browser.page(browser.send(place, **typed)).form()
    builders.declaration(office, builders.working_day(office, FILED), owner)
    page = browser.refused(browser.post(place, shown))
    assert "from_month" in page.errors()
