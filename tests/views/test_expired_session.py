"""A session that expired while somebody typed loses nothing, and shows it to nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests import builders
from tests.views.browser import Browser, Site
from webapp.models import Employer, KeptForm, Mandate

RIB = builders.account().digits


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """The owner has come in by the pages."""
    visitor.sign_in(owner.member_number)
    return visitor


def typed_too_late(browser: Browser, **wait: float) -> None:
    """The account is typed, and sent when the session is over."""
    sent = browser.open("activate").form() | {
        "account": RIB, "ceiling": "2 000", "entitled": "y", "code": "123456", "step": "sign",
    }  # fmt: skip
    browser.site.clock.wait(**wait)
    assert browser.post("activate", sent).location == browser.address("sign-in")


@pytest.mark.parametrize("wait", [{"minutes": 15}, {"hours": 7}])
def test_what_was_typed_comes_back_after_signing_in(
    browser: Browser, owner: Employer, wait: dict[str, float]
) -> None:
    typed_too_late(browser, **wait)
    told = browser.open("sign-in")
    assert told.root.xpath("//*[@role='status']")
    assert browser.sign_in(owner.member_number).location == browser.address("activate")
    page = browser.open("activate")
    kept = {name: page.root.get_element_by_id(name).get("value") for name in ("account", "ceiling")}
    assert kept == {"account": RIB, "ceiling": "2 000"}
    assert not browser.site.office.scalars(select(Mandate.id)).all(), "nothing was signed"


def test_the_code_is_not_kept(browser: Browser, owner: Employer) -> None:
    typed_too_late(browser, minutes=15)
    browser.sign_in(owner.member_number)
    assert "123456" not in browser.open("activate").response.text


def test_it_comes_back_in_the_other_language_too(browser: Browser, owner: Employer) -> None:
    typed_too_late(browser, minutes=15)
    browser.sign_in(owner.member_number)
    other = {"ar": "fr", "fr": "ar"}[browser.language]
    page = browser.open(f"/{other}/activate")
    assert page.root.get_element_by_id("account").get("value") == RIB


def test_another_employer_who_signs_in_does_not_get_it(
    site: Site, browser: Browser, owner: Employer
) -> None:
    other = builders.employer(site.office).member_number
    typed_too_late(browser, minutes=15)
    browser.sign_in(other)
    assert RIB not in browser.open("activate").response.text
    browser.sign_out()
    browser.sign_in(owner.member_number)
    assert browser.open("activate").root.get_element_by_id("account").get("value") == RIB


def test_it_is_shown_once(browser: Browser, owner: Employer) -> None:
    typed_too_late(browser, minutes=15)
    browser.sign_in(owner.member_number)
    browser.open("activate")
    assert browser.open("activate").root.get_element_by_id("account").get("value") in {None, ""}


def test_what_is_kept_holds_no_account_in_clear(browser: Browser) -> None:
    typed_too_late(browser, minutes=15)
    row = browser.site.office.execute(text("SELECT typed FROM kept_forms")).one()
    assert RIB.encode() not in bytes(row.typed) and b"account" not in bytes(row.typed)


def test_a_declaration_comes_back_as_a_draft(browser: Browser, owner: Employer) -> None:
    place = "declarations/2026-10/edit"
    sent = browser.open(place).form()
    sent |= {name: "11" for name in sent if name.startswith("w")}
    browser.site.clock.wait(minutes=16)
    browser.post(place, sent | {"step": "check"})
    assert browser.sign_in(owner.member_number).location == browser.address(place)
    for _ in range(2):
        page = browser.open(place)
        assert "11" in {v for name, v in page.form().items() if name.startswith("w")}


def test_a_new_worksite_comes_back(browser: Browser, owner: Employer) -> None:
    place = "declarations/2026-10/worksite"
    sent = browser.open(place).form() | {"name": "Cité 500", "wilaya": "31"}
    browser.site.clock.wait(minutes=16)
    browser.post(place, sent)
    browser.sign_in(owner.member_number)
    page = browser.open(place)
    assert page.root.get_element_by_id("name").get("value") == "Cité 500"
    assert page.root.xpath("//option[@selected]/@value") == ["31"]


def test_a_page_that_was_only_read_keeps_nothing(browser: Browser, owner: Employer) -> None:
    browser.open("activate")
    browser.site.clock.wait(minutes=15)
    assert browser.get("debits").location == browser.address("sign-in")
    assert not browser.site.office.scalars(select(KeptForm.id)).all()
    assert browser.sign_in(owner.member_number).location == browser.address("debits")


def test_after_signing_out_nothing_is_kept(browser: Browser) -> None:
    sent = browser.open("activate").form() | {"account": RIB, "step": "check"}
    browser.sign_out()
    response = browser.post("activate", sent | {"csrf_token": browser.token()})
    assert response.location == browser.address("sign-in")
    assert not browser.site.office.scalars(select(KeptForm.id)).all()


@pytest.mark.parametrize("period", ["2" * 300, "2026-10%00"])
def test_a_form_sent_to_no_page_of_ours_is_not_kept(browser: Browser, period: str) -> None:
    token = browser.token()
    browser.site.clock.wait(minutes=15)
    response = browser.post(f"declarations/{period}/edit", {"csrf_token": token, "w1": "1"})
    assert response.location == browser.address("sign-in")


def test_a_busy_session_goes_on(browser: Browser) -> None:
    for _ in range(20):
        browser.site.clock.wait(minutes=14)
        browser.open("home")
