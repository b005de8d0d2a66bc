"""Nothing of an employer's opens without their session, and nothing of another's opens at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Browser, Site
from webapp import create_app
from webapp.adapters.vault import create_keys
from webapp.audiences import Audience, audience_of
from webapp.config import Environment, TestConfig
from webapp.extensions import db
from webapp.models import Declaration, DeclarationDraft, Employer, Mandate, WebSession, Worksite

VALUES = {
    "language": "fr", "code": "2026-10", "reference": "KM-1", "token": "T", "employer_id": "1",
    "invitation_id": "1", "session_id": "1", "debit_id": "1", "message_id": "1", "scan": "s",
    "bank_message_id": "1", "kind": "held", "act": "approve", "local_code_id": "1",
    "proof": "p", "worksite_id": "1", "due_id": "1", "run_id": "1", "on": "2026-12-31",
    "agency_id": "1", "wilaya_code": "16", "device": "KG-1", "year": "2026",
    "paper": "p",
}  # fmt: skip
COUNTED = (Declaration, DeclarationDraft, Mandate, Worksite)
# They show a password or a key, and no form of ours.
OF_PROGRAMS = frozenset({Audience.GATEWAY, Audience.PROGRAM_READS, Audience.PROGRAM_FILES})


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    """What the pages of signing in leave in the browser is what is looked at here."""
    visitor.sign_in(owner.member_number)
    return visitor


def employer_rules(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint)
        in {Audience.EMPLOYER, Audience.SIGNATORY, Audience.OWNER}
    ]


def address_of(rule: Rule, language: str) -> str:
    values = VALUES | {"language": language}
    return re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def counts(site: Site) -> list[int]:
    found = [site.office.scalar(select(func.count()).select_from(one)) or 0 for one in COUNTED]
    site.office.rollback()
    return found


def test_there_are_pages_of_employers(site: Site) -> None:
    assert len(employer_rules(site.app)) >= 10


def test_a_visitor_is_sent_to_sign_in_from_every_page_of_an_employer(visitor: Browser) -> None:
    token = visitor.token()
    for rule in employer_rules(visitor.site.app):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            response = visitor.client.open(
                address_of(rule, visitor.language), method=method, data={"csrf_token": token}
            )
            assert response.status_code == 302, rule
            assert response.location == visitor.address("sign-in")


@pytest.mark.parametrize("token", ["", "nobody's", "1", "\u0000", "ش"])
def test_a_cookie_that_names_no_session_is_nobody_s(site: Site, token: str) -> None:
    browser = site.browser()
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    assert browser.get("home").location == "/fr/sign-in"


def test_a_cookie_that_we_have_not_signed_is_nobody_s(browser: Browser) -> None:
    good = browser.cookie()
    other = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    for forged in (other, good.split(".")[0], "", "ش"):
        browser.take_cookie(forged)
        assert browser.get("home").status_code == 302
    browser.take_cookie(good)
    assert browser.get("home").status_code == 200


@pytest.mark.parametrize(
    "place", ["debits/{}", "debits?before={}", "authorisations/{}", "authorisations/{}/document"]
)
def test_what_is_another_s_looks_like_what_does_not_exist(
    site: Site, browser: Browser, place: str
) -> None:
    site.office.rollback()
    site.desk.file_one()
    site.desk.run(ANNOUNCING)
    (debit,) = site.desk.debits()
    theirs = site.office.scalars(select(Mandate.reference)).one()
    theirs = debit.reference if "debits" in place else theirs
    missing = "".join("Z" if sign.isalnum() else sign for sign in theirs)
    answers = [browser.open(place.format(one), status=404) for one in (theirs, missing)]
    foreign, nobody_s = (
        re.sub(r'name="csrf_token" value="[^"]*"', "", page.response.text.replace(one, ""))
        for page, one in zip(answers, (theirs, missing), strict=True)
    )
    assert foreign == nobody_s


def test_the_declaration_of_another_is_missing(site: Site, browser: Browser) -> None:
    other = builders.employer(site.office)
    builders.declaration(site.office, builders.working_day(site.office, FILED), other)
    browser.open("declarations/2026-10", status=404)


# ── sessions and their cookie ────────────────────────────────────────────────────────────────


def test_signing_out_takes_a_form_of_ours(browser: Browser) -> None:
    assert browser.get("sign-out").status_code == 405
    assert browser.post("sign-out", {}).status_code == 400
    browser.open("home")
    assert browser.sign_out().location == browser.address("sign-in")
    assert browser.get("home").location == browser.address("sign-in")


def test_after_signing_out_the_old_cookie_opens_nothing(browser: Browser) -> None:
    browser.open("home")
    old = browser.cookie()
    browser.sign_out()
    browser.take_cookie(old)
    assert browser.get("home").location == browser.address("sign-in")


def test_a_session_of_before_is_not_the_session_after_signing_in(
    visitor: Browser, owner: Employer
) -> None:
    """Who has planted a cookie in somebody's browser gains nothing when they sign in."""
    planted = visitor.token()
    before = visitor.cookie()
    visitor.sign_in(owner.member_number)
    thief = visitor.site.browser(visitor.language)
    thief.take_cookie(before)
    assert thief.get("home").status_code == 302
    assert visitor.post("sign-out", {"csrf_token": planted}).status_code == 400
    visitor.open("home")


