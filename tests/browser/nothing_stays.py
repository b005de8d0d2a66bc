"""Looks for what an employer has left on a device after a reset, wherever a browser keeps things.

A Chromium as people have it: with its back/forward cache, which automation switches off, and with
a profile on disk, which is searched when it has closed. A reset is a function of the page and its
context, so that every way of ending a session is looked at by the same eyes.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import select

from tests import builders
from tests.browser import tablets
from tests.browser.journeys import CCP, RIP, Journey
from tests.browser.phone import MILLISECONDS_TO_WAIT, SIZE
from tests.browser.site import Site
from tests.browser.tablets import Tablet
from webapp.models import Worksite

# The way to end a session that is looked at: on the page that stands open.
Reset = Callable[[Page, BrowserContext], None]

# What automation takes away and people have.
AS_PEOPLE_HAVE_IT = ["--disable-back-forward-cache"]
STEPS_BACK, STEPS_FORWARD = 10, 3
MILLISECONDS_OF_A_STEP = 120

# Typed, shown and never sent, or in the register; none of them stands anywhere else by chance.
NAME_AR, NAME_FR, SIGNATORY = "مؤسسة علامة الأثر", "Entreprise Zqxmarque", "زقزوق المُعلَّم"
WORKSITE = "ورشة زمردة الأثر"
numbers = (f"16/739184{number}" for number in count())
NIF, PHONE, EMAIL = "000916073918462", "0661739184", "zqx.marque@adherent.example"
WISH, CEILING = "Zqxphrase tapée et jamais envoyée", "7391846,25"
DIGITS = RIP[8:18]

# Everything of a page that somebody could read, or that a script could.
READ_PAGE = """() => [document.readyState, location.href, [
    document.title, document.documentElement.outerHTML, document.body?.innerText,
    ...[...document.querySelectorAll("input, textarea, select, option")].map((one) => one.value),
].join(" ")]"""
READ_STORES = """async () => JSON.stringify([
    Object.entries(localStorage), Object.entries(sessionStorage), document.cookie,
    await indexedDB.databases(), window.caches ? await caches.keys() : [],
    (await navigator.serviceWorker?.getRegistrations() ?? []).length,
])"""
NOTHING_STORED = '[[],[],"",[],[],0]'
# What the browser would offer in each field that somebody may touch.
READ_OFFERS = """() => [...document.querySelectorAll("input, textarea")].map((one) => {
    one.focus();
    return [one.value, ...(one.list?.options ?? [])].map((offer) => offer.value ?? offer);
}).flat().join("\\n")"""
FETCH = """(address) => fetch(address, {cache: "force-cache"}).then(
    (answer) => answer.text(), () => "")"""


@dataclass
class Traces:
    """What must not be found, by what it is called, and the addresses where it stood."""

    markers: dict[str, str]
    addresses: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def found_in(self, text: str) -> set[str]:
        """Which markers stand in a text, however their digits are grouped."""
        close = re.sub(r"[\s\u00a0\u202f\u200e\u2066-\u2069]", "", text)
        return {
            name
            for name, marker in self.markers.items()
            if marker.replace(" ", "") in close and (name != "code" or _alone(marker, text))
        }

    def note(self, page: Page) -> None:
        """Remember an address of the session, and what stood there."""
        self.addresses.append(page.url)
        self.seen |= self.found_in(str(page.evaluate(READ_PAGE)))


def _alone(code: str, text: str) -> bool:
    """Six digits may stand inside of longer numbers by chance."""
    return re.search(rf"(?<![0-9a-zA-Z]){code}(?![0-9a-zA-Z])", text) is not None


def open_as_people_do(playwright: Playwright, program: str, profile: Path) -> BrowserContext:
    """A Chromium with its back/forward cache and a profile on disk."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=program,
        args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-component-update",
              "--disable-background-networking", "--disable-sync"],
        ignore_default_args=AS_PEOPLE_HAVE_IT,
        viewport=SIZE,
        downloads_path=profile / "downloads",
    )  # fmt: skip
    context.set_default_timeout(MILLISECONDS_TO_WAIT)
    return context


