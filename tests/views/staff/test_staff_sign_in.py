"""The staff's door: nobody learns from it who works here, and no old cookie opens it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser, Site
from tests.views.staff.conftest import Office
from webapp.models import Employer, WebSession
from webapp.views.visitor import STAFF


def without_token(text: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text)


def test_password_and_app_open_the_staff_area(
    people: Office, agent: Colleague, language: str
) -> None:
    browser = people.browser(agent, language)
    page = browser.open("staff")
    assert page.heading in page.title
    assert browser.get("staff/sign-in").location == browser.address("staff")


def test_one_comes_back_to_the_page_that_was_asked_for(
    people: Office, agent: Colleague, language: str
) -> None:
    browser = people.site.browser(language)
    assert browser.get("staff/employers").location == browser.address("staff/sign-in")
    assert people.sign_in(browser, agent).location == browser.address("staff/employers")
    assert browser.post("staff/sign-out", {"csrf_token": browser.token()}).status_code == 302


def test_after_an_act_that_came_too_late_one_comes_home(
    people: Office, agent: Colleague, language: str
) -> None:
    browser = people.browser(agent, language)
    form = browser.open("staff/account/sessions").form()
    people.site.clock.wait(minutes=15)
    late = browser.post("staff/account/sessions", form | {"session": "others"})
    assert late.location == browser.address("staff/sign-in")
    assert people.sign_in(browser, agent).location == browser.address("staff")


def test_an_unknown_address_gets_the_same_page_as_a_wrong_password(
    people: Office, agent: Colleague, language: str
) -> None:
    answers = []
    for email in (agent.email, "nobody@fonds.example"):
        browser = people.site.browser(language)
        response = people.give_password(browser, agent, email=email, password="not the password")
        page = browser.refused(response)
        assert "password" in page.errors()
        answers.append(without_token(response.text).replace(email, ""))
    assert answers[0] == answers[1]
    assert people.site.office.scalar(
        select(func.count()).select_from(WebSession).where(WebSession.proved_at.is_(None))
    ) == 0  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": ""}, {"email"}),
        ({"email": "nobody"}, {"email"}),
        ({"email": "x" * 300}, {"email"}),
        ({"email": "a\x00@b.dz"}, {"password"}),
        ({"password": ""}, {"password"}),
        ({"password": "\x00"}, {"password"}),
        ({"password": "x" * 5000}, {"password"}),
    ],
)
def test_what_cannot_be_right_is_said_beside_the_field_and_the_address_is_kept(
    people: Office, agent: Colleague, fields: dict[str, str], wrong: set[str]
) -> None:
    browser = people.site.browser("fr")
    page = browser.refused(people.give_password(browser, agent, **fields))
    assert set(page.errors()) == wrong
    assert page.form()["password"] == "", "a password is never sent back"
    if "email" not in fields:
        assert page.form()["email"] == agent.email


def test_the_password_alone_opens_no_page(people: Office, agent: Colleague, language: str) -> None:
    browser = people.site.browser(language)
    people.give_password(browser, agent)
    for place in ("staff", "staff/employers", "staff/account"):
        assert browser.get(place).location == browser.address("staff/sign-in/code")
    people.site.clock.wait(minutes=10)
    assert browser.get("staff/sign-in/code").location == browser.address("staff/sign-in")


def test_a_code_of_the_app_is_taken_once(people: Office, agent: Colleague, language: str) -> None:
    code = people.code(agent)
    first, second = people.site.browser(language), people.site.browser(language)
    for browser in (first, second):
        people.give_password(browser, agent)
    assert people.give_code(first, code).status_code == 302
    page = second.refused(people.give_code(second, code))
    assert set(page.errors()) == {"code"}


def test_a_recovery_code_opens_once_and_says_so(
    people: Office, agent: Colleague, language: str
) -> None:
    code = agent.recovery_codes[0]
    browser = people.site.browser(language)
    people.give_password(browser, agent)
    assert people.give_code(browser, code).status_code == 302
    assert browser.open("staff").root.xpath("//*[@role='status']//h2")
    other = people.site.browser(language)
    people.give_password(other, agent)
    assert people.give_code(other, code).status_code == 422


def test_too_many_tries_are_told_and_end(people: Office, agent: Colleague) -> None:
    browser = people.site.browser("fr")
    for _ in range(10):
        people.give_password(browser, agent, password="wrong wrong")
    page = browser.refused(people.give_password(browser, agent))
    assert "15" in page.errors()["password"]
    people.site.clock.wait(minutes=14.5)
    page = browser.refused(people.give_password(browser, agent))
    assert "1\u00a0minute" in page.errors()["password"] or "1 minute" in page.errors()["password"]
    people.site.clock.wait(minutes=1)
    assert people.give_password(browser, agent).status_code == 302


# ── the cookie ───────────────────────────────────────────────────────────────────────────────


def test_a_planted_cookie_gains_nothing_by_a_sign_in(people: Office, agent: Colleague) -> None:
    browser, thief = people.site.browser("fr"), people.site.browser("fr")
    browser.open("staff/sign-in")
    before = browser.cookie()
    people.give_password(browser, agent)
    waiting = browser.cookie()
    people.give_code(browser, people.code(agent))
    for planted in (before, waiting):
        thief.take_cookie(planted)
        assert thief.get("staff").location == "/fr/staff/sign-in"
    browser.open("staff")


def test_after_signing_out_the_old_cookie_opens_nothing(
    people: Office, agent: Colleague, language: str
) -> None:
    browser = people.browser(agent, language)
    old = browser.cookie()
    page = browser.open("staff")
    browser.post("staff/sign-out", {"csrf_token": page.root.xpath("//nav//input/@value")[0]})
    browser.take_cookie(old)
    assert browser.get("staff").location == browser.address("staff/sign-in")


def test_signing_in_as_one_of_the_staff_ends_the_employer_s_session(
    people: Office, agent: Colleague, browser: Browser
) -> None:
    old = browser.cookie()
    people.sign_in(browser, agent)
    assert browser.get("home").location == browser.address("sign-in")
    thief = people.site.browser(browser.language)
    thief.take_cookie(old)
    assert thief.get("home").location == browser.address("sign-in")


def test_signing_in_as_an_employer_ends_the_session_of_the_staff(
    people: Office, agent: Colleague, owner: Employer, language: str
) -> None:
    browser = people.browser(agent, language)
    old = browser.cookie()
    browser.sign_in(owner.member_number)
    browser.open("home")
    assert browser.get("staff").location == browser.address("staff/sign-in")
    thief = people.site.browser(language)
    thief.take_cookie(old)
    assert thief.get("staff").location == browser.address("staff/sign-in")


def test_a_token_of_an_employer_is_none_of_the_staff_and_the_other_way_round(
    people: Office, agent: Colleague, site: Site
) -> None:
    owner = builders.employer(site.office)
    employers = site.browser("fr")
    employers.sign_in(owner.member_number)
    with employers.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    thief = site.browser("fr")
    with thief.client.session_transaction() as cookie:
        cookie[STAFF] = token
    assert thief.get("staff").location == "/fr/staff/sign-in"
    with thief.client.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = agent.token
    assert thief.get("home").location == "/fr/sign-in"


def test_an_idle_session_ends_and_says_so(people: Office, agent: Colleague, language: str) -> None:
    browser = people.browser(agent, language)
    people.site.clock.wait(minutes=15)
    assert browser.get("staff").location == browser.address("staff/sign-in")
    assert browser.open("staff/sign-in").root.xpath("//*[@role='status']//h2")


def test_the_cookie_holds_neither_name_nor_role(people: Office, agent: Colleague) -> None:
    browser = people.browser(agent, "fr")
    browser.open("staff")
    with browser.client.session_transaction() as cookie:
        assert set(cookie) <= {"staff", "csrf_token", "language", "_flashes"}
        assert agent.email not in str(cookie)


def test_pages_of_the_staff_stay_in_no_browser(people: Office, agent: Colleague) -> None:
    browser = people.browser(agent, "fr")
    for place in ("staff", "staff/employers", "staff/account"):
        assert browser.get(place).headers["Cache-Control"] == "no-store"
