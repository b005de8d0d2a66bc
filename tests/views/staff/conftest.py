"""Fixtures of the staff's pages: colleagues of every role, each signed in in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING
from tests.services.staff import Colleague, enter, join
from tests.views.browser import Browser, Site
from webapp.config import Config
from webapp.domain.moment import Moment
from webapp.domain.roles import Role
from webapp.domain.rules import CollectionRules
from webapp.models import Agency, BankFile
from webapp.services.runs import run_due_debits
from webapp.services.working_day import WorkingDay, load_calendar


@dataclass
class Office:
    """The staff of a site, with the site's own clock."""

    site: Site

    @property
    def day(self) -> WorkingDay:
        calendar = load_calendar(self.site.office)
        return WorkingDay(Moment.at(self.site.clock.now), calendar, CollectionRules(), "root")

    def agencies(self) -> list[int]:
        ids = self.site.office.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
        self.site.office.rollback()
        return list(ids)

    def colleague(self, role: Role, agency_id: int | None = None) -> Colleague:
        return join(self.site.office, self.day, role, agency_id)

    def code(self, who: Colleague) -> str:
        """The next code of their app: the one of before may be used up."""
        self.site.clock.wait(seconds=30)
        return who.code(self.day)

    def browser(self, who: Colleague, language: str) -> Browser:
        """A browser in which they are signed in, by the service that the pages ask for it."""
        browser = self.site.browser(language)
        code = self.code(who)
        token = enter(self.site.office, self.day, who, code)
        with browser.client.session_transaction() as cookie:
            cookie["staff"] = token
        return browser

    def give_password(self, browser: Browser, who: Colleague, **other: str) -> TestResponse:
        form = browser.open("staff/sign-in").form()
        fields = {"email": who.email, "password": who.password} | other
        return browser.post("staff/sign-in", form | fields)

    def give_code(self, browser: Browser, code: str) -> TestResponse:
        form = browser.open("staff/sign-in/code").form(0)
        return browser.post("staff/sign-in/code", form | {"code": code})

    def sign_in(self, browser: Browser, who: Colleague) -> TestResponse:
        asked = self.give_password(browser, who)
        assert asked.location == browser.address("staff/sign-in/code"), asked.text
        return self.give_code(browser, self.code(who))

    @property
    def outbox(self) -> Path:
        config: Config = self.site.app.config["KHATWA"]
        config.outbox.mkdir(parents=True, exist_ok=True)
        return config.outbox

    def files(self) -> list[BankFile]:
        self.site.office.rollback()
        found = list(self.site.office.scalars(select(BankFile).order_by(BankFile.id)))
        self.site.office.expunge_all()
        self.site.office.rollback()
        return found

    def prove(self, browser: Browser, who: Colleague, place: str) -> TestResponse:
        """Give the code that a page of weight asks for."""
        page = browser.open(place)
        return browser.post(place, page.form() | {"proof_code": self.code(who)})


@pytest.fixture
def people(site: Site) -> Office:
    return Office(site)


@pytest.fixture
def language(site: Site) -> str:
    return site.language


@pytest.fixture
def administrator(people: Office) -> Colleague:
    return people.colleague(Role.ADMINISTRATOR)


@pytest.fixture
def agent(people: Office) -> Colleague:
    return people.colleague(Role.AGENT, people.agencies()[0])


@pytest.fixture
def collector(people: Office, language: str) -> Browser:
    """A collector in front of a run that has written one file."""
    site = people.site
    filed = builders.working_day(site.office, site.clock.now.date())
    owner = builders.employer(site.office)
    builders.mandate(site.office, filed, owner)
    builders.declaration(site.office, filed, owner)
    for on in (ANNOUNCING, FREEZING):
        day = builders.working_day(site.office, on)
        run_due_debits(site.office, day, builders.tools(people.outbox))
    site.clock.go_to(FREEZING)
    site.office.rollback()
    return people.browser(people.colleague(Role.COLLECTOR), language)
