"""The browser of an employer: opens our pages, checks each, fills forms, and reads the codes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import Desk
from tests.services.people import RULES, ask, code_sent
from tests.views.pages import Page
from webapp.config import Config
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules
from webapp.services.web_sessions import sign_in
from webapp.services.working_day import WorkingDay, load_calendar

Fields = dict[str, str]


@dataclass
class Clock:
    """What the pages take for the present."""

    now: datetime = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)

    def wait(self, **long: float) -> None:
        self.now += timedelta(**long)

    def go_to(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)


@dataclass
class Site:
    """The service as visitors meet it, and the office behind it."""

    app: Flask
    clock: Clock
    folder: Path
    office: Session

    @property
    def desk(self) -> Desk:
        return Desk(self.office, self.folder)

    @property
    def language(self) -> str:
        """Each language on one engine: the two have nothing to do with each other."""
        return "ar" if self.office.get_bind().dialect.name == "sqlite" else "fr"

    def browser(self, language: str = "fr") -> Browser:
        return Browser(self, language)

    def messages(self) -> list[dict[str, str]]:
        """What was sent, the latest last."""
        config: Config = self.app.config["KHATWA"]
        files = sorted(config.messages_folder.glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def last_code(self) -> str:
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.messages()[-1]["body"])
        assert found is not None
        return found.group()


class Browser:
    """One browser with its cookies, reading one of the two languages."""

    def __init__(self, site: Site, language: str) -> None:
        self.site = site
        self.language = language
        self.client: FlaskClient = site.app.test_client()

    def address(self, place: str) -> str:
        return place if place.startswith("/") else f"/{self.language}/{place}"

    def get(self, place: str) -> TestResponse:
        self.site.office.rollback()  # on SQLite it would keep the pages waiting
        return self.client.get(self.address(place), buffered=True)

    def open(self, place: str, status: int = 200) -> Page:
        """A page that has passed every check."""
        response = self.get(place)
        assert response.status_code == status, (place, response.status_code, response.location)
        return self.page(response)

    def page(self, response: TestResponse) -> Page:
        return Page(response, response.request.path.split("/")[1])

    def post(self, place: str, fields: Fields) -> TestResponse:
        """Send exactly these fields."""
        self.site.office.rollback()
        return self.client.post(self.address(place), data=fields, buffered=True)

    def token(self) -> str:
        """The proof that a form is ours, from a page that everybody may open."""
        page = self.page(self.client.get(self.address("sign-in"), follow_redirects=True))
        return str(page.root.xpath("//input[@name='csrf_token']/@value")[0])

    def send(self, place: str, **fields: str) -> TestResponse:
        """Open the page of a form and send it with these fields filled in."""
        return self.post(place, self.open(place).form() | fields)

    def refused(self, response: TestResponse) -> Page:
        """The page of a form that could not be taken: it says so on top and beside the field."""
        assert response.status_code == 422
        page = self.page(response)
        for name in page.errors():
            assert page.root.xpath(f"//*[@id='errors']//a[@href='#{name}']")
            control = page.root.get_element_by_id(name)
            assert control.get("aria-invalid") == "true"
            assert f"{name}-error" in control.get("aria-describedby")
        assert page.errors()
        return page

    def ask_for_code(self, member_number: str) -> TestResponse:
        page = self.open("sign-in")
        return self.post("sign-in", page.form() | {"member_number": member_number})

    def sign_in(self, member_number: str) -> TestResponse:
        """Through the real pages, with the code that was sent."""
        asked = self.ask_for_code(member_number)
        assert asked.location == self.address("sign-in/code")
        page = self.open("sign-in/code")
        entered = self.post("sign-in/code", page.form(0) | {"code": self.site.last_code()})
        assert entered.status_code == 302, self.page(entered).errors()
        return entered

    def enter(self, member_number: str) -> None:
        """Signed in by the service, as the pages do it, for tests that are about what follows."""
        office, now = self.site.office, Moment.at(self.site.clock.now)
        day = WorkingDay(now, load_calendar(office), CollectionRules(), "site")
        asked = ask(office, day, member_number)
        given = (office, day, builders.VAULT, RULES, asked.reference, code_sent(asked))
        token = sign_in(*given, device=self.client.environ_base["HTTP_USER_AGENT"])
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True

    def sign_out(self) -> TestResponse:
        return self.post("sign-out", {"csrf_token": self.token()})

    def cookie(self) -> str:
        """The one cookie that there may be."""
        (cookie,) = self.client._cookies.values()  # type: ignore[attr-defined]
        assert cookie.key == self.site.app.config["SESSION_COOKIE_NAME"]
        return str(cookie.value)

    def take_cookie(self, value: str) -> None:
        self.client.set_cookie(self.site.app.config["SESSION_COOKIE_NAME"], value)

    def token_of_session(self) -> str:
        """The proof for who is signed in, kept by a page that all of their forms share."""
        return str(self.open("home").root.xpath("//input[@name='csrf_token']/@value")[0])
