"""The office's pages of runs: looked at, and signed off by a second person."""

from __future__ import annotations

import io
import json

from pypdf import PdfReader
from sqlalchemy import select

from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from webapp.models import Event, Subject


def plain(page: Page) -> str:
    return page.text_of("//main").replace("\u00a0", " ").replace("\u200e", "")


def test_a_run_is_read_and_signed_off(people: Office, collector: Browser) -> None:
    listed = collector.open("staff/runs")
    first = listed.root.xpath("//main//tbody//a/@href")[0]
    text = plain(collector.open(first))
    assert "129 600,00" in text and people.files()[0].sha256 in text
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
    digest = people.files()[0].sha256
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
