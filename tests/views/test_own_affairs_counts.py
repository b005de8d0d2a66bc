"""The pages of one's own affairs ask the database as often for many rows as for one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import signed_in
from tests.views.browser import Browser, Site
from tests.views.test_query_counts import counting
from webapp.models import CorrectionSubject, Employer, Person, Subject, WebSession
from webapp.services.corrections import ask_for_correction
from webapp.services.delegations import grant
from webapp.services.events import record
from webapp.services.transactions import transaction

PLACES = ("my-data/looks", "my-data/corrections", "sessions", "delegates")
FEW, MANY = 1, 8


def lived_in(site: Site, size: int) -> Employer:
    """An employer with so many people who act for it, each signed in, looks and corrections."""
    session, owner = site.office, builders.employer(site.office)
    day = builders.working_day(session, FILED)
    for number in range(size):
        email = f"p{number}@cabinet.example"
        grant(session, day, builders.VAULT, signed_in(owner), "S", email, "fr", may_sign=False)
        person = session.scalars(select(Person.id).where(Person.email == email)).one()
        acting = builders.working_day(session, FILED, f"person:{person}/employer:{owner.id}")
        subject = CorrectionSubject.OTHER
        session.rollback()
        ask_for_correction(session, day, builders.VAULT, owner.id, subject, "x")
        with transaction(session):
            record(session, acting, Subject.EMPLOYER, [owner.id], None, "opened", "person_opened")
            session.add(
                WebSession(
                    token_sha256=f"{owner.id}-{number}",
                    employer_id=owner.id,
                    person_id=person,
                    device="Firefox",
                    started_at=site.clock.now,
                    seen_at=site.clock.now,
                )
            )
    return owner


def count(browser: Browser, place: str) -> int:
    browser.open(place)
    with counting(browser.site) as told:
        browser.open(place)
    return len(told)


@pytest.mark.parametrize("place", PLACES)
def test_a_page_asks_as_often_for_many_as_for_one(site: Site, place: str) -> None:
    counts = []
    for size in (FEW, MANY):
        browser = site.browser()
        browser.enter(lived_in(site, size).member_number)
        counts.append(count(browser, place))
    assert counts[0] == counts[1] <= 8


def test_the_page_of_whom_one_acts_for_asks_as_often_for_many_as_for_one(site: Site) -> None:
    counts = []
    for size, email in ((FEW, "few@cabinet.example"), (MANY, "many@cabinet.example")):
        for _ in range(size):
            owner = builders.employer(site.office)
            day = builders.working_day(site.office, FILED)
            who = signed_in(owner)
            grant(site.office, day, builders.VAULT, who, "S", email, "fr", may_sign=False)
        browser = site.browser()
        browser.send("sign-in/person", email=email)
        page = browser.open("sign-in/code")
        browser.post("sign-in/code", page.form(0) | {"code": site.last_code()})
        page = browser.open("person/employers")
        assert len(page.root.xpath("//main//tbody/tr")) == size
        counts.append(count(browser, "person/employers"))
    assert counts[0] == counts[1] <= 10
