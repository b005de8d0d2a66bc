"""An open day: one agent, two tablets, twelve employers, and nothing left of anyone.

Three have no phone, for two the network drops, one tells a wrong account, one is enrolled already.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.browser import tablets
from tests.browser.site import MORNING, Site
from tests.browser.tablets import Hall, Tablet
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.moment import Moment
from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import Device, DeviceMode, Employer, EnrolmentCase, Mandate
from webapp.services.open_days.day_report import read_day_report

MOST_TOUCHES, MOST_SECONDS = 12, 120
WRONG_KEY = "00100123000000000199"

Comes = Callable[[Tablet, Employer], None]


class Morning:
    """The hall, and what was touched for each employer."""

    def __init__(self, chromium: Browser, site: Site, language: str) -> None:
        self.site = site
        with site.session() as session:
            day = builders.working_day(session, Moment.at(MORNING).today)
            self.hall: Hall = tablets.hall(site, session, day)
            codes = [self.hall.code(session, day, DeviceMode.ASSISTED, name) for name in "AB"]
        self.tablets = [tablets.tablet(chromium, site, language, code) for code in codes]
        self.touches: list[int] = []
        self.seconds: list[float] = []

    def next(self, place: int, owner: Employer, comes: Comes) -> None:
        """One employer, from the search to the tablet that is free again."""
        one = self.tablets[place]
        one.begin_anew()
        comes(one, owner)
        self.touches.append(one.touches)
        self.seconds.append(one.seconds())

    def with_a_phone(self, one: Tablet, owner: Employer) -> None:
        tablets.find(one, owner.member_number)
        self._signs(one, tablets.account())

    def whose_account_was_wrong(self, one: Tablet, owner: Employer) -> None:
        tablets.find(one, owner.member_number)
        tablets.identify(one, WRONG_KEY)
        expect(one.page.locator("#account-error")).to_be_visible()
        assert one.page.locator("#account").input_value() == WRONG_KEY
        before = len(self.site.sent())
        one.type("#account", tablets.account())
        one.follow("main button[value=turn]")
        self._finishes(one, before)

    def whose_network_drops(self, one: Tablet, owner: Employer) -> None:
        tablets.find(one, owner.member_number)
        account, before = tablets.account(), len(self.site.sent())
        one.touch("input[name=paper][value=national_id]")
        one.type("#account", account)
        one.context.set_offline(True)
        one.touch("main button[value=turn]")
        expect(one.page.locator("[data-network=away]")).to_be_visible()
        assert one.page.locator("#account").input_value() == account
        one.context.set_offline(False)
        expect(one.page.locator("[data-network=away]")).to_be_hidden()
        one.follow("main button[value=turn]")
        self._finishes(one, before)

    def without_a_phone(self, one: Tablet, owner: Employer) -> None:
        tablets.find(one, owner.member_number)
        tablets.identify(one, tablets.account())
        tablets.draw_signature(one)
        tablets.confirm_drawn(one)
        one.page.wait_for_url("**/device/printed")
        one.follow("main button[value=next]")

    def _signs(self, one: Tablet, account: str) -> None:
        before = len(self.site.sent())
        tablets.identify(one, account)
        self._finishes(one, before)

    def _finishes(self, one: Tablet, before: int) -> None:
        tablets.sign_with_code(one, self.site.newest_code(before))
        tablets.finish(one)
        tablets.unlock(one)


def cases(session: Session, hall: Hall) -> dict[CaseStatus, int]:
    counted = (
        select(EnrolmentCase.status, func.count())
        .where(EnrolmentCase.campaign_id == hall.campaign_id)
        .group_by(EnrolmentCase.status)
    )
    return dict(session.execute(counted).all())


@pytest.mark.parametrize("language", ["ar"])
def test_twelve_employers_two_tablets(chromium: Browser, site: Site, language: str) -> None:
    morning = Morning(chromium, site, language)
    with site.session() as session:
        day = builders.working_day(session, Moment.at(MORNING).today)
        with_phone = [tablets.employer(session) for _ in range(9)]
        without = [tablets.employer(session, phone="") for _ in range(3)]
        builders.mandate(session, day, with_phone[0])
        owners = [*with_phone, *without]
        for owner in owners:
            session.refresh(owner)
        session.expunge_all()
    comes: list[Comes] = [
        morning.with_a_phone, morning.whose_network_drops, morning.whose_network_drops,
        morning.whose_account_was_wrong, *[morning.with_a_phone] * 5,
        *[morning.without_a_phone] * 3,
    ]  # fmt: skip
    for number, (owner, way) in enumerate(zip(owners, comes, strict=True)):
        morning.next(number % 2, owner, way)

    with site.session() as session:
        assert cases(session, morning.hall) == {CaseStatus.ENROLLED: 11, CaseStatus.UPDATED: 1}
        of_these = [owner.id for owner in owners]
        new = select(Mandate.status, func.count()).where(
            Mandate.employer_id.in_(of_these), Mandate.status != MandateStatus.REPLACED
        )
        found = dict(session.execute(new.group_by(Mandate.status)).all())
        assert found == {MandateStatus.ACTIVE: 9, MandateStatus.SIGNED: 3}
        report = read_day_report(
            session, day, Scope(morning.hall.agency_id), morning.hall.agent_id,
            morning.hall.reference, day.today,
        )  # fmt: skip
    figures = report.figures
    assert (figures.tally.enrolled, figures.tally.updated, figures.tally.total) == (11, 1, 12)
    for part in (figures.agents, figures.devices, figures.hours):
        assert sum(tally.total for tally in part.values()) == 12
    assert median(morning.touches) <= MOST_TOUCHES
    assert median(morning.seconds) <= MOST_SECONDS
    check_nothing_is_left(morning, owners)


def check_nothing_is_left(morning: Morning, owners: list[Employer]) -> None:
    """Neither Back nor Forward nor anything that the browser keeps tells of anyone."""
    marks = [mark for owner in owners for mark in (owner.member_number, owner.name_fr)]
    for one in morning.tablets:
        one.context.set_offline(False)
        for _ in range(10):
            one.page.go_back()
            shown = one.page.content()
            assert not [mark for mark in marks if mark in shown]
        kept = one.page.evaluate(
            "async () => JSON.stringify([localStorage.length, sessionStorage.length,"
            " (await caches.keys()).length, (await indexedDB.databases()).length])"
        )
        assert kept == "[0,0,0,0]"
        assert not one.complaints
        one.context.close()
    with morning.site.session() as session:
        assert session.scalar(select(func.count()).select_from(Device)) or 0 >= 2
