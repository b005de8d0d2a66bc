"""The dashboard: each role sees it, those of an agency their own employers, with its sheets."""

from __future__ import annotations

import pytest

from tests import builders
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role


@pytest.mark.parametrize("role", [Role.AGENT, Role.COLLECTOR, Role.AUDITOR])
def test_everybody_of_the_fund_sees_how_far_it_has_come(
    people: Office, language: str, role: Role
) -> None:
    session = people.site.office
    builders.mandate(session, people.day, builders.employer(session))
    builders.employer(session)
    session.rollback()
    browser = people.browser(people.colleague(role, people.agencies()[0]), language)
    page = browser.open("staff/coverage")
    assert "50 %" in page.root.text_content()
    assert len(page.root.xpath("//main//*[local-name()='svg'][contains(@class, 'bar')]")) == 12 + 2
    for by, lines in (("agency", 2), ("wilaya", 2), ("week", 13)):
        sheet = browser.get(f"staff/coverage/sheet?by={by}")
        assert sheet.headers["Content-Type"].startswith("text/csv")
        assert len(sheet.text.splitlines()) == lines
    assert browser.get("staff/coverage/sheet?by=x").status_code == 404


def test_an_agency_sees_its_own_and_an_empty_one_is_told_so(people: Office, language: str) -> None:
    builders.employer(people.site.office)
    people.site.office.rollback()
    browser = people.browser(people.colleague(Role.AGENT, people.agencies()[1]), language)
    page = browser.open("staff/coverage")
    assert page.root.xpath("//main//*[contains(@class, 'empty')]")
