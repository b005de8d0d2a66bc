"""One's own access: password, app, recovery codes, sessions."""

from __future__ import annotations

import base64

import pytest

from tests import builders
from tests.services.staff import PASSWORD, Colleague, code_of
from tests.views.browser import Browser
from tests.views.staff.conftest import Office

NEW = "une autre phrase"


@pytest.fixture
def browser(people: Office, agent: Colleague, language: str) -> Browser:
    return people.browser(agent, language)


def change(people: Office, browser: Browser, who: Colleague, **other: str) -> object:
    form = browser.open("staff/account/password").form()
    fields = {"old": PASSWORD, "password": NEW, "again": NEW, "code": people.code(who)}
    return browser.post("staff/account/password", form | fields | other)


def test_the_password_is_changed_with_the_old_one_and_the_app(
    people: Office, browser: Browser, agent: Colleague
) -> None:
    other = people.browser(agent, browser.language)
    assert change(people, browser, agent).location == browser.address("staff/account")  # type: ignore[attr-defined]
    browser.open("staff/account")
    assert other.get("staff").status_code == 302
    assert people.give_password(other, agent).status_code == 422
    agent.password = NEW
    assert people.sign_in(other, agent).status_code == 302


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"old": "not the old one"}, {"old"}),
        ({"password": "short", "again": "short"}, {"password"}),
        ({"again": "something else"}, {"again"}),
        ({"code": "000000"}, {"code"}),
        ({"code": ""}, {"code"}),
        ({"password": "", "again": ""}, {"password"}),
    ],
)
def test_a_password_that_cannot_be_taken_is_told_beside_its_field(
    people: Office, browser: Browser, agent: Colleague, fields: dict[str, str], wrong: set[str]
) -> None:
    page = browser.refused(change(people, browser, agent, **fields))  # type: ignore[arg-type]
    assert set(page.errors()) == wrong
    other = people.site.browser(browser.language)
    assert people.sign_in(other, agent).status_code == 302, "the old one is still good"


def test_another_app_is_set_up_and_the_old_one_opens_nothing(
    people: Office, browser: Browser, agent: Colleague
) -> None:
    form = browser.open("staff/account/app").form()
    seal = base64.urlsafe_b64decode(form["setup"])
    secret = builders.VAULT.open(seal, f"staff-setup:{agent.reference}")
    page = browser.refused(browser.post("staff/account/app", form | {"code": "000000"}))
    assert page.form()["setup"] == form["setup"]
    sent = browser.post("staff/account/app", form | {"code": code_of(secret, people.day)})
    assert len(browser.page(sent).root.xpath("//ol[contains(@class, 'codes')]/li")) == 10
    other = people.site.browser(browser.language)
    people.give_password(other, agent)
    assert people.give_code(other, people.code(agent)).status_code == 422
    agent.secret = secret
    assert people.give_code(other, people.code(agent)).status_code == 302


def test_new_recovery_codes_end_the_old_ones(
    people: Office, browser: Browser, agent: Colleague
) -> None:
    page = browser.open("staff/account/recovery-codes")
    shown = browser.page(browser.post("staff/account/recovery-codes", page.form()))
    codes = [one.text_content() for one in shown.root.xpath("//ol[contains(@class,'codes')]/li")]
    other = people.site.browser(browser.language)
    people.give_password(other, agent)
    assert people.give_code(other, agent.recovery_codes[0]).status_code == 422
    assert people.give_code(other, codes[0]).status_code == 302


def test_few_recovery_codes_are_warned_of(
    people: Office, browser: Browser, agent: Colleague
) -> None:
    assert not browser.open("staff").root.xpath("//a[contains(@href, 'recovery-codes')]")
    for code in agent.recovery_codes[:8]:
        other = people.site.browser(browser.language)
        people.site.clock.wait(minutes=4)
        browser.open("staff")
        people.give_password(other, agent)
        assert people.give_code(other, code).status_code == 302
    assert browser.open("staff").root.xpath("//a[contains(@href, 'recovery-codes')]")


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(
    people: Office, browser: Browser, agent: Colleague
) -> None:
    others = [people.browser(agent, browser.language) for _ in range(3)]
    page = browser.open("staff/account/sessions")
    ids = page.root.xpath("//main//button[@name='session'][@value!='others']/@value")
    # The one of the invitation, and the three others.
    assert len(ids) == 4
    form = {"csrf_token": page.form()["csrf_token"]}
    assert browser.post("staff/account/sessions", form | {"session": ids[0]}).status_code == 302
    assert [other.get("staff").status_code for other in others].count(302) == 1
    assert browser.post("staff/account/sessions", form | {"session": "others"}).status_code == 302
    assert {other.get("staff").status_code for other in others} == {302}
    browser.open("staff")


@pytest.mark.parametrize("which", ["", "x", "-1", "999999999", "9" * 30, "٣"])
def test_a_session_that_is_not_one_s_own_is_missing(browser: Browser, which: str) -> None:
    token = browser.open("staff/account/sessions").root.xpath("//input[@name='csrf_token']/@value")[
        0
    ]
    response = browser.post("staff/account/sessions", {"csrf_token": token, "session": which})
    assert response.status_code == 404


def test_the_session_of_a_colleague_is_missing(
    people: Office, browser: Browser, administrator: Colleague
) -> None:
    other = people.browser(administrator, browser.language)
    other.open("staff")
    page = browser.open("staff/account/sessions")
    form = {"csrf_token": page.root.xpath("//input[@name='csrf_token']/@value")[0]}
    for which in range(1, 9):
        own = page.root.xpath(f"//button[@value='{which}']")
        if not own:
            browser.post("staff/account/sessions", form | {"session": str(which)})
    other.open("staff")
