"""The page of banks' own codes: unknown ones wait there, get a meaning, and go on."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select

from tests.services.collecting import COLLECTION, Desk
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from tests.views.staff.test_rates import proved
from webapp.domain.roles import Role
from webapp.models import Debit, Employer, LocalCode

LIST, PLACE = "staff/local-codes", "staff/local-codes/set"
HOSTILE = "<b>PROV\u202e'12"
TYPED = {"channel": "BNA", "code": "PROV", "means": "AM04"}


def office_of(people: Office, language: str, role: Role = Role.COLLECTOR) -> Browser:
    return proved(people, people.colleague(role, None), language, PLACE)


def refused(people: Office, code: str) -> None:
    """A debit that its bank refused with a code of its own."""
    desk: Desk = people.site.desk
    desk.file_one()
    desk.send_all()
    answers = {one.end_to_end_id: "RJCT" for one in desk.attempts()}
    reference = desk.files()[0].reference
    desk.session.rollback()
    desk.take_in(desk.bank.status(reference, answers, reason=escape(code)), COLLECTION)
    people.site.clock.go_to(COLLECTION)


def codes(people: Office) -> list[tuple[str, str]]:
    people.site.office.rollback()
    found = people.site.office.execute(select(LocalCode.code, LocalCode.means)).all()
    people.site.office.rollback()
    return [(code, means) for code, means in found]


def test_an_unknown_code_is_shown_as_told_gets_a_meaning_and_its_refusal_goes_on(
    people: Office, language: str
) -> None:
    refused(people, HOSTILE)
    browser = office_of(people, language)
    listed = browser.open(LIST)
    assert HOSTILE in [one.text for one in listed.root.xpath("//main//bdi[@dir='ltr']")]
    assert not listed.root.xpath("//main//b")
    [say] = listed.root.xpath("//main//a[contains(@href, 'channel=BNA')]/@href")
    asked = browser.page(browser.client.get(say)).form()
    assert (asked["channel"], asked["code"]) == ("BNA", HOSTILE)
    looked = browser.page(browser.post(PLACE, asked | {"means": "AM04"}))
    assert "1" in looked.text_of("//*[contains(@class, 'notice-todo')]")
    assert codes(people) == []
    assert browser.post(PLACE, looked.form()).location == browser.address(LIST)
    assert codes(people) == [(HOSTILE, "AM04")]
    listed = browser.open(LIST)
    assert not listed.root.xpath("//main//a[contains(@href, 'channel=BNA')][contains(@class, 'b')]")
    [go] = listed.root.xpath("//main//form/@action")
    for _ in range(2):  # The button, and the button pressed again on a page of before.
        sent = browser.client.post(go, data=listed.form())
        assert sent.location == browser.address(LIST)
    people.site.office.rollback()
    assert people.site.office.scalars(select(Debit.status)).all() == ["planned"]
    assert not browser.open(LIST).root.xpath("//main//form")


def test_what_is_saved_is_what_was_looked_at(people: Office, language: str) -> None:
    browser = office_of(people, language)
    looked = browser.page(browser.post(PLACE, browser.open(PLACE).form() | TYPED)).form()
    assert browser.post(PLACE, looked | {"means": "AC04"}).status_code == 200
    assert codes(people) == []


def test_a_meaning_is_changed_and_removed_after_a_look(people: Office, language: str) -> None:
    browser = office_of(people, language)
    for means in ("AM04", "AC04"):
        form = browser.open(PLACE).form() | TYPED | {"means": means}
        browser.post(PLACE, browser.page(browser.post(PLACE, form)).form())
    assert codes(people) == [("PROV", "AC04")]
    listed = browser.open(LIST)
    [remove] = listed.root.xpath("//main//a[contains(@href, '/remove')]/@href")
    form = browser.page(browser.client.get(remove)).form()
    assert browser.client.post(remove, data=form).location == browser.address(LIST)
    assert codes(people) == []
    assert len(browser.open(LIST).root.xpath("//*[@aria-labelledby='changes']//tbody/tr")) == 3


@pytest.mark.parametrize(
    "typed", [{"code": ""}, {"code": "AC04"}, {"code": "X" * 36}, {"channel": "?"}, {"means": ""}]
)
def test_what_cannot_be_is_told_beside_the_field_and_kept(
    people: Office, typed: dict[str, str]
) -> None:
    browser = office_of(people, "ar")
    page = browser.refused(browser.send(PLACE, **(TYPED | typed)))
    [name] = typed
    assert page.text_of(f"//*[@id='{name}-error']")
    assert page.form()["code"] == (TYPED | typed)["code"]
    assert codes(people) == []


@pytest.mark.parametrize(("code", "link"), [(HOSTILE, "/contact"), ("MS03", "/proof")])
def test_the_desk_reads_beside_a_debit_why_it_was_refused_and_goes_on_from_there(
    people: Office, code: str, link: str, language: str
) -> None:
    refused(people, code)
    owner = people.site.office.scalars(select(Employer)).one()
    owner_id, agency_id = owner.id, owner.agency_id
    people.site.office.rollback()
    browser = people.browser(people.colleague(Role.AGENT, agency_id), language)
    page = browser.open(f"staff/employers/{owner_id}")
    assert code in [one.text for one in page.root.xpath("//main//td//bdi[@dir='ltr']")]
    [address] = page.root.xpath(
        f"//main//td//p/following-sibling::a[contains(@href, '{link}')]/@href"
    )
    assert browser.client.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_an_administrator_may_as_well_and_others_may_not(people: Office, role: Role) -> None:
    browser = people.browser(people.colleague(role, None), "fr")
    wanted = 200 if role is Role.ADMINISTRATOR else 403
    for place in (LIST, PLACE):
        assert browser.get(place).status_code == wanted
