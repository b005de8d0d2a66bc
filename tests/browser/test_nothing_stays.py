"""Nothing of an employer stays on a device: every way to end a session, by the same eyes."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.conftest import MISSING
from tests.browser.journeys import Journey
from tests.browser.nothing_stays import (
    MILLISECONDS_OF_A_STEP,
    WISH,
    Reset,
    Traces,
    live_a_session,
    marked_employer,
    open_as_people_do,
    what_shows,
    what_stays,
    what_stays_on_disk,
)
from tests.browser.site import Site

SIGN_OUT = "nav form[action$='/sign-out'] button"


def sign_out(page: Page, context: BrowserContext) -> None:
    """The button of the employer's own pages."""
    page.locator(SIGN_OUT).click()
    page.wait_for_url("**/sign-in")


def sign_out_until_the_network_is_back(page: Page, context: BrowserContext) -> None:
    """The same where nobody is reached at first."""
    context.set_offline(True)
    page.locator(SIGN_OUT).click(no_wait_after=True)
    page.locator("nav").wait_for(state="detached")
    context.set_offline(False)
    page.wait_for_url("**/sign-in")


RESETS = [
    sign_out,
    pytest.param(sign_out_until_the_network_is_back, marks=pytest.mark.torture),
]


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def context(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    program = which("chromium")
    if program is None:
        pytest.skip(MISSING)
    context = open_as_people_do(playwright, program, profile)
    yield context
    context.close()


@pytest.mark.parametrize("reset", RESETS, ids=["sign-out", "network-back"])
def test_nothing_stays(context: BrowserContext, profile: Path, site: Site, reset: Reset) -> None:
    page = context.pages[0]
    traces = live_a_session(page, site, "ar")
    assert traces.seen == set(traces.markers), "what was never there cannot be missed"
    reset(page, context)
    assert not what_stays(page, context, traces)
    context.close()
    # The browser's own history keeps addresses, and one of them names the authorisation: that is
    # for the settings of a device, no page can forget it.
    on_disk = what_stays_on_disk(profile, traces)
    assert set().union(*on_disk.values()) <= {"authorisation"}, on_disk
    assert not [file for file in on_disk if "Cache" in file or "Storage" in file], on_disk


def test_without_network_nothing_shows_once_somebody_has_signed_out(
    context: BrowserContext, site: Site
) -> None:
    page = context.pages[0]
    traces = live_a_session(page, site, "fr")
    context.set_offline(True)
    page.locator(SIGN_OUT).click(no_wait_after=True)
    page.locator("nav").wait_for(state="detached")
    assert "Pas de réseau" in page.inner_text("body")
    assert not what_shows(page, traces)


class Careless(BaseHTTPRequestHandler):
    """A site that forgets nothing: no `no-store`, no emptied pages, its field open to be filled."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        page = b"<title>a</title><form action=/sent><input id=wish name=wish><button>b</button>"
        self.wfile.write(page if self.path == "/" else b"<p>start</p>")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def careless() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_naive_reset_leaks_and_these_eyes_see_it(
    context: BrowserContext, profile: Path, careless: str
) -> None:
    """Cookies deleted and the start page shown: the back/forward cache gives the page back."""
    page, traces = context.pages[0], Traces({"free text": WISH})
    page.goto(f"{careless}/")
    page.evaluate("addEventListener('pageshow', (event) => document.title = event.persisted)")
    page.locator("#wish").fill(WISH)
    context.clear_cookies()
    page.goto(f"{careless}/start")
    found = what_shows(page, traces)
    assert found.get("back 1") == {"free text"}
    page.goto(f"{careless}/")
    page.evaluate("addEventListener('pageshow', (event) => document.title = event.persisted)")
    page.goto(f"{careless}/start")
    page.evaluate("() => void setTimeout(() => history.back())")
    page.wait_for_timeout(MILLISECONDS_OF_A_STEP)
    assert page.title() == "true", "this Chromium has no back/forward cache: nothing was proved"
    page.locator("#wish").fill(WISH)
    page.locator("button").click()
    context.close()
    assert what_stays_on_disk(profile, traces), "a field that browsers may keep is kept on disk"


def test_a_page_that_is_left_is_emptied_and_one_from_a_cache_is_asked_for_anew(
    context: BrowserContext, site: Site
) -> None:
    """Whatever a browser keeps of a page that somebody has left, and for how long."""
    page = context.pages[0]
    journey = Journey(page, site, "fr")
    journey.sign_in_to(marked_employer(site), "/my-data/corrections")
    page.locator("#wish").fill(WISH)
    page.evaluate("window.kept = [...document.querySelector('#form').elements]")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("document.body.innerHTML + document.title") == ""
    assert page.evaluate("kept.map((one) => one.matches('button') ? '' : one.value).join('')") == ""
    with page.expect_navigation():
        page.evaluate(
            "() => void setTimeout(() => dispatchEvent("
            "new PageTransitionEvent('pageshow', {persisted: true})))"
        )
    assert page.locator("#wish").input_value() == ""
