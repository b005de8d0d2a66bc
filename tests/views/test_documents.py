"""The papers of an employer in one place: what there is, what there is not yet, what is void."""

from __future__ import annotations

import html
import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED
from tests.views.browser import Browser, Site
from webapp.domain.check_codes import PaperKind, number_of
from webapp.models import Attempt, Certificate, Employer
from webapp.services.check_codes import code_of

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
EACH_LANGUAGE = pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
AFTER = COLLECTION.replace(month=12, day=1)
V = builders.VAULT
pytestmark = ONE_ENGINE


def declared(site: Site, owner: Employer) -> None:
    site.office.rollback()
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    builders.declaration(site.office, day, owner)
    site.office.rollback()


def settled(site: Site, owner: Employer, *, returned: bool = False) -> str:
    """A debit whose money has come, and went again where the bank took it back."""
    declared(site, owner)
    (desk := site.desk).send_all()
    attempt, reference = desk.attempts()[0].end_to_end_id, desk.debits()[0].reference
    site.office.rollback()
    desk.take_in(desk.bank.settled({attempt: AMOUNT}), COLLECTION)
    if returned:
        desk.take_in(desk.bank.returned({attempt: AMOUNT}), AFTER)
    site.office.rollback()
    site.clock.go_to(AFTER)
    return reference


def text_of(browser: Browser, place: str) -> str:
    return html.unescape(browser.open(place).response.text)


def links(browser: Browser, place: str) -> list[str]:
    return [str(one) for one in browser.open(place).root.xpath("//main//a/@href")]


@EACH_LANGUAGE
def test_who_has_nothing_yet_reads_what_will_stand_there(browser: Browser) -> None:
    text = text_of(browser, "documents")
    for ar, fr in (
        ("لا يوجد أي وصل بعد", "Pas encore de reçu"),
        ("يوجد كشف عن كل سنة", "Il y en a un pour chaque année"),
    ):
        assert (ar if browser.language == "ar" else fr) in text
    navigation = browser.open("home").root.xpath("//nav//a/@href")
    assert browser.address("documents") in navigation


def test_a_settled_debit_has_its_receipt_on_its_page_in_the_list_and_among_the_papers(
    site: Site, browser: Browser, owner: Employer
) -> None:
    reference = settled(site, owner)
    browser.enter(owner.member_number)
    receipt = browser.address(f"debits/{reference}/receipt")
    for place in (f"debits/{reference}", "debits", "documents"):
        assert receipt in links(browser, place), place
    answer = browser.client.get(receipt)
    assert answer.headers["Content-Type"] == "application/pdf" and answer.data[:5] == b"%PDF-"
    assert "inline" in answer.headers["Content-Disposition"]
    text = PdfReader(io.BytesIO(answer.data)).pages[1].extract_text()
    assert reference in text and owner.member_number in text
    summary = browser.address("summaries/2026")
    assert summary in links(browser, "documents")
    assert browser.client.get(summary).data[:5] == b"%PDF-"
    browser.open("summaries/2019", status=404)


@EACH_LANGUAGE
def test_a_debit_that_was_returned_says_that_its_receipt_is_void(
    site: Site, browser: Browser, owner: Employer
) -> None:
    reference = settled(site, owner, returned=True)
    browser.enter(owner.member_number)
    void = "لاغٍ" if browser.language == "ar" else "sans valeur"
    assert void in text_of(browser, f"debits/{reference}")
    assert not any("receipt" in one for one in links(browser, "debits"))
    assert not any("receipt" in one for one in links(browser, "documents"))
    browser.open(f"debits/{reference}/receipt", status=404)


def test_a_debit_that_has_not_come_has_none(site: Site, browser: Browser, owner: Employer) -> None:
    declared(site, owner)
    site.desk.send_all()
    reference = site.desk.debits()[0].reference
    site.office.rollback()
    assert not any("receipt" in one for one in links(browser, f"debits/{reference}"))
    browser.open(f"debits/{reference}/receipt", status=404)


# ── the certificate ──────────────────────────────────────────────────────────────────────────


def test_one_button_and_the_certificate_is_there(
    site: Site, browser: Browser, owner: Employer
) -> None:
    declared(site, owner)
    page = browser.open("certificate")
    assert len(page.root.xpath("//main//form")) == 1
    browser.open("certificate/document", status=404)
    for _ in range(2):  # a second time changes nothing
        assert browser.post("certificate", page.form()).location == browser.address("certificate")
    made = site.office.scalars(select(Certificate)).one().reference
    site.office.rollback()
    after = browser.open("certificate")
    assert made in after.response.text and not after.root.xpath("//main//form")
    answer = browser.get("certificate/document")
    assert answer.data[:5] == b"%PDF-" and made in answer.headers["Content-Disposition"]
    assert made in PdfReader(io.BytesIO(answer.data)).pages[1].extract_text()
    assert browser.address("certificate/document") in links(browser, "documents")


