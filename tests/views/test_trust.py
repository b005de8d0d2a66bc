"""The pages of an employer's own affairs, and of the people who act for employers."""

from __future__ import annotations

import pytest

from tests.views.browser import Browser, Site
from webapp.models import Employer

EMAIL = "samir@cabinet.example"
FIREFOX = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:141.0) Gecko/141.0 Firefox/141.0"}
OF_THE_EMPLOYER = ("settings", "delegates", "delegates/new", "activate")
FOR_ALL = ("my-data", "my-data/looks", "my-data/corrections", "sessions", "home", "declarations")


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """The pages of signing in are a part of this."""
    visitor.sign_in(owner.member_number)
    return visitor


def let_in(browser: Browser, *, may_sign: bool = False) -> None:
    page = browser.open("delegates/new")
    ticked = {"may_sign": "y"} if may_sign else {}
    answer = browser.post("delegates/new", page.form() | {"name": "سمير", "email": EMAIL} | ticked)
    assert answer.location == browser.address("delegates")


def person_at(site: Site, language: str) -> Browser:
    browser = site.browser(language)
    page = browser.open("sign-in/person")
    asked = browser.post("sign-in/person", page.form() | {"email": EMAIL.upper()})
    assert asked.location == browser.address("sign-in/code")
    page = browser.open("sign-in/code")
    entered = browser.post("sign-in/code", page.form(0) | {"code": site.last_code()})
    assert entered.status_code == 302
    return browser


def act(browser: Browser) -> None:
    page = browser.open("person/employers")
    (address,) = page.root.xpath("//form[contains(@action, 'person/employers/')]/@action")
    assert browser.post(address, page.form(0)).status_code == 302


def test_every_page_of_ones_own_affairs_opens(browser: Browser) -> None:
    for place in (*FOR_ALL, *OF_THE_EMPLOYER):
        browser.open(place)


def test_who_acts_declares_and_does_not_sign(site: Site, browser: Browser) -> None:
    let_in(browser)
    person = person_at(site, browser.language)
    assert person.get("home").location == person.address("person/employers")
    act(person)
    for place in FOR_ALL:
        person.open(place)
    for place in OF_THE_EMPLOYER:
        page = person.open(place, status=403)
        assert page.root.xpath("//h1")


def test_who_may_sign_signs_with_a_code_of_their_own(site: Site, browser: Browser) -> None:
    let_in(browser, may_sign=True)
    person = person_at(site, browser.language)
    act(person)
    person.open("activate")
    for place in ("settings", "delegates"):
        person.open(place, status=403)


def test_what_ended_ends_on_the_next_page(site: Site, browser: Browser) -> None:
    let_in(browser)
    person = person_at(site, browser.language)
    act(person)
    person.open("home")
    page = browser.open("delegates")
    (address,) = page.root.xpath("//a[contains(@href, '/end')]/@href")
    assert browser.send(address).location == browser.address("delegates")
    assert person.get("home").location == person.address("person/employers")
    page = person.open("person/employers")
    assert not page.root.xpath("//form[contains(@action, 'person/employers/')]")
    assert browser.get(address).status_code == 404


def test_an_act_of_weight_asks_for_a_fresh_code_and_keeps_what_was_typed(
    site: Site, browser: Browser
) -> None:
    site.clock.wait(minutes=11)
    page = browser.open("delegates/new")
    typed = page.form() | {"name": "سمير", "email": EMAIL}
    before = browser.cookie()
    assert browser.post("delegates/new", typed).location == browser.address("confirm")
    assert browser.send("confirm", step="ask").status_code == 200
    wrong = browser.send("confirm", step="confirm", code="12")
    browser.refused(wrong)
    done = browser.send("confirm", step="confirm", code=site.last_code())
    assert done.location == browser.address("delegates/new")
    assert browser.open("delegates/new").form()["email"] == EMAIL
    thief = site.browser(browser.language)
    thief.take_cookie(before)
    assert thief.get("home").status_code == 302, "the token of before opens nothing"
    let_in(browser)


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "email": EMAIL},
        {"name": "S", "email": ""},
        {"name": "S", "email": "not an address"},
        {"name": "S", "email": "a@b"},
        {"name": "x" * 141, "email": EMAIL},
    ],
)
def test_a_person_that_cannot_be_is_refused_beside_the_field(
    browser: Browser, typed: dict[str, str]
) -> None:
    page = browser.refused(browser.send("delegates/new", **typed))
    assert page.form()["email"] == typed["email"]


def test_the_same_person_twice_is_refused_kindly(browser: Browser) -> None:
    let_in(browser)
    assert "email" in browser.refused(browser.send("delegates/new", name="S", email=EMAIL)).errors()


def test_an_unknown_address_gets_the_same_page(site: Site, visitor: Browser) -> None:
    answer = visitor.send("sign-in/person", email="nobody@cabinet.example")
    assert answer.location == visitor.address("sign-in/code")
    assert site.messages() == []
    page = visitor.open("sign-in/code")
    visitor.refused(visitor.post("sign-in/code", page.form(0) | {"code": "123456"}))
    again = visitor.open("sign-in/code")
    visitor.refused(visitor.post("sign-in/code", again.form(0) | {"step": "resend"}))


def test_sessions_are_told_apart_and_ended(site: Site, browser: Browser, owner: Employer) -> None:
    other = site.browser(browser.language)
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX["User-Agent"]
    other.sign_in(owner.member_number)
    page = browser.open("sessions")
    assert "Firefox · Android" in page.response.text
    (address,) = page.root.xpath(
        "//form[contains(@action, '/end')][not(contains(@action, 'others'))]/@action"
    )
    token = browser.token_of_session()
    assert browser.post(address, {"csrf_token": token}).location == browser.address("sessions")
    assert other.get("home").status_code == 302
    assert browser.post(address, {"csrf_token": token}).status_code == 404
    other.sign_in(owner.member_number)
    browser.post("sessions/end-others", {"csrf_token": token})
    assert other.get("home").status_code == 302
    browser.open("home")


def test_settings_are_saved_and_count_for_the_next_code(
    site: Site, browser: Browser, owner: Employer
) -> None:
    page = browser.open("settings")
    kept = browser.post("settings", page.form() | {"notices": "portal", "tongue": "fr"})
    assert kept.location == browser.address("my-data")
    form = browser.open("settings").form()
    assert (form["notices"], form["tongue"]) == ("portal", "fr")
    browser.refused(browser.post("settings", form | {"codes": "pigeon"}))


def test_a_correction_is_asked_for_and_listed(browser: Browser) -> None:
    browser.refused(browser.send("my-data/corrections", wish="  "))
    browser.refused(browser.send("my-data/corrections", wish="x" * 1_001))
    sent = browser.send("my-data/corrections", subject="name", wish="الاسم <b>خطأ</b>\nسطر")
    assert sent.location == browser.address("my-data/corrections")
    text = browser.open("my-data/corrections").response.text
    assert "الاسم &lt;b&gt;خطأ&lt;/b&gt;" in text
