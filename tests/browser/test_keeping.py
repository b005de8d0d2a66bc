"""What was typed is kept: over an expired session, and over a change of language."""

from __future__ import annotations

import pytest

from tests.browser.employers import newcomer
from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from webapp.models import Language

OTHER = {"ar": "fr", "fr": "ar"}
WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])


@pytest.fixture
def member(site: Site, language: str) -> str:
    with site.session() as session:
        return newcomer(session, Language(language))


@pytest.fixture
def journey(phone: Phone, site: Site, language: str, javascript: bool) -> Journey:
    return Journey(phone.open(f"/{language}/"), site, language, javascript)


@WITH_AND_WITHOUT
def test_a_declaration_survives_an_expired_session(
    journey: Journey, site: Site, member: str, language: str
) -> None:
    journey.sign_in_to(member, "/declarations/2026-10/edit")
    site.later(minutes=20)
    journey.fill_worksite(1, "7", "1 234 567,89")
    journey.press("check")
    assert journey.path() == "/sign-in"
    assert {"ar": "ما كتبتموه محفوظ", "fr": "conservé"}[language] in journey.text()
    journey.sign_in(member)
    assert journey.path() == "/declarations/2026-10/edit"
    assert journey.page.locator("[name$=workers]").first.input_value() == "7"
    assert journey.page.locator("[name$=leave_base]").first.input_value() == "1 234 567,89"


@WITH_AND_WITHOUT
def test_an_account_number_survives_an_expired_session(
    journey: Journey, site: Site, member: str
) -> None:
    journey.sign_in_to(member, "/activate")
    site.later(minutes=20)
    journey.type("#account", "0023456789 88")
    journey.press("check")
    journey.sign_in(member)
    assert journey.path() == "/activate"
    assert journey.page.locator("#account").input_value() == "0023456789 88"


@WITH_AND_WITHOUT
def test_a_change_of_language_keeps_what_was_typed(
    journey: Journey, member: str, language: str
) -> None:
    def change() -> None:
        journey.touch("header .language-link")
        journey.language = OTHER[journey.language]
        journey.page.wait_for_url(f"**/{journey.language}/**")

    journey.go("/sign-in")
    journey.page.locator("#member_number").fill("16/12")
    change()
    assert journey.page.locator("#member_number").input_value() == "16/12"
    assert journey.page.locator("html").get_attribute("lang") == OTHER[language]

    journey.go("/declarations/2026-10/edit")
    journey.sign_in(member)
    journey.fill_worksite(2, "9", "500000")
    change()
    assert journey.path() == "/declarations/2026-10/edit"
    assert journey.page.locator("[name$=workers]").nth(1).input_value() == "9"
    assert not journey.page.locator(".error").count()

    journey.press("add")
    journey.type("#name", "Pont 4")
    change()
    assert journey.page.locator("#name").input_value() == "Pont 4"

    journey.go("/activate")
    journey.page.locator("#account").fill("00123")
    change()
    assert journey.page.locator("#account").input_value() == "00123"


@WITH_AND_WITHOUT
def test_the_enter_key_sends_the_form_and_never_changes_the_language(
    journey: Journey, member: str, language: str
) -> None:
    journey.go("/sign-in")
    journey.page.locator("#member_number").fill("x")
    journey.page.keyboard.press("Enter")
    journey.page.wait_for_selector("#member_number-error")
    assert journey.page.locator("html").get_attribute("lang") == language
    journey.sign_in(member)
    journey.go("/declarations/2026-10/edit")
    # Before the last line Enter moves to the next one, where there are scripts.
    journey.page.locator("[name$=workers]").last.fill("x")
    journey.page.keyboard.press("Enter")
    journey.page.wait_for_selector("#errors")
    assert journey.path() == "/declarations/2026-10/edit"
    assert journey.page.locator("html").get_attribute("lang") == language
