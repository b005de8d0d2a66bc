"""How long an employer needs at human speed: fields, touches and seconds, in both languages.

python -m tests.browser.typing
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests import builders
from tests.browser.conftest import ARGUMENTS
from tests.browser.employers import newcomer
from tests.browser.journeys import RIP, Journey
from tests.browser.phone import SIZE
from tests.browser.site import Site
from tests.databases import migrate
from webapp.models import Language

# Seconds: a key on a phone, a touch with its aim, a page taken in, an SMS until it is read.
KEY, TOUCH, LOOK, SMS = 0.2, 0.6, 1.0, 8.0


class SlowJourney(Journey):
    """The same way at the speed of a thumb."""

    def type(self, selector: str, text: str) -> None:
        if selector == "#code":
            time.sleep(SMS)
        field = self.page.locator(selector)
        time.sleep(TOUCH)
        field.click()
        field.press_sequentially(text, delay=KEY * 1000)
        self.fields.append(selector)
        self.touches += 1

    def touch(self, selector: str) -> None:
        time.sleep(TOUCH)
        super().touch(selector)
        time.sleep(LOOK)


@dataclass(frozen=True)
class Effort:
    """What one task cost."""

    task: str
    fields: int
    touches: int
    seconds: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="khatwa-typing-") as name, served(Path(name)) as site:
        sys.stdout.write(f"{'task':<34}{'language':>9}{'fields':>8}{'touches':>9}{'seconds':>9}\n")
        for language in ("ar", "fr"):
            for effort in efforts(site, language):
                sys.stdout.write(
                    f"{effort.task:<34}{language:>9}{effort.fields:>8}{effort.touches:>9}"
                    f"{effort.seconds:>9.1f}\n"
                )
                sys.stdout.flush()


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    migrate(folder)
    site = Site(folder)
    with site.session() as session:
        builders.foundations(session)
    with pytest.MonkeyPatch.context() as monkeypatch:
        site.start(monkeypatch)
        yield site
        site.stop()


def efforts(site: Site, language: str) -> Iterator[Effort]:
    with site.session() as session:
        member = newcomer(session, Language(language))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE)
        journey = SlowJourney(page, site, language)
        yield _timed(journey, "sign in, from the public page", _sign_in(journey, member))
        yield _timed(journey, "the one step", _enrol(journey))
        yield _timed(journey, "declaration of 2 worksites", _declare(journey, page))
        browser.close()


def _sign_in(journey: SlowJourney, member: str) -> Iterator[None]:
    journey.go("/")
    yield
    journey.touch("main a.button")
    journey.sign_in(member)


def _enrol(journey: SlowJourney) -> Iterator[None]:
    yield
    journey.enrol(RIP)


def _declare(journey: SlowJourney, page: Page) -> Iterator[None]:
    journey.go("/home")
    yield
    journey.touch("main .notice-todo a.button")
    for place in (1, 2):
        journey.fill_worksite(place, "12", "1500000")
    journey.press("check")
    journey.touch("main form button.button")
    page.wait_for_url("**/declarations/2026-10")


def _timed(journey: SlowJourney, task: str, steps: Iterator[None]) -> Effort:
    """The steps after the first yield, on the clock."""
    next(steps)
    journey.fields.clear()
    journey.touches, start = 0, time.monotonic()
    for _ in steps:
        pass
    return Effort(task, len(journey.fields), journey.touches, time.monotonic() - start)


if __name__ == "__main__":
    main()
