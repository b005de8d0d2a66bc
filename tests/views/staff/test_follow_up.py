"""The follow-up list's page: its kinds, its way to a note and to the file, and its sheet."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.follow_up import FollowUp
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Scope
from webapp.models import Event
from webapp.services.staff.notes import NewNote, write_note


@pytest.fixture
def desk(people: Office, agent: Colleague, language: str) -> Browser:
    return people.browser(agent, language)


def test_a_line_leads_to_the_file_and_to_the_note_of_a_call(
    people: Office, desk: Browser, agent: Colleague
) -> None:
    session = people.site.office
    owner = builders.employer(session, phone="", email="").id
    note = NewNote(NoteKind.CALL, people.day.today, "x")
    write_note(session, people.day, builders.VAULT, Scope(None), agent.id, owner, note)
    session.rollback()
    for kind in FollowUp:
        page = desk.open(f"staff/follow-up?kind={kind}")
        links = page.root.xpath("//main//table//a/@href")
        listed = kind in (FollowUp.REMINDER, FollowUp.CONTACT)
        assert (desk.address(f"staff/employers/{owner}") in links) is listed
        assert any("/notes?kind=call" in one for one in links) is listed
    assert desk.get("staff/follow-up?kind=x").status_code == 404
    assert len(page.root.xpath("//nav[@class='choices']//a")) == len(FollowUp)


def test_the_lines_are_taken_away_as_a_sheet_which_is_an_event(
    people: Office, desk: Browser, agent: Colleague
) -> None:
    session = people.site.office
    owner = builders.employer(session, phone="", email="")
    number = owner.member_number
    builders.employer(session)
    session.rollback()
    sheet = desk.get("staff/follow-up/sheet?kind=contact")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    headings, line = sheet.text.splitlines()
    assert number in line and headings.count(",") == line.count(",") == 6
    last = session.execute(
        select(Event.target, Event.cause, Event.actor).order_by(Event.id.desc()).limit(1)
    ).one()
    session.rollback()
    assert tuple(last) == ("list_exported", "contact", f"staff:{agent.id}")
