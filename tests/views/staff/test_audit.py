"""The audit's pages: who did what, and whose data an account has touched."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.models import Employer, Event


@pytest.fixture
def auditor(people: Office, language: str) -> Browser:
    return people.browser(people.colleague(Role.AUDITOR), language)


@pytest.fixture
def opened(people: Office, agent: Colleague, language: str) -> Employer:
    """An employer whose file the agent has opened."""
    session = people.site.office
    owner = builders.employer(session)
    owner.name_fr = "=cmd|SARL"
    session.commit()
    session.refresh(owner)
    session.expunge(owner)
    session.rollback()
    people.browser(agent, language).open(f"staff/employers/{owner.id}")
    return owner


def rows(browser: Browser, place: str) -> int:
    return len(browser.open(place).root.xpath("//main//tbody/tr"))


def test_events_are_found_by_who_what_and_about(
    people: Office, auditor: Browser, opened: Employer, agent: Colleague
) -> None:
    everything = rows(auditor, "staff/events")
    assert everything >= 6
    for fields, number in (
        ({"who": agent.email}, 3),  # joined, signed in, opened a file
        ({"who": agent.email, "what": "opened"}, 1),
        ({"about": opened.member_number}, 1),
        ({"about": agent.reference}, 2),  # joined, signed in
        ({"about": "KMNOTHING"}, 0),
        ({"who": "nobody@fonds.example"}, 0),
        ({"what": "opened", "since": "2026-11-03", "until": "2026-11-03"}, 1),
        ({"what": "opened", "since": "2026-11-04"}, 0),
        ({"until": "2026-11-02"}, 0),
    ):
        form = auditor.open("staff/events").form()
        sent = auditor.post("staff/events", form | fields)
        assert rows(auditor, sent.location) == number, fields


def test_events_go_on_page_by_page(people: Office, auditor: Browser, agent: Colleague) -> None:
    day = people.day
    people.site.office.add_all(
        Event(
            at=day.now, actor=f"staff:{agent.id}", subject="employer", subject_id=n, source=None,
            target="opened", cause="file",
        )
        for n in range(60)
    )  # fmt: skip
    people.site.office.commit()
    place = f"staff/events?who={agent.email}&what=opened"
    page = auditor.open(place)
    (more,) = page.root.xpath("//main//p[@class='actions']/a/@href")
    assert rows(auditor, place) == 50 and rows(auditor, more) == 10
    assert "what=opened" in more


@pytest.mark.parametrize(
    "query", ["?since=x", "?before=x", "?before=-1", "?what=%3Cb%3E", "?who=@"]
)
def test_any_address_of_events_is_answered(auditor: Browser, query: str) -> None:
    auditor.open(f"staff/events{query}")


def test_a_day_that_is_none_is_told(auditor: Browser) -> None:
    form = auditor.open("staff/events").form()
    page = auditor.refused(auditor.post("staff/events", form | {"since": "yesterday"}))
    assert set(page.errors()) == {"since"}


def asked(agent: Colleague, **other: str) -> dict[str, str]:
    return {"who": agent.email, "since": "2026-11-01", "until": "2026-11-30"} | other


def test_a_breach_names_whose_data_was_touched(
    auditor: Browser, opened: Employer, agent: Colleague
) -> None:
    form = auditor.open("staff/breach").form()
    page = auditor.page(auditor.post("staff/breach", form | asked(agent)))
    assert opened.member_number in page.root.text_content()
    assert len(page.root.xpath("//main//tbody/tr")) == 1


def test_the_sheet_of_a_breach_holds_no_formula_and_its_download_is_an_event(
    people: Office, auditor: Browser, opened: Employer, agent: Colleague
) -> None:
    form = auditor.open("staff/breach").form()
    response = auditor.post("staff/breach", form | asked(agent, step="download"))
    assert response.content_type == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    read = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert len(read) == 2 and read[1][1] == opened.member_number
    assert read[1][3] == "'=cmd|SARL" and read[1][6:8] == ["opened", "1"]
    told = people.site.office.scalars(select(Event.target).order_by(Event.id.desc())).first()
    people.site.office.rollback()
    assert told == "breach_exported"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"who": ""}, {"who"}),
        ({"since": ""}, {"since"}),
        ({"since": "2026-12-01"}, {"until"}),
        ({"until": "x"}, {"until"}),
    ],
)
def test_a_question_that_cannot_be_answered_is_told(
    auditor: Browser, agent: Colleague, fields: dict[str, str], wrong: set[str]
) -> None:
    form = auditor.open("staff/breach").form()
    page = auditor.refused(auditor.post("staff/breach", form | asked(agent) | fields))
    assert set(page.errors()) == wrong


def test_the_register_of_processing_is_shown(auditor: Browser) -> None:
    page = auditor.open("staff/processing")
    assert page.root.xpath("//main//tbody/tr")
