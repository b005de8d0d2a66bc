"""The pages of an employer's own affairs, and of a person who acts for employers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import select

from tests import builders
from tests.browser.journeys import Journey
from tests.services.collecting import FILED
from tests.services.people import signed_in
from webapp.models import Certificate, Employer
from webapp.services.check_codes import code_of
from webapp.services.delegations import grant

OWN = (
    ("my-data", "/my-data"),
    ("worksites", "/worksites"),
    ("another-worksite", "/worksites/new"),
    ("looks", "/my-data/looks"),
    ("corrections", "/my-data/corrections"),
    ("copy", "/my-data/export"),
    ("sessions", "/sessions"),
    ("messages", "/messages"),
    ("settings", "/settings"),
    ("delegates", "/delegates"),
    ("new-delegate", "/delegates/new"),
    ("dues", "/dues"),
    ("balance", "/balance"),
    ("statement", "/statement"),
    ("calendar", "/calendar"),
    ("calendar-next", "/calendar?month=2026-12"),
    ("calendar-list", "/calendar/list"),
    ("calendar-feed", "/calendar/feed"),
    ("figures", "/figures"),
    ("figures-of-worksites", "/figures/worksites"),
    ("documents", "/documents"),
    ("certificate", "/certificate"),
    ("no-keys", "/api-keys"),
    ("new-key", "/api-keys/new"),
    ("confirm", "/confirm"),
)
NOT_THEIRS = (("may-not-sign", "/activate"), ("own-affair", "/settings"))


@dataclass
class OwnTour:
    """Shows every kind of these pages once; `members` are the employers that a person acts for."""

    journey: Journey
    shown: Callable[[str, Page], None]
    members: list[str]

    def go(self) -> None:
        email = f"comptable-{self.journey.language}@cabinet.example"
        with self.journey.site.session() as session:
            owners = session.scalars(
                select(Employer).where(Employer.member_number.in_(self.members))
            ).all()
            day = builders.working_day(session, FILED)
            for owner in map(signed_in, owners):
                grant(
                    session, day, builders.VAULT, owner, "سمير محاسب", email, "ar", may_sign=False
                )
        self._of_the_employer()
        self._of_who_acts(email)

    def _of_the_employer(self) -> None:
        journey = self.journey
        journey.go("/home")
        journey.sign_in(self.members[0])
        for name, path in OWN:
            journey.go(path)
            self._show(name)
        journey.go("/worksites")
        journey.touch("main table a")
        self._show("worksite")
        address = journey.path()
        for part in ("edit", "close"):
            journey.go(f"{address}/{part}")
            self._show(f"worksite-{part}")
        journey.go("/confirm")
        journey.press("ask")
        self._show("confirm-sent")
        journey.go("/delegates/new")
        journey.touch("main form button.button")
        self._show("new-delegate-wrong")
        journey.go("/delegates")
        journey.touch("main article a.button-second")
        self._show("end-delegate")
        self._of_the_software()
        self._of_the_calendar()
        self._of_the_certificate()
        self._sign_out()

    def _of_the_certificate(self) -> None:
        journey = self.journey
        journey.go("/certificate")
        if journey.page.locator("main button[value=issue]").count():
            journey.press("issue")
        self._show("certificate-issued")
        with journey.site.session() as session:
            number = session.scalars(select(Certificate.reference)).first() or ""
        journey.go(f"/check/{code_of(builders.VAULT, number)}")
        self._show("check-certificate")
        journey.go("/certificate")

    def _of_the_software(self) -> None:
        journey = self.journey
        journey.go("/api-keys/new")
        journey.touch("main form button.button")
        self._show("new-key-wrong")
        journey.type("#name", "Sage Paie")
        journey.touch("main form button.button")
        self._show("key-made")
        journey.go("/api-keys")
        self._show("keys")
        journey.touch("main article a.button-second")
        self._show("revoke-key")

    def _of_the_calendar(self) -> None:
        journey = self.journey
        journey.go("/calendar/feed")
        journey.touch("main form button.button")
        self._show("calendar-feed-made")
        journey.go("/calendar/feed/revoke")
        self._show("revoke-calendar-feed")

    def _of_who_acts(self, email: str) -> None:
        journey, before = self.journey, len(self.journey.site.sent())
        journey.go("/sign-in/person")
        self._show("sign-in-person")
        journey.type("#email", email)
        journey.touch("main form button.button")
        journey.page.wait_for_selector("#code")
        journey.type("#code", journey.site.newest_code(before))
        journey.touch("main form button.button")
        journey.page.wait_for_url("**/person/employers")
        self._show("employers")
        journey.touch("main table form button")
        journey.page.wait_for_url("**/home")
        self._show("acting")
        for name, path in NOT_THEIRS:
            journey.go(path)
            self._show(name)
        self._sign_out()

    def _show(self, name: str) -> None:
        self.shown(f"own-{name}", self.journey.page)

    def _sign_out(self) -> None:
        self.journey.touch("nav form[action$='sign-out'] button")
        self.journey.page.wait_for_url("**/sign-in")
