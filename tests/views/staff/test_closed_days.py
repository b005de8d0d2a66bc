"""The pages of the bank calendar: collectors and administrators change it after a look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.services.collecting import ANNOUNCING, COLLECTION, Desk
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from tests.views.staff.test_rates import proved
from webapp.domain.roles import Role
from webapp.models import ClosedDay, Debit, Notice

WHY = {"name_ar": "عيد", "name_fr": "Aïd"}
PLACE = "staff/closed-days/new"


def office_of(people: Office, language: str, place: str = PLACE) -> Browser:
    return proved(people, people.colleague(Role.COLLECTOR, None), language, place)


def next_month(people: Office) -> date:
    """A Monday that is still to come."""
    today = people.site.clock.now.date() + timedelta(days=28)
    return today - timedelta(days=today.weekday())


def rows(people: Office, model: type) -> list[object]:
    people.site.office.rollback()
    people.site.office.expire_all()
    return list(people.site.office.scalars(select(model)))


def test_a_day_is_closed_after_a_look_at_what_moves(people: Office, language: str) -> None:
    browser, day = office_of(people, language), next_month(people)
    shown = browser.page(browser.post(PLACE, browser.open(PLACE).form() | WHY | {"day": f"{day}"}))
    assert shown.text_of("//*[contains(@class, 'notice-todo')]")
    assert day not in [one.day for one in rows(people, ClosedDay)]
    saved = browser.post(PLACE, shown.form())
    assert saved.location == browser.address("staff/closed-days")
    listed = browser.open("staff/closed-days")
    assert WHY["name_ar" if language == "ar" else "name_fr"] in listed.text_of("//main")
    [closed] = [one for one in rows(people, ClosedDay) if one.day == day]
    assert not closed.estimated


def test_what_is_closed_is_what_was_looked_at(people: Office, language: str) -> None:
    browser, day = office_of(people, language), next_month(people)
    form = browser.open(PLACE).form() | WHY | {"day": f"{day}"}
    shown = browser.page(browser.post(PLACE, form)).form()
    other = {"day": f"{day + timedelta(days=1)}"}
    assert browser.post(PLACE, shown | other).status_code == 200
    assert day not in [one.day for one in rows(people, ClosedDay)]


@pytest.mark.parametrize(
    "typed", [{"day": "2020-01-05"}, {"day": "2040-01-05"}, {"day": "?"}, {"name_ar": ""}]
)
def test_what_cannot_be_is_told_beside_the_field_and_kept(
    people: Office, language: str, typed: dict[str, str]
) -> None:
    browser = office_of(people, language)
    page = browser.refused(browser.send(PLACE, **(WHY | {"day": f"{next_month(people)}"} | typed)))
    [name] = typed
    assert page.text_of(f"//*[@id='{name}-error']")
    assert page.form()["name_fr"] == WHY["name_fr"]


def test_a_closed_day_is_moved_and_then_opened(people: Office, language: str) -> None:
    first = next_month(people)
    second = first + timedelta(days=1)
    people.site.office.add(ClosedDay(day=first, name_ar="عيد", name_fr="Aïd", estimated=True))
    people.site.office.commit()
    place = f"staff/closed-days/{first}/move"
    browser = office_of(people, language, place)
    form = browser.open(place).form()
    assert (form["day"], form["name_fr"]) == (f"{first}", "Aïd")
    shown = browser.page(browser.post(place, form | {"day": f"{second}"}))
    browser.post(place, shown.form())
    there = {one.day: one for one in rows(people, ClosedDay)}
    assert there[first].opened_on is not None and there[second].opened_on is None
    place = f"staff/closed-days/{second}/open"
    assert browser.post(place, browser.open(place).form()).location == (
        browser.address("staff/closed-days")
    )
    there = {one.day: one for one in rows(people, ClosedDay)}
    assert there[second].opened_on is not None


@pytest.mark.parametrize("on", ["2020-01-01", "2027-02-30", "yesterday", "2027-03-03"])
def test_a_day_that_is_past_or_not_closed_has_no_page(people: Office, on: str) -> None:
    browser = office_of(people, "fr")
    for act in ("move", "open"):
        assert browser.get(f"staff/closed-days/{on}/{act}").status_code == 404


def test_the_look_tells_what_moves_and_who_is_told(people: Office, language: str) -> None:
    desk: Desk = people.site.desk
    desk.file_one()
    desk.run(ANNOUNCING)
    people.site.clock.go_to(date(2026, 11, 25))
    browser = office_of(people, language)
    form = browser.open(PLACE).form() | WHY | {"day": f"{COLLECTION}"}
    shown = browser.page(browser.post(PLACE, form))
    told = shown.text_of("//*[contains(@class, 'notice-todo')]").replace("\u00a0", " ")
    assert "129 600,00" in told
    assert ("1 ديسمبر 2026" if language == "ar" else "1er décembre 2026") in told
    browser.post(PLACE, shown.form())
    [debit] = rows(people, Debit)
    assert debit.collect_on == date(2026, 12, 1)
    assert len(rows(people, Notice)) == 2


def test_the_look_is_shown_again_when_more_moves_than_was_seen(people: Office) -> None:
    desk: Desk = people.site.desk
    people.site.clock.go_to(date(2026, 11, 25))
    browser = office_of(people, "fr")
    form = browser.open(PLACE).form() | WHY | {"day": f"{COLLECTION}"}
    shown = browser.page(browser.post(PLACE, form)).form()
    desk.file_one()
    desk.run(ANNOUNCING)
    assert browser.post(PLACE, shown).status_code == 200
    assert COLLECTION not in [one.day for one in rows(people, ClosedDay)]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_an_administrator_may_as_well_and_others_may_not(people: Office, role: Role) -> None:
    browser = people.browser(people.colleague(role, None), "fr")
    wanted = 200 if role is Role.ADMINISTRATOR else 403
    for place in ("staff/closed-days", PLACE):
        assert browser.get(place).status_code == wanted
