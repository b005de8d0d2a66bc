"""The pages on which an agent acts for an employer: what follows, then the act, with proof."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate

ASKED = {"way": "counter", "reason": "توقف النشاط"}


@pytest.fixture
def desk(people: Office, agent: Colleague, language: str) -> Browser:
    return people.browser(agent, language)


@pytest.fixture
def reference(people: Office) -> str:
    session = people.site.office
    found = builders.mandate(session, people.day, builders.employer(session))
    session.rollback()
    return found


def state(people: Office, reference: str) -> MandateStatus:
    session = people.site.office
    found = session.scalars(select(Mandate.status).where(Mandate.reference == reference)).one()
    session.rollback()
    return found


def test_an_agent_suspends_resumes_and_revokes_as_asked(
    people: Office, desk: Browser, reference: str
) -> None:
    place = f"staff/mandates/{reference}"
    typed = desk.open(f"{place}/suspend").form() | ASKED
    typed |= {"from_on": people.day.today.isoformat(), "until_on": ""}
    page = desk.page(desk.post(f"{place}/suspend", typed | {"step": "check"}))
    assert page.root.xpath("//section[@aria-labelledby='consequences']")
    assert state(people, reference) is MandateStatus.ACTIVE
    sure = page.form() | typed | {"step": "confirm", "seen": page.form()["seen"]}
    file = desk.open(desk.post(f"{place}/suspend", sure).location)
    assert state(people, reference) is MandateStatus.SUSPENDED
    assert file.root.xpath("//*[@role='status']//h2")
    (resume,) = file.root.xpath("//a[contains(@href, '/resume')]/@href")
    desk.open(desk.post(resume, desk.open(resume).form() | ASKED).location)
    assert state(people, reference) is MandateStatus.ACTIVE
    revoke = f"{place}/revoke"
    typed = desk.open(revoke).form() | ASKED
    for _ in range(2):
        file = desk.open(desk.post(revoke, typed).location)
    assert state(people, reference) is MandateStatus.REVOKED
    assert not file.root.xpath("//a[contains(@href, '/revoke')]")


@pytest.mark.parametrize(
    ("act", "fields", "wrong"),
    [
        ("revoke", {"way": ""}, "way"),
        ("revoke", {"reason": " "}, "reason"),
        ("revoke", {"seen": "older"}, "reason"),
        ("suspend", {"reason": "00123456789012345678"}, "reason"),
        ("suspend", {"from_on": "2020-01-01"}, "from_on"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_done(
    people: Office, desk: Browser, reference: str, act: str, fields: dict[str, str], wrong: str
) -> None:
    place = f"staff/mandates/{reference}/{act}"
    typed = desk.open(place).form() | ASKED
    typed |= {"from_on": people.day.today.isoformat(), "step": "check"}
    if act == "suspend":
        page = desk.page(desk.post(place, typed))
        typed |= {"seen": page.form()["seen"], "step": "confirm"}
    page = desk.refused(desk.post(place, typed | fields))
    assert set(page.errors()) == {wrong}
    assert (
        page.root.xpath("//textarea[@name='reason']")[0].text_content().strip()
        == (typed | fields)["reason"].strip()
    )
    assert state(people, reference) is MandateStatus.ACTIVE


def test_an_act_asks_for_a_fresh_proof_and_an_employer_of_ones_agency(
    people: Office, desk: Browser, reference: str, agent: Colleague, language: str
) -> None:
    place = f"staff/mandates/{reference}/revoke"
    typed = desk.open(place).form() | ASKED
    people.site.clock.wait(minutes=5)
    asked = desk.page(desk.post(place, typed))
    assert state(people, reference) is MandateStatus.ACTIVE
    desk.post(place, asked.form() | {"proof_code": people.code(agent)})
    assert state(people, reference) is MandateStatus.REVOKED
    elsewhere = people.browser(people.colleague(Role.AGENT, people.agencies()[1]), language)
    for act in ("suspend", "resume", "revoke"):
        elsewhere.open(f"staff/mandates/{reference}/{act}", status=404)