def test_every_sign_in_is_a_session_of_its_own(
    site: Site, visitor: Browser, owner: Employer
) -> None:
    other = site.browser()
    for one in (visitor, other):
        one.sign_in(owner.member_number)
    visitor.sign_out()
    other.open("home")
    assert site.office.scalar(select(func.count(WebSession.token_sha256.distinct()))) == 2


def test_the_cookie_holds_neither_names_nor_accounts(browser: Browser, owner: Employer) -> None:
    browser.open("home")
    with browser.client.session_transaction() as cookie:
        kept = set(cookie)
        values = " ".join(map(str, cookie.values()))
    assert kept <= {"_user_id", "_id", "_fresh", "csrf_token", "language"}
    assert owner.name_fr not in values and owner.member_number not in values


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    visitor: Browser, owner: Employer
) -> None:
    header = visitor.sign_in(owner.member_number).headers["Set-Cookie"]
    assert re.match(r"khatwa=[\w.-]+; ", header)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header and "Expires" not in header and "Max-Age" not in header


@pytest.fixture
def in_production(tmp_path: Path) -> Iterator[Flask]:
    config = TestConfig.under(tmp_path / "production")
    object.__setattr__(config, "environment", Environment.PRODUCTION)
    config.prepare_home()
    create_keys(config.keys)
    app = create_app(config)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_in_production_the_cookie_belongs_to_this_host_over_https(in_production: Flask) -> None:
    client = in_production.test_client()
    response = client.get("/fr/sign-in", base_url="https://khatwa.example/")
    header = response.headers["Set-Cookie"]
    assert header.startswith("__Host-khatwa=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header
    assert "max-age=" in response.headers["Strict-Transport-Security"]


def test_in_production_there_is_no_page_for_development(in_production: Flask) -> None:
    rules = [
        rule
        for rule in in_production.url_map.iter_rules()
        if audience_of(in_production, rule.endpoint) is Audience.DEVELOPMENT
    ]
    assert rules
    client = in_production.test_client()
    for rule in rules:
        address = address_of(rule, "fr")
        assert client.get(address, base_url="https://khatwa.example/").status_code == 404


# ── headers ──────────────────────────────────────────────────────────────────────────────────


def test_no_page_of_an_employer_stays_in_a_browser(browser: Browser) -> None:
    for rule in employer_rules(browser.site.app):
        if "GET" not in (rule.methods or set()):
            continue
        response = browser.client.get(address_of(rule, browser.language))
        assert response.headers["Cache-Control"] == "no-store", rule
        if "Content-Disposition" in response.headers:  # a file of ours is run by nobody
            assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            continue
        policy = dict(
            part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; ")
        )
        assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
        assert "unsafe" not in str(policy)
    assert browser.cookie()


# ── forms of other sites ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "forged"}])
def test_a_form_that_is_not_from_our_pages_changes_nothing(
    browser: Browser, token: dict[str, str]
) -> None:
    app, before = browser.site.app, counts(browser.site)
    sent = {
        "name": "ورشة", "wilaya": "16", "step": "nil", "form_key": "k", "digest": "d",
        "account": builders.account().digits, "code": "123456", "member_number": "16/1",
    } | token  # fmt: skip
    posts = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set()) and audience_of(app, rule.endpoint) not in OF_PROGRAMS
    ]
    assert len(posts) >= 7
    for rule in posts:
        response = browser.post(address_of(rule, browser.language), sent)
        assert response.status_code == 400, rule
        browser.page(response)
    assert counts(browser.site) == before
    assert len(browser.site.messages()) == 1, "the code of signing in"
    browser.open("home")


def test_the_token_of_another_browser_is_not_ours(site: Site, browser: Browser) -> None:
    theirs = site.browser(browser.language).token()
    assert browser.post("sign-out", {"csrf_token": theirs}).status_code == 400
    browser.open("home")
