"""The one step: an account, the text that is read, a fresh code, one signature."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text

from tests import builders
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.authorisation import signed_text
from webapp.models import Employer, Event, Mandate, OneTimeCode, SignedText

RIB = builders.account().digits


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """The owner has come in by the pages: the code of that must sign nothing."""
    visitor.sign_in(owner.member_number)
    return visitor


def mandates(site: Site) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(Mandate)) or 0


def check_account(browser: Browser, **fields: str) -> Page:
    """The account is checked and a code is sent: the page to sign."""
    response = browser.send("activate", account=RIB, step="check", **fields)
    assert response.status_code == 200
    return browser.page(response)


def to_sign(browser: Browser, page: Page, **fields: str) -> dict[str, str]:
    code = {"code": browser.site.last_code(), "entitled": "y", "quality": "owner", "step": "sign"}
    return page.form() | code | fields


def test_an_employer_signs_with_the_code_and_sees_what_was_signed(
    browser: Browser, owner: Employer
) -> None:
    page = check_account(browser)
    assert len(browser.site.messages()) == 2
    signed = browser.post("activate", to_sign(browser, page))
    reference = browser.site.office.scalars(select(Mandate.reference)).one()
    assert signed.location == browser.address(f"authorisations/{reference}")
    shown = browser.open(f"authorisations/{reference}")
    assert reference in shown.text_of("//main") and RIB not in shown.response.text
    kept = browser.site.office.scalars(select(SignedText.text)).one()
    assert kept == signed_text(None)
    for paragraph in page.root.xpath("//*[@id='short-text' or @id='full-texts']//text()"):
        assert paragraph.strip() in kept


def test_the_same_signature_sent_twice_is_one_authorisation_and_both_lead_to_it(
    browser: Browser,
) -> None:
    page = check_account(browser)
    sent = to_sign(browser, page)
    first = browser.post("activate", sent)
    second = browser.client.post(first.request.path, data=sent, follow_redirects=False)
    assert first.location == second.location
    assert "/authorisations/" in (first.location or "")
    assert mandates(browser.site) == 1


def test_who_has_signed_comes_back_to_the_authorisation(browser: Browser) -> None:
    signed = browser.post("activate", to_sign(browser, check_account(browser)))
    assert browser.get("activate").location == signed.location


@pytest.mark.parametrize("missing", ["entitled", "code", "account", "quality"])
def test_nothing_is_signed_while_something_is_missing(browser: Browser, missing: str) -> None:
    page = check_account(browser)
    sent = to_sign(browser, page) | {missing: ""}
    refused = browser.refused(browser.post("activate", sent))
    assert missing in refused.errors()
    assert mandates(browser.site) == 0


def test_a_wrong_code_signs_nothing_and_keeps_what_was_typed(browser: Browser) -> None:
    page = check_account(browser, ceiling="2 000 000")
    wrong = f"{(int(browser.site.last_code()) + 1) % 10**6:06}"
    refused = browser.refused(browser.post("activate", to_sign(browser, page, code=wrong)))
    assert "code" in refused.errors()
    assert refused.root.get_element_by_id("account").get("value") == RIB
    assert refused.root.get_element_by_id("ceiling").get("value") == "2 000 000"
    assert refused.root.get_element_by_id("entitled").get("checked") is not None
    assert mandates(browser.site) == 0


def test_the_code_of_signing_in_cannot_sign(site: Site, browser: Browser) -> None:
    sign_in_code = site.last_code()
    page = check_account(browser)
    if sign_in_code != site.last_code():
        browser.refused(browser.post("activate", to_sign(browser, page, code=sign_in_code)))
    assert mandates(site) == 0


@pytest.mark.parametrize("ceiling", ["100", "٢٠٠٠٫٥"])
def test_a_text_that_was_not_shown_is_not_signed(browser: Browser, ceiling: str) -> None:
    page = check_account(browser)
    sent = to_sign(browser, page, ceiling=ceiling)
    refused = browser.refused(browser.post("activate", sent))
    assert "entitled" in refused.errors()
    assert mandates(browser.site) == 0
    # The page now shows the text with the ceiling: it can be signed.
    browser.post("activate", sent | {"text": refused.form()["text"]})
    assert mandates(browser.site) == 1


@pytest.mark.parametrize("digest", ["", "0" * 64, "ش"])
def test_a_forged_text_is_not_signed(browser: Browser, digest: str) -> None:
    page = check_account(browser)
    browser.refused(browser.post("activate", to_sign(browser, page, text=digest)))
    assert mandates(browser.site) == 0


def test_another_account_than_the_one_checked_is_what_is_signed(browser: Browser) -> None:
    """The signature takes the account that stands in the form when it is signed, checked again."""
    page = check_account(browser)
    other = builders.account()
    browser.post("activate", to_sign(browser, page, account=other.digits))
    assert browser.site.office.scalars(select(Mandate.account_last4)).one() == other.last4


def test_checking_twice_sends_one_code(browser: Browser) -> None:
    page = check_account(browser)
    browser.post("activate", page.form() | {"step": "check"})
    assert len(browser.site.messages()) == 2


def test_a_code_is_sent_again_after_a_minute_only(browser: Browser) -> None:
    page = check_account(browser)
    again = page.form() | {"step": "resend"}
    browser.refused(browser.post("activate", again))
    browser.site.clock.wait(minutes=1)
    assert browser.post("activate", again).status_code == 200
    assert len(browser.site.messages()) == 3
    browser.post("activate", to_sign(browser, page))
    assert mandates(browser.site) == 1


def test_no_code_is_sent_for_a_wrong_account(browser: Browser) -> None:
    wrong = RIB[:-1] + str((int(RIB[-1]) + 1) % 10)
    response = browser.send("activate", account=wrong, step="check")
    assert "account" in browser.refused(response).errors()
    assert len(browser.site.messages()) == 1
    assert browser.site.office.scalar(select(func.count()).select_from(OneTimeCode)) == 1


def test_the_language_switch_keeps_what_was_typed_and_signs_nothing(browser: Browser) -> None:
    page = check_account(browser)
    other = {"ar": "fr", "fr": "ar"}[browser.language]
    response = browser.post(f"/{other}/activate", to_sign(browser, page, language=other))
    assert response.status_code == 200
    shown = browser.page(response)
    assert shown.root.get_element_by_id("account").get("value") == RIB
    assert mandates(browser.site) == 0


def test_the_account_is_nowhere_in_clear(browser: Browser) -> None:
    browser.post("activate", to_sign(browser, check_account(browser)))
    office = browser.site.office
    for table in (
        "mandates",
        "mandate_drafts",
        "mandate_signatures",
        "events",
        "messages",
        "one_time_codes",
        "kept_forms",
        "throttles",
    ):
        for row in office.execute(text(f"SELECT * FROM {table}")):
            assert RIB.encode() not in b" ".join(
                value if isinstance(value, bytes) else str(value).encode() for value in row
            )


def test_the_paper_shows_the_account_in_print_and_records_the_look(browser: Browser) -> None:
    signed = browser.post("activate", to_sign(browser, check_account(browser)))
    paper = browser.get(f"{signed.location}/document")
    printed = PdfReader(io.BytesIO(paper.data)).pages[1].extract_text()
    assert RIB in re.sub(r"\s", "", printed)
    assert RIB not in re.sub(r"\s", "", browser.open(str(signed.location)).response.text)
    causes = browser.site.office.scalars(select(Event.cause)).all()
    assert causes.count("account_shown") == 1
