"""The desk's queues: lost messages, corrections, proofs, careful banks."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Browser, Site
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    CorrectionSubject,
    Debit,
    Employer,
    Message,
    MessageStatus,
)
from webapp.services.bounces import record_bounce
from webapp.services.confirming_banks import confirming_banks
from webapp.services.corrections import ask_for_correction, corrections_of
from webapp.services.outbox import tell
from webapp.services.transactions import transaction
from webapp.services.undeliverable import ROWS_OF_A_PAGE


@pytest.fixture
def agent(people: Office, language: str) -> Browser:
    """An agent of the employers' agency, in each language."""
    return people.browser(people.colleague(Role.AGENT, people.agencies()[0]), language)


@pytest.fixture
def elsewhere(people: Office, language: str) -> Browser:
    return people.browser(people.colleague(Role.AGENT, people.agencies()[1]), language)


def test_a_lost_notice_is_sent_again_from_the_desk(
    site: Site, agent: Browser, elsewhere: Browser
) -> None:
    site.office.rollback()
    site.desk.file_one()
    site.desk.run(ANNOUNCING)
    (debit,) = site.desk.debits()
    reference = debit.reference
    day = builders.working_day(site.office, ANNOUNCING)
    record_bounce(site.office, day, f"{reference}.1", "5.1.1")
    page = agent.open("staff/undelivered")
    assert reference in page.response.text and "5.1.1" in page.response.text
    (address,) = page.root.xpath("//form[contains(@action, '/again')]/@action")
    assert reference not in elsewhere.open("staff/undelivered").response.text
    token = elsewhere.open("staff/employers").form(0)["csrf_token"]
    assert elsewhere.post(str(address), {"csrf_token": token}).status_code == 404
    token = agent.open("staff/employers").form(0)["csrf_token"]
    assert agent.post(str(address), {"csrf_token": token}).status_code == 302
    site.office.expire_all()
    assert site.office.scalars(select(Debit.status)).one() is DebitStatus.PLANNED
    agent.open("staff/undelivered")


def test_a_lost_message_is_sent_again_or_put_aside_from_the_desk(
    site: Site, agent: Browser, elsewhere: Browser
) -> None:
    owner = builders.employer(site.office)
    day = builders.working_day(site.office, FILED)
    told = {"last4": "6789", "reference": "KM4F7Q", "on": FILED}
    with transaction(site.office):
        for _ in range(2):
            tell(site.office, day, builders.VAULT, owner.id, "mandate_revoked", told)
        for lost in site.office.scalars(select(Message)):
            lost.status, lost.answer = MessageStatus.REFUSED, "404 unknown subscriber"
        site.office.get_one(Employer, owner.id).phone = ""
    page = agent.open("staff/undelivered")
    assert "404 unknown subscriber" in page.response.text and "0550123456" not in page.response.text
    token = elsewhere.open("staff/employers").form(0)["csrf_token"]
    again, other = page.root.xpath("//form[contains(@action, '/again')]/@action")
    done = page.root.xpath("//form[contains(@action, '/done')]/@action")[1]
    for address in (again, done):
        assert elsewhere.post(str(address), {"csrf_token": token}).status_code == 404
    token = agent.open("staff/employers").form(0)["csrf_token"]
    assert agent.post(str(again), {"csrf_token": token}).status_code == 302
    assert (
        len(agent.open("staff/undelivered").root.xpath("//form[contains(@action, '/again')]")) == 2
    )
    site.office.get_one(Employer, owner.id).phone = "0660999999"
    site.office.commit()
    assert agent.post(str(again), {"csrf_token": token}).status_code == 302
    assert site.messages()[-1]["address"] == "0660999999"
    assert agent.post(str(done), {"csrf_token": token}).status_code == 302
    assert str(other) not in agent.open("staff/undelivered").response.text


def test_the_older_ones_are_a_page_further(site: Site, agent: Browser) -> None:
    owner = builders.employer(site.office)
    day = builders.working_day(site.office, FILED)
    with transaction(site.office):
        for _ in range(ROWS_OF_A_PAGE + 1):
            tell(site.office, day, builders.VAULT, owner.id, "mandate_revoked", {})
        for lost in site.office.scalars(select(Message)):
            lost.status = MessageStatus.REFUSED
    page = agent.open("staff/undelivered")
    (older,) = page.root.xpath("//a[contains(@href, 'messages_before')]/@href")
    assert len(agent.open(str(older)).root.xpath("//form[contains(@action, '/done')]")) == 1


def test_a_correction_is_answered_by_its_agency(
    site: Site, agent: Browser, elsewhere: Browser
) -> None:
    owner = builders.employer(site.office)
    day, own = builders.working_day(site.office, FILED, "employer:1"), owner.id
    site.office.rollback()
    reference = ask_for_correction(
        site.office, day, builders.VAULT, own, CorrectionSubject.NAME, "اسم آخر"
    )
    assert reference in agent.open("staff/corrections").response.text
    place = f"staff/corrections/{reference}"
    elsewhere.open(place, status=404)
    agent.refused(agent.send(place, answer=" "))
    assert agent.send(place, verdict="done", answer="Fait").status_code == 302
    (found,) = corrections_of(site.office, builders.VAULT, own)
    assert (found.status.value, found.answer) == ("done", "Fait")
    agent.open(place, status=404)


def test_the_proof_of_a_debit_is_taken_away(site: Site, agent: Browser, elsewhere: Browser) -> None:
    site.office.rollback()
    site.desk.file_one()
    site.desk.run(ANNOUNCING)
    reference = site.desk.debits()[0].reference
    owner = site.office.scalars(select(Employer.id)).one()
    site.office.rollback()
    assert reference in agent.open(f"staff/employers/{owner}").response.text
    answer = agent.get(f"staff/debits/{reference}/proof")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"pdf", "json"}
    elsewhere.open(f"staff/debits/{reference}/proof", status=404)


def test_an_administrator_says_which_banks_ask_for_the_paper(
    site: Site, people: Office, language: str
) -> None:
    browser = people.browser(people.colleague(Role.ADMINISTRATOR), language)
    page = browser.open("staff/banks")
    assert (
        browser.post("staff/banks", page.form() | {"bank": "002", "days": "15"}).status_code == 302
    )
    assert confirming_banks(site.office) == {"002": 15}
    browser.refused(browser.send("staff/banks", bank="002", days="many"))
    browser.send("staff/banks", bank="002", days="0")
    assert confirming_banks(site.office) == {}
