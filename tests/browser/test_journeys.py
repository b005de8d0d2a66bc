"""From the public page to a signed authorisation, a filed declaration and the debit's day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.browser.employers import newcomer
from tests.browser.journeys import CCP, RIP, Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from webapp.models import Declaration, Employer, Language, Mandate
from webapp.services.runs import run_due_debits

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
TOTAL = {"ar": "324 000,00 دج", "fr": "324 000,00 DA"}
TOTAL_WITH_ADDED = {"ar": "453 600,00 دج", "fr": "453 600,00 DA"}


@pytest.fixture
def journey(phone: Phone, site: Site, language: str, javascript: bool) -> Journey:
    return Journey(phone.open(f"/{language}/"), site, language, javascript)


def rows_of(site: Site, model: type, member_number: str) -> int:
    with site.session() as session:
        mine = select(Employer.id).where(Employer.member_number == member_number)
        found = select(func.count()).select_from(model)
        return session.scalar(found.where(model.employer_id == mine.scalar_subquery())) or 0


def new_member(site: Site, language: str) -> str:
    with site.session() as session:
        return newcomer(session, Language(language))


@WITH_AND_WITHOUT
def test_an_employer_enrols_declares_and_finds_the_debit(
    journey: Journey, site: Site, language: str, javascript: bool
) -> None:
    member = new_member(site, language)
    # From the public page to the one page, through nothing but the sign-in.
    journey.touch("main a.button")
    journey.sign_in(member)
    assert journey.path() == "/activate"
    assert journey.page.locator("html").get_attribute("dir") == {"ar": "rtl", "fr": "ltr"}[language]

    journey.fields.clear()
    journey.enrol(RIP if javascript else CCP)
    assert len(journey.fields) <= 4
    assert rows_of(site, Mandate, member) == 1
    reference = journey.path().rpartition("/")[2]
    assert reference in journey.text() and "6789" in journey.text()

    journey.go("/home")
    journey.touch("main .notice-todo a.button")
    journey.fields.clear()
    journey.fill_worksite(1, "5", "1 000 000,00")
    journey.fill_worksite(2, "12", "1500000")
    assert len(journey.fields) <= 3 * 2
    if javascript:
        # The weather base follows until it is changed, and the totals come while one types.
        assert journey.page.locator("[name$=weather_base]").first.input_value() == "1 000 000,00"
        journey.page.wait_for_function(
            "text => document.querySelector('#totals').innerText.replace(/\\s/g, ' ')"
            ".includes(text)",
            arg=TOTAL[language],
        )
    journey.press("add")
    journey.type("#name", "École primaire" if language == "fr" else "مدرسة ابتدائية")
    journey.page.locator("#wilaya").select_option("09")
    journey.touch("main form button.button")
    assert journey.page.locator("[name$=workers]").first.input_value() == "5"
    journey.fill_worksite(3, "٣", "1000000")
    journey.press("check")

    assert journey.path().endswith("/review")
    assert TOTAL_WITH_ADDED[language] in journey.text()
    journey.touch("main form button.button")
    assert journey.path() == "/declarations/2026-10"
    assert TOTAL_WITH_ADDED[language] in journey.text()

    # The back button, and the same form once more: nothing is filed a second time.
    journey.page.go_back()
    if journey.path().endswith("/review"):
        journey.touch("main form button.button")
    assert journey.path() == "/declarations/2026-10"
    assert rows_of(site, Declaration, member) == 1

    with site.session() as session:
        run_due_debits(
            session,
            builders.working_day(session, date(2026, 11, 26)),
            builders.tools(site.config.outbox),
        )
    journey.go("/debits")
    journey.touch("main table a")
    assert TOTAL_WITH_ADDED[language] in journey.text()
    assert {"ar": "ليوم 06/12/2026", "fr": "pour le 06/12/2026"}[language] in journey.text()


@WITH_AND_WITHOUT
def test_a_wrong_account_is_told_beside_its_field_and_stays_there(
    journey: Journey, site: Site, language: str, javascript: bool
) -> None:
    journey.go("/activate")
    journey.sign_in(new_member(site, language))
    journey.page.locator("#account").fill("00799999002345678942")
    if not javascript:
        journey.press("check")
    message = journey.page.locator("#account-error")
    message.wait_for()
    assert {"ar": "المفتاح لا يوافق الرقم", "fr": "La clé ne correspond pas"}[
        language
    ] in message.inner_text()
    assert journey.page.locator("#account").input_value() == "00799999002345678942"
    assert not journey.page.locator("#code").count()
