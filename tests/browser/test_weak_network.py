"""Where the network goes away: the page says so, keeps what was typed, and sends nothing itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.browser.employers import newcomer
from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_journeys import rows_of
from tests.browser.test_once import posts_of, ready_to_sign
from webapp.models import Language, Mandate

SIGN = "main button[value=sign]"
IN_ONE_LANGUAGE = pytest.mark.parametrize("language", ["fr"])
AWAY, BACK = "[data-network=away]", "[data-network=back]"
WORDS = {"ar": ("لا توجد شبكة", "عادت الشبكة"), "fr": ("Pas de réseau", "Le réseau est revenu")}


@pytest.fixture
def member(site: Site, language: str) -> str:
    with site.session() as session:
        return newcomer(session, Language(language))


@pytest.fixture
def journey(phone: Phone, site: Site, language: str, member: str) -> Journey:
    # Chromium says itself that what it asked for did not come.
    phone.expected += ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    journey = Journey(phone.open(f"/{language}/"), site, language)
    journey.sign_in_to(member, "/activate")
    return journey


def typed(page: Page) -> list[str]:
    return [page.locator(name).input_value() for name in ("#account", "#quality", "#code")]


def test_without_network_a_form_stays_as_it_is_and_signs_once_it_is_back(
    phone: Phone, journey: Journey, site: Site, language: str, member: str
) -> None:
    ready_to_sign(journey, site)
    page, away, back = journey.page, journey.page.locator(AWAY), journey.page.locator(BACK)
    before, sent = typed(page), posts_of(page)
    phone.context.set_offline(True)
    away.wait_for()
    assert WORDS[language][0] in away.inner_text() and away.locator("svg").is_visible()
    page.locator(SIGN).click()
    page.locator(SIGN).click()
    assert journey.path() == "/activate" and typed(page) == before
    assert away.is_visible() and not sent
    phone.context.set_offline(False)
    back.wait_for()
    assert WORDS[language][1] in back.inner_text() and not away.is_visible()
    page.wait_for_timeout(300)
    assert not sent, "nothing is sent by itself"
    page.locator(SIGN).dblclick()
    page.wait_for_url("**/authorisations/*")
    assert len(sent) == 1 and rows_of(site, Mandate, member) == 1


@IN_ONE_LANGUAGE
def test_where_nobody_is_reached_the_page_says_so_and_the_button_works_again(
    journey: Journey, site: Site, member: str
) -> None:
    """The browser thinks that there is a network, and nothing comes through."""
    ready_to_sign(journey, site)
    page = journey.page
    before, sent = typed(page), posts_of(page)

    def lose(route: Route) -> None:
        route.abort()

    page.route("**/*", lose)
    page.locator(SIGN).click()
    page.locator(AWAY).wait_for()
    assert typed(page) == before and not page.locator(".busy").count() and not sent
    page.unroute("**/*")
    page.locator(SIGN).click()
    page.wait_for_url("**/authorisations/*")
    assert rows_of(site, Mandate, member) == 1


@IN_ONE_LANGUAGE
def test_an_impatient_thumb_on_a_slow_network_sends_once(journey: Journey, site: Site) -> None:
    ready_to_sign(journey, site)
    page, sent = journey.page, posts_of(journey.page)

    def wait(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/*.svg*", wait)
    for _ in range(3):
        page.locator(SIGN).click(no_wait_after=True)
    page.wait_for_url("**/authorisations/*")
    assert len(sent) == 1


@IN_ONE_LANGUAGE
def test_a_form_can_be_sent_again_after_a_sending_that_led_nowhere(
    journey: Journey, site: Site, member: str
) -> None:
    ready_to_sign(journey, site)
    page = journey.page
    page.clock.install()
    sent = posts_of(page)
    page.route(
        "**/activate",
        lambda route: (
            route.fulfill(status=204)
            if route.request.is_navigation_request()
            else route.continue_()
        ),
    )
    with page.expect_response(lambda answer: answer.status == 204):
        page.locator(SIGN).click(no_wait_after=True)
    page.locator(SIGN).click(no_wait_after=True)
    page.clock.run_for(10_000)
    assert len(sent) == 1, "it may still be on its way"
    page.unroute("**/activate")
    page.clock.run_for(21_000)
    page.locator(SIGN).click(no_wait_after=True)
    page.wait_for_url("**/authorisations/*")
    assert len(sent) == 2 and rows_of(site, Mandate, member) == 1


@IN_ONE_LANGUAGE
def test_a_form_can_be_sent_after_going_back_to_it(journey: Journey) -> None:
    journey.go("/worksites/new")
    journey.type("#name", "École")
    journey.touch("main form button.button")
    journey.page.go_back()
    sent = posts_of(journey.page)
    journey.page.locator("#name").fill("Hôpital")
    journey.touch("main form button.button")
    assert len(sent) == 1
