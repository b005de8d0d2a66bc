"""Fixtures of the pages: the service on both engines, with its foundations and its own clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.application import lend
from tests.databases import ENGINES, Server, sqlite_copy
from tests.services.conftest import lay_foundations
from tests.views.browser import Browser, Clock, Site
from tests.views.program import Program, key_of
from webapp.config import TestConfig
from webapp.models import Employer
from webapp.outside import VAULT
from webapp.views import desk


@pytest.fixture(scope="session")
def site_file(migrated_file: Path) -> Path:
    founded = migrated_file.with_name("site.sqlite3")
    copy(migrated_file, founded)
    lay_foundations(f"sqlite:///{founded}")
    return founded


@pytest.fixture(scope="session")
def site_server(migrated_server: Server) -> Server:
    lay_foundations(migrated_server.create("site", template="migrated"))
    return migrated_server


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(desk, "read_clock", lambda: clock.now)
    return clock


@pytest.fixture(params=ENGINES)
def site_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own with its foundations."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("site_file"), tmp_path)
        return
    server: Server = request.getfixturevalue("site_server")
    with server.lend("site") as url:
        yield url


@pytest.fixture
def site(site_url: str, tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """The service in both databases; its office writes through a session of its own."""
    app, engine = lend(TestConfig.under(tmp_path, site_url))
    app.extensions[VAULT] = builders.VAULT  # with which the foundations are sealed
    with Session(engine) as office:
        yield Site(app, clock, tmp_path, office)
    engine.dispose()


@pytest.fixture
def owner(site: Site) -> Employer:
    """An employer with two worksites who has done nothing yet."""
    owner = builders.employer(site.office, worksites=2)
    site.office.refresh(owner)
    site.office.expunge(owner)
    site.office.rollback()
    return owner


@pytest.fixture
def visitor(request: pytest.FixtureRequest, site: Site) -> Browser:
    """A browser of somebody who is nobody yet, in each language.

    A test on one engine alone says the languages by parametrisation.
    """
    return site.browser(getattr(request, "param", site.language))


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """A browser in which the owner is signed in, in each language."""
    visitor.enter(owner.member_number)
    return visitor


@pytest.fixture
def program(site: Site, owner: Employer) -> Program:
    """The owner's accounting software, with a key for everything."""
    return Program(site, key_of(site, owner))
