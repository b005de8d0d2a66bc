"""The office's pages of runs and files: looked at, signed off and approved by a second person."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING
from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from webapp.config import Config
from webapp.domain.roles import Role
from webapp.domain.statuses import BankFileStatus
from webapp.models import BankFile, Event, Subject
from webapp.services.bank_files import doubt_interrupted
from webapp.services.runs import run_due_debits


@pytest.fixture
def collector(people: Office, language: str) -> Browser:
    """A collector in front of a run that has written one file."""
    site = people.site
    day = builders.working_day(site.office, ANNOUNCING)
    owner = builders.employer(site.office)
    builders.mandate(site.office, builders.working_day(site.office, site.clock.now.date()), owner)
    builders.declaration(
        site.office, builders.working_day(site.office, site.clock.now.date()), owner
    )
    config: Config = site.app.config["KHATWA"]
    config.outbox.mkdir(parents=True, exist_ok=True)
    for on in (ANNOUNCING, FREEZING):
        day = builders.working_day(site.office, on)
        run_due_debits(site.office, day, builders.tools(config.outbox))
    site.clock.go_to(FREEZING)
    site.office.rollback()
    return people.browser(people.colleague(Role.COLLECTOR), language)


def files(people: Office) -> list[BankFile]:
    people.site.office.rollback()
    found = list(people.site.office.scalars(select(BankFile)))
    people.site.office.expunge_all()
    people.site.office.rollback()
    return found


def plain(page: Page) -> str:
    return page.text_of("//main").replace("\u00a0", " ").replace("\u200e", "")


def test_a_run_is_read_and_signed_off(people: Office, collector: Browser) -> None:
    listed = collector.open("staff/runs")
    first = listed.root.xpath("//main//tbody//a/@href")[0]
    text = plain(collector.open(first))
    assert "129 600,00" in text and files(people)[0].sha256 in text
    form = collector.open(first).form()
    answer = collector.post(f"{first}/sign", form)
    assert answer.location == first
    assert collector.open(first).root.xpath("//*[@role='status']")
    assert not collector.open(first).root.xpath("//form[contains(@action, '/runs/')]")
    signed = select(Event.id).where(Event.subject == Subject.RUN, Event.target == "signed_off")
    assert len(people.site.office.scalars(signed).all()) == 1


def test_the_report_is_there_for_programs_and_on_paper(people: Office, collector: Browser) -> None:
    first = collector.open("staff/runs").root.xpath("//main//tbody//a/@href")[0]
    report = json.loads(collector.get(f"{first}/report.json").data)
    digest = files(people)[0].sha256
    assert report["files"][0]["sha256"] == digest
    assert report["by_wilaya"] and report["events_head"]
    paper = PdfReader(io.BytesIO(collector.get(f"{first}/document").data))
    text = "".join(page.extract_text() for page in paper.pages)
    assert digest is not None and digest[:20] in text.replace("\n", "")
    assert report["events_head"][:20] in text.replace("\n", "")
    assert "129" in text


def test_what_is_to_come_is_seen_before_it_is_sent(people: Office, collector: Browser) -> None:
    text = plain(collector.open("staff/runs/to-come"))
    assert "129 600,00" in text and "30/11/2026" in text


def test_a_file_is_approved_after_a_look_and_only_once(people: Office, collector: Browser) -> None:
    reference = files(people)[0].reference
    place = f"staff/files/{reference}"
    assert collector.open("staff/files").root.xpath(f"//a[contains(@href, '{reference}')]")
    shown = collector.open(place)
    assert files(people)[0].sha256 in plain(shown)
    answers = [collector.post(f"{place}/approve", shown.form()) for _ in range(2)]
    assert {one.location for one in answers} == {collector.address(place)}
    assert files(people)[0].status is BankFileStatus.APPROVED
    assert not collector.open(place).root.xpath("//form[contains(@action, '/approve')]")


def test_a_file_that_was_changed_is_not_approved(people: Office, collector: Browser) -> None:
    reference = files(people)[0].reference
    config: Config = people.site.app.config["KHATWA"]
    path = config.outbox / f"{reference}.xml"
    path.write_bytes(path.read_bytes().replace(b"129600.00", b"999600.00"))
    place = f"staff/files/{reference}"
    collector.post(f"{place}/approve", collector.open(place).form())
    assert collector.open(place).root.xpath("//*[@role='status']//*[contains(@class, 'bad')]")
    assert files(people)[0].status is BankFileStatus.WRITTEN


def test_the_bank_has_a_file_of_which_nobody_knew(people: Office, collector: Browser) -> None:
    office = people.site.office
    office.execute(BankFile.__table__.update().values(approved_by="staff:99", status="sending"))
    office.commit()
    doubt_interrupted(office, builders.working_day(office, FREEZING))
    place = f"staff/files/{files(people)[0].reference}"
    shown = collector.open(place)
    collector.post(f"{place}/confirm", shown.form())
    assert files(people)[0].status is BankFileStatus.SENT
