"""The pages of debits made in error: one asks, a colleague agrees, the office decides what then."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, Desk
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.adapters.transports import FolderTransport
from webapp.domain.roles import Role, Scope
from webapp.models import Debit, Due, Employer, OfficeRequest, Reversal
from webapp.services.debit_life import LifeKind
from webapp.services.sending_reversals import send_reversals
from webapp.services.staff.office_requests import decide
from webapp.services.staff.reversal_requests import ask_for_reversal
from webapp.wording import LIFE, QUALIFIERS


@pytest.fixture
def desk(people: Office) -> Desk:
    """One settled debit."""
    desk = people.site.desk
    desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: AMOUNT}), COLLECTION)
    people.site.clock.go_to(COLLECTION)
    people.site.office.rollback()
    return desk


@pytest.fixture
def debit(desk: Desk) -> tuple[int, str]:
    """Whose it is, and its reference."""
    found = desk.session.execute(select(Debit.employer_id, Debit.reference)).one()
    desk.session.rollback()
    return found.employer_id, found.reference


@pytest.fixture
def samira(people: Office) -> Colleague:
    return people.colleague(Role.COLLECTOR)


@pytest.fixture
def first(people: Office, samira: Colleague, language: str, debit: tuple[int, str]) -> Browser:
    return people.browser(samira, language)


@pytest.fixture
def second(people: Office, language: str, debit: tuple[int, str]) -> Browser:
    return people.browser(people.colleague(Role.COLLECTOR), language)


def one(desk: Desk, column: object) -> object:
    desk.session.rollback()
    found = desk.session.scalars(select(column)).one_or_none()  # type: ignore[call-overload]
    desk.session.rollback()
    return found


def test_a_debit_made_in_error_goes_its_whole_way(
    desk: Desk, debit: tuple[int, str], first: Browser, second: Browser
) -> None:
    owner_id, reference = debit
    money = f"staff/money/{owner_id}"
    (ask,) = first.open(money).root.xpath("//main//table//a[contains(@href, '/debits/')]/@href")
    assert ask.endswith(f"/debits/{reference}/give-back")
    look = first.open(ask)
    assert "129 600,00" in look.text_of("//main").replace("\u00a0", " ")
    page = first.refused(first.send(ask, reason=" "))
    assert set(page.errors()) == {"reason"}
    assert first.send(ask, reason="مرتين").location == first.address(money)
    assert first.get(ask).location == first.address(money), "nobody asks twice"

    place = f"staff/requests/{one(desk, OfficeRequest.reference)}"
    assert place in first.open("staff/decisions").response.text
    assert first.open(place).root.xpath("//main//select") == [], "one's own is not decided"
    token = first.open("staff/money").form(0)["csrf_token"]
    first.post(place, {"csrf_token": token, "verdict": "granted"})
    assert one(desk, Reversal.status) is None
    page = second.open(place)
    assert reference in page.response.text and "مرتين" in page.response.text
    second.send(place, verdict="granted")
    assert one(desk, Reversal.status) == "agreed"

    transports = {"BNA": FolderTransport(desk.drop)}
    day = builders.working_day(desk.session, COLLECTION)
    send_reversals(desk.session, day, desk.outbox, transports, desk.journal)
    end_to_end_id = desk.attempts()[0].end_to_end_id
    desk.take_in(desk.bank.given_back({end_to_end_id: AMOUNT}, f"RVSL-{end_to_end_id}"))
    page = second.open(money)
    (again,) = page.root.xpath("//main//form/@action[contains(., '/due-again')]")
    second.post(again, {"csrf_token": token_of(second)})
    assert one(desk, Due.status) == "open"
    page = second.open(money)
    assert page.root.xpath("//*[@role='status']")
    second.post(again, {"csrf_token": token_of(second)})
    assert one(desk, Due.status) == "open"


def test_the_employer_reads_that_it_was_an_error_and_went_back(
    desk: Desk, debit: tuple[int, str], people: Office, language: str
) -> None:
    day = builders.working_day(desk.session, COLLECTION, "staff:1")
    asked = ask_for_reversal(desk.session, day, builders.VAULT, Scope(None), *debit, "x")
    day = builders.working_day(desk.session, COLLECTION, "staff:2")
    decide(desk.session, day, builders.VAULT, lambda *_: None, Scope(None), asked, granted=True)
    transports = {"BNA": FolderTransport(desk.drop)}
    send_reversals(desk.session, day, desk.outbox, transports, desk.journal)
    end_to_end_id = desk.attempts()[0].end_to_end_id
    desk.take_in(desk.bank.given_back({end_to_end_id: AMOUNT}, f"RVSL-{end_to_end_id}"))
    owner = one(desk, Employer.member_number)
    browser = people.site.browser(language)
    browser.enter(str(owner))
    with people.site.app.test_request_context(), force_locale(language):
        debited, owed, life = (
            str(text).replace("\u00a0", " ")
            for text in (
                QUALIFIERS["reversed"],
                QUALIFIERS["given_back"],
                LIFE[LifeKind.GIVEN_BACK],
            )
        )
    page = browser.open(f"debits/{debit[1]}").text_of("//main")
    assert debited in page and life in page
    for place in ("dues", "debits", "balance", ""):
        page = browser.open(place).text_of("//main")
        assert place != "dues" or owed in page


def test_what_cannot_be_given_back_leads_nowhere(debit: tuple[int, str], first: Browser) -> None:
    owner_id, reference = debit
    money = f"staff/money/{owner_id}"
    for place in (f"{money}/debits/{reference}-9/give-back", f"{money}/debits/x/give-back"):
        assert first.get(place).location == first.address(money)


def token_of(browser: Browser) -> str:
    return browser.open("staff/money").form(0)["csrf_token"]
