"""Fixtures of the browser: one site, one Chromium, and a phone that reports what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy, which

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from sqlalchemy import delete

from tests import builders
from tests.browser.employers import People, live_through
from tests.browser.phone import SIZE, Phone
from tests.browser.seen import Seen, look_at_every_page
from tests.browser.site import MORNING, Site
from webapp.models import Throttle

MISSING = (
    "Chromium is not installed: tests in it are SKIPPED. Install it with: apt-get install chromium"
)
# Nothing of Chromium's own may go out, and nothing is asked of it here.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    program = which("chromium-headless-shell") or which("chromium")
    if program is None:
        pytest.skip(MISSING)
    browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_site(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, People]]:
    """The site with the employers of `live_through`."""
    folder = tmp_path_factory.mktemp("site")
    database = folder / "instance" / "database"
    database.mkdir(parents=True, mode=0o700)
    copy(migrated_file, database / "khatwa.sqlite3")
    site = Site(folder)
    with site.session() as session:
        builders.foundations(session)
        people = live_through(session, folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        site.start(monkeypatch)
        yield site, people
        site.stop()


def before_anything(site: Site) -> None:
    """Back to the morning, when nobody had tried anything yet."""
    site.now = MORNING
    with site.session() as session:
        session.execute(delete(Throttle))
        session.commit()


@pytest.fixture
def site(whole_site: tuple[Site, People]) -> Site:
    """The site on the same morning for every test."""
    before_anything(whole_site[0])
    return whole_site[0]


@pytest.fixture
def people(whole_site: tuple[Site, People]) -> People:
    return whole_site[1]


@pytest.fixture(scope="session", params=["ar", "fr"])
def seen(
    request: pytest.FixtureRequest, chromium: Browser, whole_site: tuple[Site, People]
) -> Seen:
    """Every page in one language, looked at once for all tests that have a rule for every page."""
    site, people = whole_site
    before_anything(site)
    context = chromium.new_context(viewport=SIZE)
    found = look_at_every_page(Phone(context, site), people, request.param)
    context.close()  # a page left open goes on painting beside all later tests
    return found


@pytest.fixture(params=["ar", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def javascript() -> bool:
    """Whether scripts run; a test that cares sets it by parametrisation."""
    return True


@pytest.fixture
def phone(chromium: Browser, site: Site, javascript: bool) -> Iterator[Phone]:
    context = chromium.new_context(viewport=SIZE, java_script_enabled=javascript)
    phone = Phone(context, site)
    yield phone
    context.close()
    assert not phone.complaints