def marked_employer(site: Site) -> str:
    """The member number of a new employer whose every datum is a marker."""
    with site.session() as session:
        row = builders.employer(session, member_number=next(numbers), phone=PHONE, email=EMAIL)
        row.name_ar, row.name_fr, row.signatory_name, row.nif = NAME_AR, NAME_FR, SIGNATORY, NIF
        worksite = session.scalars(select(Worksite).filter_by(employer_id=row.id)).one()
        worksite.name = WORKSITE
        session.commit()
        return row.member_number


def live_a_session(page: Page, site: Site, language: str) -> Traces:
    """An employer signs, looks at their pages, and leaves a form half typed."""
    traces = Traces(
        {
            "name in Arabic": NAME_AR, "name in French": NAME_FR, "signatory": SIGNATORY,
            "member number": marked_employer(site), "worksite": WORKSITE, "tax number": NIF,
            "phone": PHONE, "e-mail": EMAIL, "account": DIGITS, "postal account": CCP,
            "ceiling": CEILING, "free text": WISH,
        }
    )  # fmt: skip
    journey = Journey(page, site, language)
    journey.sign_in_to(traces.markers["member number"], "/activate")
    before = len(site.sent())
    journey.type("#account", RIP)
    page.wait_for_selector("#code")
    if not page.locator("#ceiling").is_visible():
        page.locator("details.more summary").first.click()
    journey.type("#ceiling", CEILING)
    page.locator("#ceiling").press("Tab")
    page.locator("#short-text").filter(has_text="391").wait_for()
    page.locator("#quality").select_option("manager")
    page.locator("#entitled").check()
    traces.markers["code"] = site.newest_code(before)
    journey.type("#code", traces.markers["code"])
    traces.note(page)
    journey.press("sign")
    page.wait_for_url("**/authorisations/*")
    traces.markers["authorisation"] = page.url.rpartition("/")[2]
    traces.note(page)
    for path in ("/my-data/settings", "/worksites", "/home"):
        journey.go(path)
        traces.note(page)
    journey.go(f"/authorisations/{traces.markers['authorisation']}/change-account")
    page.locator("#account").fill(CCP)
    traces.note(page)
    other = "fr" if language == "ar" else "ar"
    page.goto(f"{site.address}/{other}/home")
    traces.note(page)
    journey.go("/my-data/corrections")
    page.locator("#wish").fill(f"{WISH} {NIF} {PHONE} {EMAIL} {SIGNATORY}")
    traces.note(page)
    return traces


def live_at_a_device(one: Tablet, site: Site) -> Traces:
    """An agent and an employer at a tablet: it is signed, and another account half typed."""
    page = one.page
    traces = Traces(
        {
            "name in Arabic": NAME_AR, "name in French": NAME_FR, "signatory": SIGNATORY,
            "member number": marked_employer(site), "tax number": NIF, "phone": PHONE,
            "e-mail": EMAIL, "account": DIGITS, "postal account": CCP, "ceiling": CEILING,
        }
    )  # fmt: skip
    tablets.find(one, traces.markers["member number"])
    traces.note(page)
    before = len(site.sent())
    page.locator("details.more summary").last.click()
    page.locator("#ceiling").fill(CEILING)
    tablets.identify(one, RIP)
    traces.markers["code"] = site.newest_code(before)
    page.locator("#code").fill(traces.markers["code"])
    traces.note(page)
    tablets.sign_with_code(one, traces.markers["code"])
    traces.markers["authorisation"] = page.url.rpartition("/")[2]
    traces.note(page)
    one.follow("main a[href*='/device/paper/']")
    traces.note(page)
    page.go_back()
    one.follow("main a[href$='/change-account']")
    page.locator("#account").fill(CCP)
    traces.note(page)
    return traces


