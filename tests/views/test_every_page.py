"""Every page of every kind of employer opens in both languages and passes every check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.living import Life
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.domain.period import Period, Periodicity
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Debit, Employer, HoldReason, Language, Mandate, NoticeChannel
from webapp.services.debits import cancel_debit
from webapp.services.drafts import save_draft

ANSWERED = date(2026, 12, 1)
# Their heading says it in a sentence, their title in the words of the navigation.
TITLES_OF_THEIR_OWN = {"home", "code"}


PARTS = ("change-account", "suspend", "ceiling", "revoke")


def declared(desk: Desk, *, covered: bool = True, **mandate: object) -> Employer:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session, worksites=2)
    if covered:
        builders.mandate(desk.session, day, owner, **mandate)  # type: ignore[arg-type]
    builders.declaration(desk.session, day, owner, worksites=("W1", "W2"))
    return owner


def announced(desk: Desk, **mandate: object) -> Employer:
    owner = declared(desk, **mandate)
    desk.run(ANNOUNCING)
    return owner


def sent(desk: Desk) -> Employer:
    owner = declared(desk)
    desk.send_all()
    return owner


def settled(desk: Desk) -> Employer:
    owner = sent(desk)
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: 2 * AMOUNT}), COLLECTION)
    return owner


def refused(desk: Desk, reason: str) -> Employer:
    owner = sent(desk)
    answers = {desk.attempts()[0].end_to_end_id: "RJCT"}
    desk.take_in(desk.bank.status(desk.files()[0].reference, answers, reason=reason), ANSWERED)
    return owner


def presented_again(desk: Desk) -> Employer:
    owner = refused(desk, "AM04")
    desk.run(ANSWERED)
    return owner


def cancelled(desk: Desk) -> Employer:
    owner = announced(desk)
    day = builders.working_day(desk.session, ANNOUNCING, "salima")
    cancel_debit(desk.session, day, desk.debits()[0].reference)
    return owner


def with_arrears(desk: Desk, *, covered: bool) -> Employer:
    day = builders.working_day(desk.session, ANSWERED)
    owner = builders.employer(desk.session)
    builders.declaration(desk.session, day, owner)
    if covered:
        builders.mandate(desk.session, day, owner)
    desk.on = ANSWERED
    return owner


def drafting(desk: Desk) -> Employer:
    owner = builders.employer(desk.session)
    day = builders.working_day(desk.session, FILED)
    save_draft(desk.session, day, owner.id, Period.parse("2026-10"), {"w1-workers": "x"}, "")
    return owner


def quarterly(desk: Desk) -> Employer:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(
        desk.session, notice_channel=NoticeChannel.EMAIL, email="s@example.dz", phone="",
        language=Language.FRENCH,
    )  # fmt: skip
    owner.periodicity, owner.name_ar = Periodicity.QUARTERLY, ""
    desk.session.commit()
    builders.mandate(desk.session, day, owner, ceiling=1, rib=builders.account("007"))
    builders.declaration(desk.session, day, owner, period="2026-Q3")
    return owner


def paused(desk: Desk) -> Employer:
    owner = announced(desk)
    days = {"paused_from_on": ANNOUNCING, "paused_until_on": ANSWERED}
    desk.session.execute(update(Mandate).values(status=MandateStatus.SUSPENDED, **days))
    desk.session.commit()
    return owner


def replaced(desk: Desk) -> Employer:
    """A mandate on a new account, an exception, and a debit that stays on the account of before."""
    life = Life(desk)
    life.declare()
    desk.run(ANNOUNCING)
    life.change(ANNOUNCING)
    life.take_out("W2", on=ANNOUNCING)
    return life.owner


KINDS: dict[str, Callable[[Desk], Employer]] = {
    "new": lambda desk: builders.employer(desk.session),
    "without worksites": lambda desk: builders.employer(desk.session, worksites=0),
    "drafting": drafting,
    "declared, no authorisation": lambda desk: declared(desk, covered=False),
    "active": declared,
    "quarterly, French, postal": quarterly,
    "announced": announced,
    "above the ceiling": lambda desk: announced(desk, ceiling=1),
    "sent": sent,
    "settled": settled,
    "refused, suspended": lambda desk: refused(desk, "AC04"),
    "refused, again": presented_again,
    "refused, on hold": lambda desk: refused(desk, "MS03"),
    "cancelled": cancelled,
    "paused": paused,
    "another account, an exception": replaced,
    "arrears, no authorisation": lambda desk: with_arrears(desk, covered=False),
    "arrears, not covered": lambda desk: with_arrears(desk, covered=True),
}


class Looking:
    """A browser that looks at pages and follows each address on them once: nothing changes."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.followed: set[str] = set()

    def at(self, place: str) -> Page | None:
        """The page at this place, checked; None where it leads elsewhere or is not possible now."""
        response = self.browser.get(place)
        if response.status_code == 302:
            return None
        page = self.browser.page(response)
        if response.status_code == 409:
            return None
        assert response.status_code == 200, (place, response.status_code)
        self.followed.add(self.browser.address(place))
        if place.rpartition("/")[2] not in TITLES_OF_THEIR_OWN:
            assert page.heading in page.title, place
        for address in page.root.xpath("//main//a/@href"):
            if "/summaries/" in address:
                continue  # a paper takes as long as all pages; test_documents.py opens one
            if not address.startswith("#") and address not in self.followed:
                self.followed.add(address)
                status = self.browser.client.get(address).status_code
                assert status in {200, 302}, (place, address)
        return page


