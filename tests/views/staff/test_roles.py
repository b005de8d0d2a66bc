"""Each role opens its own pages; another's answer 403, to whoever asks and with whatever method."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import Rule

from tests.views.browser import Browser, Site
from tests.views.staff.conftest import Office
from webapp.audiences import Audience, audience_of
from webapp.domain.roles import Role

DESK = {Audience.STAFF, Audience.DESK}
OPENS = {
    Role.AGENT: DESK,
    Role.SUPERVISOR: DESK | {Audience.SUPERVISION},
    Role.COLLECTOR: {Audience.STAFF, Audience.OFFICE},
    Role.AUDITOR: {Audience.STAFF, Audience.AUDIT},
    Role.ADMINISTRATOR: {Audience.STAFF, Audience.AUDIT, Audience.ADMINISTRATION},
}
OF_STAFF = set().union(*OPENS.values())
VALUES = {"reference": "KM-NOTHING", "employer_id": "1", "invitation_id": "1", "token": "x",
          "kind": "held"}  # fmt: skip


def rules_of_staff(site: Site) -> list[tuple[Rule, Audience, str]]:
    found = []
    for rule in site.app.url_map.iter_rules():
        audience = audience_of(site.app, rule.endpoint)
        if audience in OF_STAFF:
            methods = sorted((rule.methods or set()) & {"GET", "POST"})
            found += [(rule, audience, method) for method in methods]
    assert len(found) >= 25
    return found


def address_of(rule: Rule, language: str) -> str:
    values = VALUES | {"language": language}
    return re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda one: values.get(one[1], "1"), rule.rule)


def token_of(browser: Browser) -> str:
    page = browser.open("staff")
    return str(page.root.xpath("//nav//input[@name='csrf_token']/@value")[0])


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_own_pages_and_no_others(people: Office, role: Role) -> None:
    browser = people.browser(people.colleague(role, people.agencies()[0]), "fr")
    token = token_of(browser)
    for rule, audience, method in rules_of_staff(people.site):
        address = address_of(rule, "fr")
        if audience in OPENS[role]:
            if method == "GET":
                assert browser.client.get(address).status_code in {200, 302, 404}, rule
            continue
        response = browser.client.open(address, method=method, data={"csrf_token": token})
        assert response.status_code == 403, (rule, method)
        browser.page(response)


def test_a_visitor_is_sent_to_the_staff_s_door(people: Office, visitor: Browser) -> None:
    token = visitor.token()
    for rule, _, method in rules_of_staff(people.site):
        address = address_of(rule, visitor.language)
        response = visitor.client.open(address, method=method, data={"csrf_token": token})
        assert response.location == visitor.address("staff/sign-in"), rule


def test_an_employer_is_sent_to_the_staff_s_door(people: Office, browser: Browser) -> None:
    token = browser.token_of_session()
    for rule, _, method in rules_of_staff(people.site):
        address = address_of(rule, browser.language)
        response = browser.client.open(address, method=method, data={"csrf_token": token})
        assert response.location == browser.address("staff/sign-in"), rule


@pytest.mark.parametrize("role", Role)
def test_the_home_of_a_role_leads_only_where_it_may_go(
    people: Office, role: Role, language: str
) -> None:
    browser = people.browser(people.colleague(role, people.agencies()[0]), language)
    page = browser.open("staff")
    links = [
        link for link in page.root.xpath("//main//a/@href | //nav//a/@href") if "/staff" in link
    ]
    assert len(set(links)) >= 2
    for link in links:
        assert browser.client.get(link).status_code == 200, link