@EACH_LANGUAGE
def test_what_is_missing_is_said_with_a_button_for_each(
    site: Site, browser: Browser, owner: Employer
) -> None:
    declared(site, owner)
    page = browser.open("certificate")
    site.desk.send_all()
    file, attempt = site.desk.files()[0].reference, site.desk.attempts()[0].end_to_end_id
    site.office.rollback()
    answered = site.desk.bank.status(file, {attempt: "RJCT"}, reason="AM04")
    site.desk.take_in(answered, COLLECTION)
    reference = site.desk.debits()[0].reference
    site.office.rollback()
    site.clock.go_to(AFTER.replace(month=12, day=31))
    browser.enter(owner.member_number)
    found = browser.open("certificate")
    assert not found.root.xpath("//main//form")
    amount = "129 600,00".replace(" ", "\u00a0")
    assert amount in html.unescape(found.response.text)
    addresses = [str(one) for one in found.root.xpath("//main//a[contains(@class,'button')]/@href")]
    assert browser.address(f"debits/{reference}") in addresses
    assert browser.address("declarations/2026-11/edit") in addresses
    # Whoever has had the page open since it was in order is told, and gets nothing.
    form = page.form() | {"csrf_token": browser.token()}
    assert browser.post("certificate", form).status_code == 200
    assert site.office.scalars(select(Certificate)).first() is None


def test_what_nobody_debits_leads_to_the_one_step(
    site: Site, browser: Browser, owner: Employer
) -> None:
    builders.declaration(site.office, builders.working_day(site.office, FILED), owner)
    site.office.rollback()
    site.clock.go_to(AFTER)
    browser.enter(owner.member_number)
    assert browser.address("activate") in links(browser, "certificate")


def test_who_does_not_declare_here_is_sent_to_the_agency(browser: Browser) -> None:
    page = browser.open("certificate")
    assert not page.root.xpath("//main//form")
    assert any("#agency" in str(one) for one in page.root.xpath("//main//a/@href"))


# ── the page of checks ───────────────────────────────────────────────────────────────────────


def receipt_code(site: Site) -> str:
    attempt = site.office.scalars(select(Attempt.id)).one()
    site.office.rollback()
    return code_of(V, number_of(PaperKind.RECEIPT, attempt))


@EACH_LANGUAGE
def test_a_code_that_is_typed_leads_to_its_paper(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    settled(site, owner)
    code = receipt_code(site)
    page = visitor.open("check")
    typed = code.replace("-", " ").lower().replace("0", "o")
    answer = visitor.post("check", page.form() | {"code": typed})
    assert answer.location == visitor.address(f"check/{code}")
    found = visitor.open(f"check/{code}")
    text = html.unescape(found.response.text)
    assert "129\u00a0600,00" in text and "30/11/2026" in text
    assert (owner.name_ar if visitor.language == "ar" else owner.name_fr) in text
    for secret in (owner.member_number, owner.phone, site.desk.debits()[0].reference):
        assert secret not in text
    assert found.response.headers["X-Robots-Tag"] == "noindex"
    site.office.execute(update(Attempt).values(returned_at=site.clock.now))
    site.office.commit()
    void = "لم يعد صالحا" if visitor.language == "ar" else "n'est plus valable"
    assert void in text_of(visitor, f"check/{code}")


@EACH_LANGUAGE
def test_what_is_no_code_is_said_beside_the_field_and_kept(visitor: Browser) -> None:
    page = visitor.open("check")
    for typed in ("", "KQ00-0000", "x" * 300):
        answer = visitor.post("check", page.form() | {"code": typed})
        wrong = visitor.page(answer)
        assert answer.status_code == 422 and wrong.root.xpath("//p[@id='code-error']")
        assert wrong.root.xpath("//input[@id='code']/@value") in ([typed], [] if not typed else "")


def test_a_wrong_code_and_an_unknown_paper_answer_with_the_same_bytes(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    settled(site, owner)
    code = receipt_code(site)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    unknown = number_of(PaperKind.RECEIPT, 999_999)
    answers = set()
    for typed in (
        wrong, f"{unknown}{'0' * 10}", f"KT{'0' * 18}", f"KY{'0' * 18}", f"KM{'0' * 18}",
        "Z" * 20, "what", "ش", "%00",
    ):  # fmt: skip
        text = visitor.open(f"check/{typed}", status=404).response.text
        answers.add(re.sub(r'check/[^"]+', "check/", text))
    assert len(answers) == 1


@EACH_LANGUAGE
def test_each_state_of_a_certificate_is_said_plainly(
    site: Site, browser: Browser, owner: Employer
) -> None:
    declared(site, owner)
    browser.post("certificate", browser.open("certificate").form())
    code = code_of(V, site.office.scalars(select(Certificate.reference)).one())
    site.office.rollback()
    valid, no_more = {
        "ar": ("هذه الشهادة صالحة", "هذه الشهادة لم تعد صالحة"),
        "fr": ("Cette attestation est valable", "Cette attestation n'est plus valable"),
    }[browser.language]
    text = text_of(browser, f"check/{code}")
    assert (
        valid in text and no_more not in text and owner.member_number not in text.split("main")[1]
    )
    for cause in ("overdue", "not_declared", "replaced"):
        site.office.execute(
            update(Certificate).values(revoked_at=site.clock.now, revocation_cause=cause)
        )
        site.office.commit()
        text = text_of(browser, f"check/{code}")
        assert no_more in text and valid not in text
    site.office.execute(update(Certificate).values(revoked_at=None, revocation_cause=None))
    site.office.commit()
    site.clock.go_to(FILED.replace(year=2027))
    assert no_more in text_of(site.browser(browser.language), f"check/{code}")
