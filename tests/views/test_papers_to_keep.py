"""The paper of an authorisation, its check by anybody, and the copy of one's data."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update

from tests import builders
from tests.services.collecting import FILED
from tests.views.browser import Browser, Site
from webapp.adapters import documents
from webapp.domain.errors import DocumentsUnavailable
from webapp.domain.rules import AccessRules, Limit
from webapp.models import Employer, Event, Mandate
from webapp.services.check_codes import code_of
from webapp.services.checking import proof_of
from webapp.views import desk


def mandate_of(site: Site, owner: Employer) -> str:
    site.office.rollback()
    reference = builders.mandate(site.office, builders.working_day(site.office, FILED), owner)
    site.office.rollback()
    return reference


def test_the_paper_is_a_pdf_that_runs_nothing_and_the_look_is_an_event(
    site: Site, browser: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, owner)
    answer = browser.get(f"authorisations/{reference}/document")
    assert answer.status_code == 200 and answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    told = answer.headers["Content-Disposition"]
    assert told.startswith(f"inline; filename=\"khatwa-{reference}.pdf\"; filename*=UTF-8''")
    assert told.isascii()
    name = "ترخيص بالاقتطاع الدوري" if browser.language == "ar" else "Autorisation de prélèvement"
    assert name in unquote(told) and reference in unquote(told).split("UTF-8")[1]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    looked = site.office.scalars(select(Event.cause).order_by(Event.id.desc())).first()
    assert looked == "account_shown"


def test_the_page_of_an_authorisation_leads_to_its_paper_to_look_at_and_to_keep(
    site: Site, browser: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, owner)
    paper = browser.address(f"authorisations/{reference}/document")
    links = browser.open(f"authorisations/{reference}").root.xpath("//a/@href")
    assert {paper, f"{paper}?download=1"} <= set(links)
    kept = browser.get(f"authorisations/{reference}/document?download=1")
    assert kept.headers["Content-Disposition"].startswith("attachment; ")


def test_the_paper_of_a_stranger_is_missing_and_no_look(
    site: Site, browser: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, builders.employer(site.office))
    before = site.office.scalar(select(func.count(Event.id)))
    for place in (reference, "KM00000000"):
        browser.open(f"authorisations/{place}/document", status=404)
    assert site.office.scalar(select(func.count(Event.id))) == before


def test_a_machine_without_pango_says_so_and_changes_nothing(
    site: Site, browser: Browser, owner: Employer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise DocumentsUnavailable(package="libpango-1.0-0")

    reference = mandate_of(site, owner)
    monkeypatch.setattr(documents, "_weasyprint", missing)
    page = browser.open(f"authorisations/{reference}/document", status=503)
    assert page.root.xpath("//h1")


def test_anybody_with_the_paper_can_check_it_and_reads_no_more_than_is_needed(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, owner)
    mandate = site.office.scalars(select(Mandate)).one()
    last4, whole = mandate.account_last4, builders.VAULT.open(
        mandate.account, f"mandate:{reference}"
    )  # fmt: skip
    page = visitor.open(f"check/{reference}/{proof_of(builders.VAULT, reference)}")
    text = page.response.text
    assert reference in text and last4 in text and "02/11/2026" in text
    assert (owner.name_ar if visitor.language == "ar" else owner.name_fr) in html.unescape(text)
    for secret in (owner.member_number, owner.phone, owner.signatory_name, whole, whole[8:18]):
        assert secret not in text
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", ["active", "signed", "suspended", "revoked"])
def test_the_check_tells_each_state_in_a_sentence_of_its_own(
    site: Site, visitor: Browser, owner: Employer, status: str
) -> None:
    reference = mandate_of(site, owner)
    site.office.execute(update(Mandate).values(status=status))
    site.office.commit()
    text = visitor.open(f"check/{reference}/{proof_of(builders.VAULT, reference)}").response.text
    told = {
        "active": ("ساري المفعول", "est en vigueur"), "signed": ("قبل تأكيده", "pas encore"),
        "suspended": ("الوقت الحالي", "est suspendue"), "revoked": ("بعد الآن", "pris fin"),
    }  # fmt: skip
    for one, sentence in told.items():
        assert (sentence[visitor.language == "fr"] in html.unescape(text)) is (one == status)


def test_a_wrong_proof_and_an_unknown_paper_answer_alike(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, owner)
    proof = proof_of(builders.VAULT, reference)
    wrong = proof[:-1] + ("0" if proof[-1] != "0" else "1")
    pages = [
        re.sub("check/[^\"]+", "check/", visitor.open(place, status=404).response.text)
        for place in (
            f"check/{reference}/{wrong}", f"check/KM00000000/{proof}", "check/ش/é", "check/%00/0",
        )
    ]  # fmt: skip
    assert len(set(pages)) == 1
    assert owner.name_fr not in pages[0] and owner.name_ar not in pages[0]


def test_checks_are_counted_for_all_together(
    site: Site, visitor: Browser, owner: Employer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = mandate_of(site, owner)
    place = f"check/{reference}/{proof_of(builders.VAULT, reference)}"
    rules = AccessRules(checks_for_all=Limit("checks of papers", 1, 5))
    monkeypatch.setattr(desk, "ACCESS", rules)
    visitor.open(place)
    site.browser("fr").open(place.replace("/ar/", "/fr/"), status=429)


@pytest.mark.parametrize(
    ("public", "start"), [("https://khatwa.dz", "https://khatwa.dz/"), ("", "http://localhost/")]
)
def test_the_code_leads_to_the_address_that_the_setting_names(
    site: Site, browser: Browser, owner: Employer, public: str, start: str
) -> None:
    reference = mandate_of(site, owner)
    site.app.config["KHATWA"] = replace(site.app.config["KHATWA"], public_address=public)
    pdf = browser.get(f"authorisations/{reference}/document").data
    links = [
        str(note.get_object()["/A"]["/URI"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for note in page["/Annots"]  # type: ignore[attr-defined]
    ]
    typed = code_of(builders.VAULT, reference)
    assert links == [f"{start}{code}/check/{typed}" for code in ("ar", "fr")]
    assert site.browser("ar").open(links[0].removeprefix(start.rstrip("/")))


def test_the_copy_is_taken_away_with_a_fresh_code(
    site: Site, browser: Browser, owner: Employer
) -> None:
    mandate_of(site, owner)
    browser.open("my-data/export")
    token = browser.token_of_session()
    answer = browser.post("my-data/export", {"csrf_token": token})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="khatwa.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        told = json.loads(archive.read("khatwa.json"))
        assert archive.read("khatwa.pdf").startswith(b"%PDF-")
    assert told["employer"][0]["member_number"] == owner.member_number
    site.clock.wait(minutes=11)
    again = browser.post("my-data/export", {"csrf_token": token})
    assert again.location == browser.address("confirm")