def what_shows(page: Page, traces: Traces) -> dict[str, set[str]]:
    """What the open page shows, and whatever it leads back to, with a network or without."""
    return _with_markers(traces, _shown(page))


def what_stays(page: Page, context: BrowserContext, traces: Traces) -> dict[str, set[str]]:
    """Where markers are still found on the device, by the place: nothing, after a good reset."""
    return _with_markers(traces, _places(page, context, traces))


def _with_markers(traces: Traces, places: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for place, text in places:
        here = traces.found_in(text)
        if here:
            found.setdefault(place, set()).update(here)
    return found


def what_stays_on_disk(profile: Path, traces: Traces) -> dict[str, set[str]]:
    """In which files of a closed browser's profile markers are found, as bytes in any encoding."""
    found = {}
    for path in sorted(one for one in profile.rglob("*") if one.is_file()):
        content = path.read_bytes()
        here = {
            name for name, one in traces.markers.items() if name != "code" and _in(content, one)
        }
        if here:
            found[str(path.relative_to(profile))] = here
    return found


def _in(content: bytes, marker: str) -> bool:
    written = (marker.encode(), marker.encode("utf-16-le"), quote(marker).encode(),
               quote(marker, safe="").encode())  # fmt: skip
    return any(one in content for one in written)


def _shown(page: Page) -> Iterator[tuple[str, str]]:
    yield "the page", _read(page)
    yield from _walked(page, "back", STEPS_BACK)
    yield from _walked(page, "forward", STEPS_FORWARD)
    _ask(page, "location.reload()")
    page.wait_for_timeout(MILLISECONDS_OF_A_STEP)
    yield "reloaded", _read(page)


def _places(page: Page, context: BrowserContext, traces: Traces) -> Iterator[tuple[str, str]]:
    yield "offers of fields", page.evaluate(READ_OFFERS)
    stores = page.evaluate(READ_STORES)
    assert stores == NOTHING_STORED, f"something is stored: {stores}"
    for cookie in context.cookies():
        yield f"cookie {cookie['name']}", _opened(cookie["value"])
    yield from _shown(page)
    for address in dict.fromkeys(traces.addresses):
        again = context.new_page()
        again.goto(address)
        yield f"opened again: {address}", _read(again)
        # The browser's own copies, old or not.
        yield f"cached: {address}", again.evaluate(FETCH, address).replace(address, "")
        again.close()


def _walked(page: Page, way: str, steps: int) -> Iterator[tuple[str, str]]:
    for number in range(1, steps + 1):
        # After the answer: a page that is set aside answers no more.
        _ask(page, f"void setTimeout(() => history.{way}())")
        page.wait_for_timeout(MILLISECONDS_OF_A_STEP)
        yield f"{way} {number}", _read(page)


def _read(page: Page) -> str:
    """The page once it stands still; its own address apart, which tells no more than it is."""
    for _ in range(50):
        with suppress(PlaywrightError, ValueError):
            state, address, text = json.loads(_ask(page, f"JSON.stringify(({READ_PAGE})())"))
            if state == "complete":
                return str(text).replace(address, "")
        page.wait_for_timeout(50)
    raise AssertionError("the page never stands still")


def _ask(page: Page, expression: str) -> str:
    """By the browser's own protocol: Playwright loses sight of a page that comes out of a cache."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
    session.detach()
    return str(answer["result"].get("value", ""))


def _opened(cookie: str) -> str:
    """A cookie as whoever holds the device may read it: signed, perhaps packed, not sealed."""
    packed, _, payload = cookie.rpartition(".")[0].rpartition(".")[0].partition(".")
    text = payload if cookie.startswith(".") else packed
    with suppress(ValueError, zlib.error):
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        content = zlib.decompress(content) if cookie.startswith(".") else content
        return cookie + json.dumps(json.loads(content), ensure_ascii=False)
    return cookie
