"""What an employer does twice happens once: two touches, two windows, the back button."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, Route

from tests.browser.employers import newcomer
from tests.browser.journeys import RIP, Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_journeys import rows_of
from webapp.models import Declaration, Language, Mandate

WITHOUT_SCRIPT = pytest.mark.parametrize("javascript", [False], ids=["no-script"])
EDIT, REVIEW = "/declarations/2026-10/edit", "/declarations/2026-10/review"


@pytest.fixture
def language() -> str:
    return "fr"


@pytest.fixture
def member(site: Site) -> str:
    with site.session() as session:
        return newcomer(session, Language.FRENCH)


@pytest.fixture
def journey(phone: Phone, site: Site, language: str, javascript: bool, member: str) -> Journey:
    journey = Journey(phone.open(f"/{language}/"), site, language, javascript)
    journey.sign_in_to(member, "/activate")
    return journey


def posts_of(page: Page) -> list[str]:
    """The forms that this page sends from now on."""
    sent: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST" and request.is_navigation_request():
            sent.append(request.url)

    page.on("request", hear)
    return sent


def sent_twice_at_once(journey: Journey, button: str) -> list[str | None]:
    """Press a button whose form then leaves twice at the same moment; where each answer leads."""
    caught: list[Request] = []

    def catch(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        caught.append(route.request)
        route.fulfill(status=204)

    journey.page.route("**", catch)
    with journey.page.expect_response(lambda response: response.status == 204):
        journey.page.locator(button).click(no_wait_after=True)
    journey.page.unroute("**")
    asked, address = caught[0], urlsplit(caught[0].url)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in journey.page.context.cookies())
    headers = {"Content-Type": asked.headers["content-type"], "Cookie": cookies}

    def send(body: str | None) -> str | None:
        connection = HTTPConnection(str(address.hostname), address.port or 80)
        connection.request("POST", address.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.headers["Location"]

    with ThreadPoolExecutor(2) as both:
        return list(both.map(send, [asked.post_data] * 2))


def ready_to_file(journey: Journey) -> None:
    """A review with two worksites that needs one more touch."""
    journey.go(EDIT)
    for place in (1, 2):
        journey.fill_worksite(place, "5", "1000000")
    if journey.javascript:
        # What is still on its way in the background must not come after the form itself.
        journey.page.get_by_text("259 200,00").wait_for()
    journey.press("check")
    assert journey.path() == REVIEW


def ready_to_sign(journey: Journey, site: Site) -> None:
    """The one step, all done but the signature."""
    before = len(site.sent())
    journey.type("#account", RIP)
    if not journey.javascript:
        journey.press("check")
    journey.page.wait_for_selector("#code")
    journey.page.locator("#quality").select_option("manager")
    journey.page.locator("#entitled").check()
    journey.type("#code", site.newest_code(before))


def test_two_touches_of_a_button_send_its_form_once(journey: Journey, site: Site) -> None:
    ready_to_sign(journey, site)
    sent = posts_of(journey.page)
    journey.page.locator("main button[value=sign]").dblclick()
    journey.page.wait_for_url("**/authorisations/*")
    assert len(sent) == 1
    ready_to_file(journey)
    sent.clear()
    journey.page.locator("main form button.button").dblclick()
    journey.page.wait_for_url("**/declarations/2026-10")
    assert len(sent) == 1


@WITHOUT_SCRIPT
def test_a_signature_that_comes_twice_at_once_signs_once(
    journey: Journey, site: Site, member: str
) -> None:
    ready_to_sign(journey, site)
    led = sent_twice_at_once(journey, "main button[value=sign]")
    assert any("/authorisations/" in (one or "") for one in led)
    assert rows_of(site, Mandate, member) == 1
    journey.go("/activate")
    assert journey.path().startswith("/authorisations/")


@WITHOUT_SCRIPT
def test_both_answers_to_a_signature_that_comes_twice_lead_to_it(
    journey: Journey, site: Site
) -> None:
    ready_to_sign(journey, site)
    first, second = sent_twice_at_once(journey, "main button[value=sign]")
    assert first == second


@WITHOUT_SCRIPT
def test_a_filing_that_comes_twice_at_once_files_once(
    journey: Journey, site: Site, member: str
) -> None:
    ready_to_file(journey)
    for led in sent_twice_at_once(journey, "main form button.button"):
        journey.page.goto(f"{site.address}{led}")
        assert journey.path() == "/declarations/2026-10"
    assert rows_of(site, Declaration, member) == 1


@WITHOUT_SCRIPT
def test_a_review_left_open_in_another_window_files_nothing_more(
    phone: Phone, journey: Journey, site: Site, member: str
) -> None:
    ready_to_file(journey)
    other = Journey(phone.open(f"/fr{REVIEW}"), site, "fr")
    journey.touch("main form button.button")
    other.touch("main form button.button")
    assert other.path() == journey.path() == "/declarations/2026-10"
    assert rows_of(site, Declaration, member) == 1


def test_a_review_of_what_has_changed_since_is_shown_again(
    phone: Phone, journey: Journey, site: Site, member: str
) -> None:
    ready_to_file(journey)
    other = Journey(phone.open(f"/fr{EDIT}"), site, "fr")
    other.fill_worksite(2, "6", "2000000")
    other.press("check")
    journey.touch("main form button.button")
    assert journey.path() == REVIEW
    assert rows_of(site, Declaration, member) == 0
    assert "388 800,00 DA" in journey.text()
    journey.touch("main form button.button")
    assert "388 800,00 DA" in journey.text()


def test_a_worksite_of_which_nothing_was_typed_is_not_complete(journey: Journey) -> None:
    journey.go(EDIT)
    assert "Il reste 2 chantiers à remplir" in journey.text("#totals")


def test_a_worksite_added_after_the_review_is_filled_before_it_is_filed(journey: Journey) -> None:
    ready_to_file(journey)
    journey.go("/declarations/2026-10/worksite")
    journey.type("#name", "École primaire")
    journey.touch("main form button.button")
    journey.go(REVIEW)
    assert journey.path() == EDIT
