"""The pages of agencies and wilayas, for administrators who prove who they are."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from tests.views.staff.test_rates import proved
from webapp.domain.roles import Role
from webapp.models import Agency, Employer, Wilaya

NAMES = {"name_ar": "الوكالة الجهوية", "name_fr": "Agence régionale"}


def office_of(people: Office, language: str, place: str) -> Browser:
    return proved(people, people.colleague(Role.ADMINISTRATOR), language, place)


def test_an_agency_is_added_changed_and_listed(people: Office, language: str) -> None:
    browser = office_of(people, language, "staff/agencies/new")
    sent = NAMES | {"code": "r01", "wilaya": "31"}
    assert browser.send("staff/agencies/new", **sent).location == browser.address("staff/agencies")
    office = people.site.office
    office.rollback()
    agency = office.scalars(select(Agency).where(Agency.code == "R01")).one()
    place = f"staff/agencies/{agency.id}"
    office.rollback()
    form = browser.open(place).form()
    assert (form["code"], form["wilaya"], form["name_fr"]) == ("R01", "31", NAMES["name_fr"])
    browser.post(place, form | {"name_ar": "أخرى", "name_fr": "Autre"})
    listed = browser.open("staff/agencies").text_of("//main")
    assert ("أخرى" if language == "ar" else "Autre") in listed


@pytest.mark.parametrize(
    "typed", [{"code": "A16"}, {"code": "?"}, {"name_ar": ""}, {"wilaya": "77"}]
)
def test_a_wrong_agency_is_told_beside_the_field_and_kept(
    people: Office, language: str, typed: dict[str, str]
) -> None:
    browser = office_of(people, language, "staff/agencies/new")
    sent = NAMES | {"code": "R01", "wilaya": "31"} | typed
    page = browser.refused(browser.send("staff/agencies/new", **sent))
    assert list(page.errors()) == list(typed)
    assert page.form()["name_fr"] == NAMES["name_fr"]


def test_a_wilaya_is_added_and_renamed_and_employers_can_choose_it(
    people: Office, language: str, owner: Employer
) -> None:
    browser = office_of(people, language, "staff/wilayas/new")
    place = "staff/wilayas/new"
    page = browser.refused(browser.send(place, **NAMES, code="16"))
    assert list(page.errors()) == ["code"] and page.form()["name_ar"] == NAMES["name_ar"]
    assert browser.send(place, **NAMES, code="70").location == browser.address("staff/wilayas")
    place = "staff/wilayas/70"
    assert browser.refused(browser.send(place, name_ar="", name_fr="Autre")).errors()
    browser.post(place, browser.open(place).form() | {"name_ar": "أخرى", "name_fr": "Autre"})
    assert len(browser.open("staff/wilayas").root.xpath("//tbody/tr")) == 70
    assert browser.get("staff/wilayas/71").status_code == 404
    people.site.office.rollback()
    assert people.site.office.get_one(Wilaya, "70").name_fr == "Autre"
    people.site.office.rollback()
    theirs = people.site.browser(language)
    theirs.enter(owner.member_number)
    offered = theirs.open("worksites/new").text_of("//select[@name='wilaya']")
    assert ("أخرى" if language == "ar" else "Autre") in offered
