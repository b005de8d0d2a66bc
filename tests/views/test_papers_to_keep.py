"""The paper of an authorisation, its check by anybody, and the copy of one's data."""

from __future__ import annotations

import io
import json
import zipfile

from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.views.browser import Browser, Site
from webapp.models import Employer, Event, Mandate
from webapp.services.checking import proof_of


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
    assert answer.headers["Content-Disposition"] == f'inline; filename="khatwa-{reference}.pdf"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    looked = site.office.scalars(select(Event.cause).order_by(Event.id.desc())).first()
    assert looked == "account_shown"


def test_anybody_with_the_paper_can_check_it_and_nobody_else(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    reference = mandate_of(site, owner)
    proof = proof_of(builders.VAULT, reference)
    page = visitor.open(f"check/{reference}/{proof}")
    text = page.response.text
    account = site.office.scalars(select(Mandate.account_last4)).one()
    assert reference in text and account in text
    assert owner.member_number not in text
    for place in (f"check/{reference}/{proof[:-1]}x", f"check/KM00000000/{proof}", "check/ش/é"):
        visitor.open(place, status=404)


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
