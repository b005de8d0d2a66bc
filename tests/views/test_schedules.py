"""A payment schedule on the employer's pages: read, and accepted with a fresh code or refused."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests import builders
from tests.services.collecting import ANNOUNCING
from tests.services.people import signed_in
from tests.services.scheduling import Debtor
from tests.views.browser import Browser, Site
from tests.views.test_query_counts import MOST, counting
from webapp.domain.statuses import DueStatus, MandateStatus, PaymentScheduleStatus
from webapp.models import Due, Mandate, PaymentSchedule
from webapp.services.delegations import grant

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


@pytest.fixture
def debtor(site: Site) -> Debtor:
    site.office.rollback()
    return Debtor(site.desk)


@pytest.fixture
def browser(visitor: Browser, debtor: Debtor) -> Browser:
    visitor.enter(debtor.session.merge(debtor.owner).member_number)
    debtor.session.rollback()
    return visitor


def confirm(browser: Browser) -> None:
    """The fresh code that an act of weight asks for."""
    page = browser.open("confirm")
    asked = browser.post("confirm", page.form() | {"step": "ask"})
    assert asked.status_code == 200
    sent = {"code": browser.site.last_code(), "step": "confirm"}
    assert browser.post("confirm", browser.open("confirm").form() | sent).status_code == 302


def accept(browser: Browser, reference: str) -> int:
    place = f"schedules/{reference}"
    return browser.post(f"{place}/accept", browser.open(place).form()).status_code


def test_the_home_leads_to_it_and_it_is_accepted_with_a_fresh_code(
    browser: Browser, debtor: Debtor
) -> None:
    debtor.surcharge(debtor.old_dues()[0])
    reference = debtor.propose()
    browser.site.clock.wait(minutes=11)
    place = f"schedules/{reference}"
    home = browser.open("home")
    assert home.root.xpath(f"//main//a[contains(@href, '{place}')]")
    page = browser.open(place)
    assert len(page.root.xpath("//table")[0].xpath(".//tbody/tr")) == 3
    answer = browser.post(f"{place}/accept", page.form())
    assert answer.location == browser.address("confirm")
    assert debtor.status(reference) is PaymentScheduleStatus.PROPOSED
    confirm(browser)
    again = browser.open(f"{place}/accept")
    answer = browser.post(f"{place}/accept", again.form())
    assert answer.location == browser.address(place)
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    page = browser.open(place)
    assert page.root.xpath("//div[@role='status']")
    assert not page.root.xpath("//main//form[contains(@action, 'accept')]")
    assert browser.open("home").root.xpath(f"//main//a[contains(@href, '{place}')]")


def test_what_was_overtaken_is_refused_with_a_sentence(browser: Browser, debtor: Debtor) -> None:
    reference = debtor.propose()
    confirm(browser)
    place = f"schedules/{reference}"
    form = browser.open(place).form()
    due = debtor.old_dues()[0]
    paid = update(Due).where(Due.id == due).values(status=DueStatus.PAID_ELSEWHERE)
    debtor.session.execute(paid)
    debtor.session.commit()
    refused = browser.post(f"{place}/accept", form)
    assert refused.status_code == 422
    assert browser.page(refused).root.xpath("//div[contains(@class, 'notice-bad')]")
    page = browser.open(place)
    assert page.root.xpath("//div[contains(@class, 'notice-bad')]")
    assert not page.root.xpath("//main//form[contains(@action, 'accept')]")


def test_without_an_authorisation_in_force_the_page_says_what_to_do_first(
    browser: Browser, debtor: Debtor
) -> None:
    reference = debtor.propose()
    debtor.session.execute(update(Mandate).values(status=MandateStatus.SUSPENDED))
    debtor.session.commit()
    page = browser.open(f"schedules/{reference}")
    assert page.root.xpath("//main//div[contains(@class, 'notice-todo')]//a")
    assert not page.root.xpath("//main//form[contains(@action, 'accept')]")


def test_who_acts_without_the_right_to_sign_reads_it_and_does_not_accept(
    site: Site, visitor: Browser, debtor: Debtor
) -> None:
    reference = debtor.propose()
    me = signed_in(debtor.session.merge(debtor.owner))
    debtor.session.rollback()
    day = builders.working_day(site.office, debtor.desk.on)
    grant(
        site.office, day, builders.VAULT, me, "سمير", "samir@cabinet.example", visitor.language,
        may_sign=False,
    )  # fmt: skip
    act_for(visitor, "samir@cabinet.example")
    page = visitor.open(f"schedules/{reference}")
    assert not page.root.xpath("//main//form[contains(@action, 'accept')]")
    sent = {"csrf_token": visitor.token_of_session()}
    assert visitor.post(f"schedules/{reference}/accept", sent).status_code == 403
    assert debtor.status(reference) is PaymentScheduleStatus.PROPOSED


def act_for(browser: Browser, email: str) -> None:
    page = browser.open("sign-in/person")
    browser.post("sign-in/person", page.form() | {"email": email})
    code = browser.open("sign-in/code")
    browser.post("sign-in/code", code.form(0) | {"code": browser.site.last_code()})
    listed = browser.open("person/employers")
    (address,) = listed.root.xpath("//main//table//form/@action")
    browser.client.post(address, data=listed.form())


@ONE_ENGINE
@pytest.mark.parametrize("status", PaymentScheduleStatus)
def test_it_is_shown_in_every_state(
    browser: Browser, debtor: Debtor, status: PaymentScheduleStatus
) -> None:
    reference = debtor.propose() if status is PaymentScheduleStatus.PROPOSED else ""
    if status is PaymentScheduleStatus.WITHDRAWN:
        debtor.withdraw(reference := debtor.propose())
        browser.open(f"schedules/{reference}", status=404)
    elif not reference:
        reference = debtor.agreed()
        debtor.session.execute(update(PaymentSchedule).values(status=status))
        debtor.session.commit()
    if status is not PaymentScheduleStatus.WITHDRAWN:
        browser.open(f"schedules/{reference}")
    home = browser.open("home")
    told = status in {
        PaymentScheduleStatus.PROPOSED,
        PaymentScheduleStatus.ACCEPTED,
        PaymentScheduleStatus.BROKEN,
    }
    assert bool(home.root.xpath(f"//main//a[contains(@href, '{reference}')]")) is told


def test_what_is_to_come_is_not_told_as_waiting_for_a_debit(
    browser: Browser, debtor: Debtor
) -> None:
    debtor.agreed()
    assert not browser.open("home").root.xpath("//section[@aria-labelledby='awaiting']")


@ONE_ENGINE
def test_a_debit_names_the_instalment_in_it(browser: Browser, debtor: Debtor) -> None:
    debtor.agreed()
    debtor.desk.run(ANNOUNCING)
    reference = debtor.desk.debits()[0].reference
    debtor.session.rollback()
    name = {"ar": "قسط", "fr": "Tranche"}[browser.language]
    assert name in browser.open(f"debits/{reference}").text_of("//tbody//th")


@ONE_ENGINE
def test_many_instalments_take_no_more_questions_than_few(
    site: Site, browser: Browser, debtor: Debtor
) -> None:
    counts = []
    for count in (2, 24):
        reference = debtor.propose(debtor.parts(count))
        with counting(site) as told:
            browser.open(f"schedules/{reference}")
            browser.open("home")
        counts.append(len(told))
        debtor.withdraw(reference)
    assert counts[0] == counts[1] <= 2 * MOST


@ONE_ENGINE
@pytest.mark.parametrize(("ceiling", "told"), [(1_000_00, True), (900_000_000_00, False)])
def test_an_instalment_above_the_ceiling_is_said_before_accepting(
    browser: Browser, debtor: Debtor, ceiling: int, told: bool
) -> None:
    reference = debtor.propose()
    debtor.session.execute(update(Mandate).values(ceiling_centimes=ceiling))
    debtor.session.commit()
    page = browser.open(f"schedules/{reference}")
    assert bool(page.root.xpath("//main//a[contains(@href, '/ceiling')]")) is told
