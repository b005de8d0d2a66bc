"""Signing in tells nobody who is a member, opens only our own pages, and counts every try."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import signed_in
from tests.views.browser import Browser, Site
from tests.views.test_query_counts import counting
from webapp.models import Employer, OneTimeCode, WebSession
from webapp.services.delegations import grant

UNKNOWN = "99/999999"
EMPLOYER_PLACES = ["home", "debits", "declarations", "activate", "declarations/2026-10/edit"]


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """The owner has come in by the pages."""
    visitor.sign_in(owner.member_number)
    return visitor


def without_token(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text)


def seen(browser: Browser, response: TestResponse) -> tuple[object, ...]:
    """Everything that a visitor, or a script of theirs, can tell answers apart by."""
    cookies = sorted(re.findall(r"(?:^|, )([\w-]+)=", response.headers.get("Set-Cookie", "")))
    headers = sorted(
        (name, value)
        for name, value in response.headers
        if name not in {"Set-Cookie", "Content-Length"}
    )
    return response.status_code, headers, cookies, without_token(response.text)


@pytest.mark.parametrize("steps", [1, 2, 6])
def test_a_member_cannot_be_told_from_anybody_else(
    site: Site, visitor: Browser, steps: int
) -> None:
    member = builders.employer(site.office).member_number
    without_contact = builders.employer(site.office, phone="", email="").member_number
    site.office.rollback()
    answers = []
    for number in (member, without_contact, UNKNOWN):
        browser = site.browser(visitor.language)
        told = [seen(browser, browser.ask_for_code(number))]
        page = browser.open("sign-in/code")
        told.append(seen(browser, page.response))
        for _ in range(steps):
            wrong = browser.post("sign-in/code", page.form(0) | {"code": "000000"})
            told.append(seen(browser, wrong))
        told.append(seen(browser, browser.post("sign-in/code", page.form(1) | {"step": "resend"})))
        site.clock.wait(seconds=61)
        told.append(seen(browser, browser.post("sign-in/code", page.form(1) | {"step": "resend"})))
        site.clock.wait(seconds=-61)
        answers.append(told)
    assert answers[0] == answers[1] == answers[2]
    assert len(site.messages()) == 2


def verbs(told: list[str]) -> list[str]:
    """What the database was asked, without what a savepoint that was kept or not is called."""
    return [one.split(" ")[0] for one in told if not one.startswith(("RELEASE", "ROLLBACK"))]


def until_answered(browser: Browser, place: str, fields: dict[str, str]) -> list[str]:
    """What the database is asked until the answer is there; the code is sent afterwards."""
    browser.site.office.rollback()
    with counting(browser.site) as told:
        answer = browser.client.post(browser.address(place), data=fields, buffered=False)
        found = verbs(told)
        answer.close()
    return found


def asked_of_the_database(site: Site, place: str, field: str, typed: str) -> list[list[str]]:
    """Statements of each step of somebody who types this, tries a code and asks for another."""
    browser = site.browser()
    steps = [until_answered(browser, place, browser.open(place).form() | {field: typed})]
    page = browser.open("sign-in/code")
    steps.append(until_answered(browser, "sign-in/code", page.form(0) | {"code": "000000"}))
    site.clock.wait(seconds=61)
    steps.append(until_answered(browser, "sign-in/code", page.form(1) | {"step": "resend"}))
    return steps


def test_the_database_is_asked_as_much_for_a_stranger_as_for_a_member(site: Site) -> None:
    member = builders.employer(site.office).member_number
    silent = builders.employer(site.office, phone="", email="").member_number
    found = [
        asked_of_the_database(site, "sign-in", "member_number", number)
        for number in (member, silent, UNKNOWN)
    ]
    assert found[0] == found[1] == found[2]
    assert all(len(step) >= 2 for step in found[0])
    assert len(site.messages()) == 2


def test_the_database_is_asked_as_much_for_a_strange_address_as_for_a_known_one(
    site: Site,
) -> None:
    owner, known = builders.employer(site.office), "samir@cabinet.example"
    day = builders.working_day(site.office, FILED)
    grant(site.office, day, builders.VAULT, signed_in(owner), "S", known, "fr", may_sign=False)
    found = [
        asked_of_the_database(site, "sign-in/person", "email", address)
        for address in (known, "nobody@cabinet.example")
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize("steps", [1, 6])
def test_a_person_cannot_be_told_from_anybody_else(
    site: Site, visitor: Browser, steps: int
) -> None:
    owner, known = builders.employer(site.office), "samir@cabinet.example"
    day = builders.working_day(site.office, FILED)
    grant(site.office, day, builders.VAULT, signed_in(owner), "S", known, "fr", may_sign=False)
    answers = []
    for address in (known, "nobody@cabinet.example"):
        browser = site.browser(visitor.language)
        told = [seen(browser, browser.send("sign-in/person", email=address))]
        page = browser.open("sign-in/code")
        told.append(seen(browser, page.response))
        for _ in range(steps):
            wrong = browser.post("sign-in/code", page.form(0) | {"code": "000000"})
            told.append(seen(browser, wrong))
        for wait in (0, 61):
            site.clock.wait(seconds=wait)
            again = browser.post("sign-in/code", page.form(1) | {"step": "resend"})
            told.append(seen(browser, again))
            site.clock.wait(seconds=-wait)
        answers.append(told)
    assert answers[0] == answers[1]
    assert len(site.messages()) == 2


def test_the_code_is_sent_once_and_opens_the_home(visitor: Browser, owner: Employer) -> None:
    entered = visitor.sign_in(owner.member_number)
    assert entered.location == visitor.address("home")
    assert len(visitor.site.messages()) == 1
    assert visitor.site.messages()[0]["language"] == visitor.language
    visitor.open("home")


def test_the_code_is_in_no_page_and_in_no_header(visitor: Browser, owner: Employer) -> None:
    asked = visitor.ask_for_code(owner.member_number)
    code = visitor.site.last_code()
    page = visitor.open("sign-in/code")
    for response in (asked, page.response):
        assert code not in response.text and code not in str(response.headers)


@pytest.mark.parametrize("typed", ["arabic", "spaced"])
def test_a_code_is_read_however_it_is_typed(visitor: Browser, owner: Employer, typed: str) -> None:
    visitor.ask_for_code(owner.member_number)
    code = visitor.site.last_code()
    arabic = code.translate({ord(str(n)): "٠١٢٣٤٥٦٧٨٩"[n] for n in range(10)})
    written = arabic if typed == "arabic" else f"\u200f {code[:3]}\u00a0{code[3:]} "
    page = visitor.open("sign-in/code")
    assert visitor.post("sign-in/code", page.form(0) | {"code": written}).status_code == 302


def test_after_five_wrong_codes_the_right_one_opens_nothing(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    visitor.ask_for_code(owner.member_number)
    code = site.last_code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    page = visitor.open("sign-in/code")
    for _ in range(5):
        visitor.refused(visitor.post("sign-in/code", page.form(0) | {"code": wrong}))
    visitor.refused(visitor.post("sign-in/code", page.form(0) | {"code": code}))
    assert site.office.scalar(select(func.count()).select_from(WebSession)) == 0


def test_the_sixth_code_in_half_an_hour_is_refused_with_the_wait(
    visitor: Browser, owner: Employer
) -> None:
    for _ in range(5):
        assert visitor.ask_for_code(owner.member_number).status_code == 302
    visitor.site.clock.wait(minutes=10)
    page = visitor.refused(visitor.ask_for_code(owner.member_number))
    assert "20" in page.errors()["member_number"]
    assert page.root.get_element_by_id("member_number").get("value") == owner.member_number
    assert len(visitor.site.messages()) == 5


def test_another_code_is_sent_after_a_minute_and_not_before(
    visitor: Browser, owner: Employer
) -> None:
    visitor.ask_for_code(owner.member_number)
    page = visitor.open("sign-in/code")
    again = page.form(1) | {"step": "resend"}
    visitor.site.clock.wait(seconds=20)
    assert "40" in visitor.refused(visitor.post("sign-in/code", again)).errors()["code"]
    visitor.site.clock.wait(seconds=40)
    first = visitor.site.last_code()
    assert visitor.post("sign-in/code", again).location == visitor.address("sign-in/code")
    assert len(visitor.site.messages()) == 2
    second = visitor.site.last_code()
    if first != second:
        visitor.refused(visitor.post("sign-in/code", page.form(0) | {"code": first}))
    assert visitor.post("sign-in/code", page.form(0) | {"code": second}).status_code == 302


@pytest.mark.parametrize("place", EMPLOYER_PLACES)
def test_after_signing_in_the_visitor_is_where_they_wanted_to_go(
    visitor: Browser, owner: Employer, place: str
) -> None:
    assert visitor.get(place).location == visitor.address("sign-in")
    assert visitor.sign_in(owner.member_number).location == visitor.address(place)


@pytest.mark.parametrize(
    "lure",
    [
        "sign-in?next=https://evil.example/",
        "sign-in?next=//evil.example",
        "home?next=//evil.example/",
        "//evil.example/home",
        "/fr//evil.example/home",
        "/\\evil.example/home",
        "declarations/%2F%2Fevil.example/edit",
        "authorisations/..%2f..%2f%2fevil.example",
        "debits/https:%2F%2Fevil.example",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(
    visitor: Browser, owner: Employer, lure: str
) -> None:
    visitor.client.get(visitor.address(lure), headers={"Referer": "https://evil.example/"})
    location = visitor.sign_in(owner.member_number).location
    assert location is not None and re.match(r"/(ar|fr)/[^/\\]", location)


def test_who_is_signed_in_need_not_sign_in_again(browser: Browser) -> None:
    for _ in range(2):
        assert browser.get("sign-in").location == browser.address("home")


def test_without_an_attempt_there_is_no_page_for_the_code(visitor: Browser) -> None:
    assert visitor.get("sign-in/code").location == visitor.address("sign-in")


def test_the_code_of_another_browser_s_attempt_opens_nothing_here(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    theirs = site.browser(visitor.language)
    theirs.ask_for_code(owner.member_number)
    first = site.last_code()
    visitor.ask_for_code(owner.member_number)
    if site.last_code() != first:
        page = visitor.open("sign-in/code")
        visitor.refused(visitor.post("sign-in/code", page.form(0) | {"code": first}))
    page = theirs.open("sign-in/code")
    assert theirs.post("sign-in/code", page.form(0) | {"code": first}).status_code == 302


def test_the_language_switch_keeps_the_number_and_sends_no_code(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    other = {"ar": "fr", "fr": "ar"}[visitor.language]
    sent = visitor.open("sign-in").form() | {"member_number": "16/1", "language": other}
    response = visitor.post(f"/{other}/sign-in", sent)
    page = visitor.page(response)
    assert response.status_code == 200 and not page.errors()
    assert page.root.get_element_by_id("member_number").get("value") == "16/1"
    assert site.office.scalar(select(func.count()).select_from(OneTimeCode)) == 0