def places(site: Site, owner: Employer) -> list[str]:
    debits = site.office.scalars(select(Debit.reference)).all()
    mandates = site.office.scalars(select(Mandate.reference)).all()
    codes = ["2026-10", "2026-09", "2026-Q3"]
    return [
        "home", "debits", "declarations", "activate", "authorisations", "exceptions/new",
        "dues", "balance", "statement", "documents", "certificate", "check",
        "worksites", "worksites/new",
        *(f"debits/{one}" for one in debits),
        *(f"authorisations/{one}" for one in mandates),
        *(f"authorisations/{one}/{part}" for one in mandates for part in PARTS),
        *(f"declarations/{code}/{part}" for code in codes for part in ("edit", "worksite")),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_every_kind_of_employer_opens(
    site: Site, visitor: Browser, kind: str
) -> None:
    desk = site.desk
    owner = KINDS[kind](desk)
    site.clock.go_to(max(desk.on, FILED))
    visitor.enter(owner.member_number)
    quarters = owner.periodicity is Periodicity.QUARTERLY
    seen, looking = 0, Looking(visitor)
    for place in places(site, owner):
        if place.startswith("declarations/") and ("Q" in place) is not quarters:
            continue
        seen += looking.at(place) is not None
    assert seen >= 5


@pytest.mark.parametrize("status", DebitStatus)
def test_a_debit_is_shown_in_every_status(
    site: Site, visitor: Browser, status: DebitStatus
) -> None:
    owner = presented_again(site.desk)
    hold = HoldReason.BANK_REFUSAL if status is DebitStatus.HELD else None
    site.office.execute(update(Debit).values(status=status, hold_reason=hold))
    site.office.commit()
    site.clock.go_to(ANSWERED)
    visitor.enter(owner.member_number)
    reference = site.desk.debits()[0].reference
    looking = Looking(visitor)
    for place in ("home", "debits", f"debits/{reference}", "declarations/2026-10"):
        assert looking.at(place) is not None


@pytest.mark.parametrize("reason", HoldReason)
def test_every_reason_to_hold_a_debit_is_shown(
    site: Site, visitor: Browser, reason: HoldReason
) -> None:
    owner = announced(site.desk)
    held = {"status": DebitStatus.HELD, "hold_reason": reason}
    site.office.execute(update(Debit).values(held))
    site.office.commit()
    visitor.enter(owner.member_number)
    reference = site.desk.debits()[0].reference
    looking = Looking(visitor)
    for place in ("home", "debits", f"debits/{reference}"):
        assert looking.at(place) is not None


@pytest.mark.parametrize("status", MandateStatus)
def test_an_authorisation_is_shown_in_every_status(
    site: Site, visitor: Browser, status: MandateStatus
) -> None:
    owner = declared(site.desk)
    site.office.execute(update(Mandate).values(status=status))
    site.office.commit()
    visitor.enter(owner.member_number)
    reference = site.office.scalars(select(Mandate.reference)).one()
    looking = Looking(visitor)
    for place in ("home", f"authorisations/{reference}", "declarations/2026-10"):
        assert looking.at(place) is not None
    looking.at("activate")


def test_a_nil_declaration_and_its_review_are_shown(
    site: Site, visitor: Browser, browser: Browser
) -> None:
    edit = browser.open("declarations/2026-10/edit")
    browser.post("declarations/2026-10/edit", edit.form() | {"step": "nil"})
    looking = Looking(browser)
    review = looking.at("declarations/2026-10/review")
    assert review is not None
    browser.post("declarations/2026-10/review", review.form())
    assert looking.at("declarations/2026-10") is not None
