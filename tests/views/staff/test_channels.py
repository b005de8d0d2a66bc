"""The pages of the collecting accounts: an administrator's, with a fresh proof."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from webapp.domain.channel_terms import NameProfile, SftpServer
from webapp.domain.roles import Role
from webapp.models import Event
from webapp.services.channels import find_channel

PLACE = "staff/channels/BNA"
KEY = "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()
SERVER = {
    "transport": "sftp", "host": "sftp.bna.example", "port": "", "user": "cacobatph",
    "folder": "/in", "host_key": f"{KEY} bna",
}  # fmt: skip


def proved(people: Office, who: Colleague, language: str) -> Browser:
    browser = people.browser(who, language)
    people.site.clock.wait(minutes=6)
    people.prove(browser, who, PLACE)
    return browser


def typed_in(page: Page, field: str) -> str:
    """What stands in a field, of one line or of several."""
    (control,) = page.root.xpath(f"//*[@id='{field}']")
    return str(control.get("value") or control.text_content()).strip()


def test_the_terms_of_a_channel_are_shown_and_changed(
    people: Office, administrator: Colleague, language: str
) -> None:
    office = people.site.office
    browser = proved(people, administrator, language)
    form = browser.open(PLACE).form()
    assert (form["layout"], form["lead_days"], form["cut_off"]) == ("pain.008.001.08", "1", "12:00")
    new = SERVER | {"layout": "csv1", "names": "latin", "cut_off": "9h30", "lead_days": "2"}
    saved = browser.post(PLACE, form | new)
    assert saved.location == browser.address("staff/channels")
    terms = find_channel(office, "BNA").terms
    assert (terms.layout, terms.names, terms.lead_days) == ("csv1", NameProfile.LATIN, 2)
    assert terms.server == SftpServer("sftp.bna.example", 22, "cacobatph", "/in", KEY)
    actors = set(office.scalars(select(Event.actor).where(Event.target == "channel_changed")))
    office.rollback()
    assert actors == {f"staff:{administrator.id}"}
    listed = browser.open("staff/channels")
    assert listed.root.xpath("//*[@role='status']")
    rows = listed.root.xpath("//table//tbody/tr")
    assert "sftp.bna.example" in rows[0].text_content() and "csv1" in rows[0].text_content()
    assert typed_in(browser.open(PLACE), "host_key") == KEY


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"layout": "cfonb160"}, "layout"),
        ({"names": ""}, "names"),
        ({"lead_days": "5"}, "lead_days"),
        ({"lead_days": "-1"}, "lead_days"),
        ({"cut_off": "25:00"}, "cut_off"),
        ({"file_limit": "0"}, "file_limit"),
        ({"transport": "pigeon"}, "transport"),
        (SERVER | {"host": "a b"}, "host"),
        (SERVER | {"port": "99999"}, "port"),
        (SERVER | {"user": ""}, "user"),
        (SERVER | {"folder": "../x"}, "folder"),
        (SERVER | {"host_key": "ssh-ed25519 AAAA"}, "host_key"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(
    people: Office, administrator: Colleague, language: str, typed: dict[str, str], field: str
) -> None:
    browser = proved(people, administrator, language)
    before = find_channel(people.site.office, "BNA")
    form = browser.open(PLACE).form() | typed
    page = browser.refused(browser.post(PLACE, form))
    assert list(page.errors()) == [field]
    if field not in {"layout", "names", "transport"}:
        assert typed_in(page, field) == typed[field]
    assert find_channel(people.site.office, "BNA") == before


def test_what_is_typed_about_a_server_counts_only_with_sftp(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = proved(people, administrator, language)
    form = browser.open(PLACE).form() | {"host": "not a host", "port": "x"}
    assert browser.post(PLACE, form).status_code == 302
    assert find_channel(people.site.office, "BNA").terms.server is None


def test_an_old_proof_is_asked_for_anew_and_an_unknown_channel_is_not_found(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    assert browser.get("staff/channels/NONE").status_code == 404
    people.site.clock.wait(minutes=6)
    assert browser.open(PLACE).root.xpath("//input[@name='proof_code']")


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.COLLECTOR])
def test_nobody_else_sees_them(people: Office, role: Role, language: str) -> None:
    who = people.colleague(role, people.agencies()[0] if role is Role.AGENT else None)
    browser = people.browser(who, language)
    for place in ("staff/channels", PLACE):
        assert browser.get(place).status_code == 403
