"""Acting for several employers: nothing of one is taken for another's, and it ends when it ends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import signed_in
from tests.views.browser import Browser, Site
from tests.views.test_gates import address_of, employer_rules
from webapp.audiences import Audience, audience_of
from webapp.models import DeclarationDraft, Employer, Subject, WebSession
from webapp.services.delegations import end, grant
from webapp.services.events import record
from webapp.services.transactions import transaction

EMAIL = "samir@cabinet.example"
EDIT = "declarations/2026-10/edit"
EVERYWHERE = ("home", "debits", "declarations", "my-data", "sessions", "person/employers")


def let(site: Site, owner: Employer, *, may_sign: bool = False) -> str:
    day = builders.working_day(site.office, FILED, f"employer:{owner.id}")
    who = signed_in(owner)
    return grant(
        site.office, day, builders.VAULT, who, "سمير محاسب", EMAIL, "ar", may_sign=may_sign
    )


def person_at(site: Site, language: str = "fr") -> Browser:
    browser = site.browser(language)
    asked = browser.send("sign-in/person", email=EMAIL)
    assert asked.location == browser.address("sign-in/code")
    page = browser.open("sign-in/code")
    entered = browser.post("sign-in/code", page.form(0) | {"code": site.last_code()})
    assert entered.status_code == 302
    return browser


def act(browser: Browser, reference: str) -> None:
    token = browser.open("person/employers").form()["csrf_token"]
    answer = browser.post(f"person/employers/{reference}", {"csrf_token": token})
    assert answer.location == browser.address("home")


@pytest.fixture
def two(site: Site) -> dict[str, Employer]:
    """Two employers, by the reference of what lets the same person act for them."""
    owners = [builders.employer(site.office) for _ in range(2)]
    owners[0].name_fr, owners[1].name_fr = "SARL Un", "SARL Deux"
    owners[0].name_ar, owners[1].name_ar = "شركة أولى", "شركة ثانية"
    site.office.commit()
    found = {let(site, owner, may_sign=True): owner for owner in owners}
    for owner in owners:
        site.office.refresh(owner)
        site.office.expunge(owner)
    site.office.rollback()
    return found


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_page_says_for_whom_one_acts_and_leads_back(
    site: Site, two: dict[str, Employer], language: str
) -> None:
    person = person_at(site, language)
    for reference, owner in two.items():
        act(person, reference)
        name = owner.name_ar if language == "ar" else owner.name_fr
        page = person.open("home")
        assert name in page.text_of("//header")
        page = person.open("debits")
        token = page.root.xpath("//nav//input[@name='csrf_token']/@value")[0]
        (back,) = page.root.xpath("//nav//form[contains(@action, 'person/leave')]/@action")
        assert person.post(back, {"csrf_token": token}).location == person.address(
            "person/employers"
        )
        assert person.get("home").location == person.address("person/employers")


def test_a_form_of_one_employer_in_another_window_is_never_taken_for_the_other_s(
    site: Site, two: dict[str, Employer]
) -> None:
    person = person_at(site)
    first, second = two
    act(person, first)
    typed = person.open(EDIT).form() | {"step": "save"}
    act(person, second)
    assert person.post(EDIT, typed).status_code == 400
    assert site.office.scalar(select(func.count()).select_from(DeclarationDraft)) == 0
    person.open(EDIT)


def test_the_code_of_one_employer_is_not_waited_for_at_the_other_s(
    site: Site, two: dict[str, Employer]
) -> None:
    """Asked for one, it could sign nothing for the other, and no other would be sent."""
    person = person_at(site)
    sent = []
    for reference in two:
        act(person, reference)
        page = person.open("activate")
        account = builders.account().digits
        answer = person.post("activate", page.form() | {"account": account, "step": "check"})
        assert answer.status_code == 200
        sent.append(len(site.messages()))
    assert sent == [2, 3], "one to sign in, one for each"
    codes = [one for one in site.messages() if one["address"] == EMAIL]
    assert len(codes) == 3, "they go to the person and not to the employer"


def test_the_token_of_before_opens_nothing_after_the_switch(
    site: Site, two: dict[str, Employer]
) -> None:
    person = person_at(site)
    first, second = two
    act(person, first)
    before = person.cookie()
    act(person, second)
    thief = site.browser()
    thief.take_cookie(before)
    for place in EVERYWHERE:
        assert thief.get(place).status_code == 302
        assert "sign-in" in str(thief.get(place).location)


def refuse_everywhere(browser: Browser, cookie: str) -> None:
    """With this cookie every page that is not for all sends to sign in."""
    app = browser.site.app
    rules = employer_rules(app) + [
        rule
        for rule in app.url_map.iter_rules()
        if audience_of(app, rule.endpoint) is Audience.PERSON
    ]
    assert len(rules) >= 30
    for rule in rules:
        if "GET" in (rule.methods or set()):
            browser.take_cookie(cookie)
            response = browser.client.get(address_of(rule, browser.language))
            assert response.status_code == 302, rule
            assert "/sign-in" in str(response.location), rule


@pytest.mark.parametrize("how", ["signed out", "ended elsewhere", "signed out elsewhere"])
def test_the_token_of_an_ended_session_opens_nothing_anywhere(
    site: Site, owner: Employer, how: str
) -> None:
    lost, kept = site.browser(), site.browser()
    lost.sign_in(owner.member_number)
    lost.open("home")
    cookie = lost.cookie()
    kept.sign_in(owner.member_number)
    token = kept.token_of_session()
    if how == "signed out":
        lost.sign_out()
    elif how == "ended elsewhere":
        page = kept.open("sessions")
        (address,) = page.root.xpath(
            "//form[contains(@action, '/end')][not(contains(@action, 'others'))]/@action"
        )
        kept.post(address, {"csrf_token": token})
    else:
        kept.post("sessions/end-others", {"csrf_token": token})
    refuse_everywhere(site.browser(), cookie)
    kept.open("home")


def test_who_acts_no_more_is_sent_to_choose_from_every_page(
    site: Site, two: dict[str, Employer]
) -> None:
    person = person_at(site)
    reference, owner = next(iter(two.items()))
    act(person, reference)
    day = builders.working_day(site.office, FILED)
    end(site.office, day, builders.VAULT, signed_in(owner), reference)
    for rule in employer_rules(site.app):
        if "GET" in (rule.methods or set()):
            response = person.client.get(address_of(rule, "fr"))
            assert response.location == person.address("person/employers"), rule
    assert site.office.scalar(select(func.count()).where(WebSession.employer_id.is_not(None))) == 0


@pytest.mark.parametrize("place", [EDIT, "person/employers"])
def test_a_person_whose_session_is_over_signs_in_as_a_person_and_finds_what_was_typed(
    site: Site, two: dict[str, Employer], place: str
) -> None:
    person = person_at(site)
    reference = next(iter(two))
    act(person, reference)
    typed = person.open(EDIT).form() | {"step": "check", "w1-workers": "7"}
    site.clock.wait(minutes=16)
    answer = person.post(place, typed) if place == EDIT else person.get(place)
    assert answer.location == person.address("sign-in/person")
    person.open("sign-in/person")
    again = person.send("sign-in/person", email=EMAIL)
    assert again.location == person.address("sign-in/code")
    page = person.open("sign-in/code")
    person.post("sign-in/code", page.form(0) | {"code": site.last_code()})
    act(person, reference)
    if place == EDIT:
        assert person.open(EDIT).form()["w1-workers"] == "7"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_who_may_not_sign_reads_who_may_and_whom_to_ask(
    site: Site, owner: Employer, language: str
) -> None:
    reference = let(site, owner)
    person = person_at(site, language)
    act(person, reference)
    page = person.open("activate", status=403)
    assert owner.signatory_name in page.text_of("//main")
    assert (owner.name_ar if language == "ar" else owner.name_fr) in page.text_of("//main")
    own = person.open("settings", status=403)
    assert own.heading != page.heading


def test_whoever_may_sign_has_the_employer_s_own_affairs_not_in_hand(
    site: Site, two: dict[str, Employer]
) -> None:
    person = person_at(site)
    act(person, next(iter(two)))
    for place in ("settings", "delegates", "delegates/new", "my-data/export"):
        page = person.open(place, status=403)
        assert "employeur" in page.heading
    person.open("activate")


@pytest.mark.parametrize("number", [2**53, 2**63, 10**40, -1, "x"])
def test_a_number_that_is_no_row_s_leads_nowhere(browser: Browser, number: Any) -> None:
    browser.open(f"my-data/looks?before={number}")
    token = browser.token_of_session()
    assert browser.post(f"sessions/{number}/end", {"csrf_token": token}).status_code == 404


def test_what_has_no_words_stands_in_the_log_as_it_was_recorded(
    site: Site, browser: Browser, owner: Employer
) -> None:
    day = builders.working_day(site.office, FILED, "staff:1")
    with transaction(site.office):
        record(site.office, day, Subject.EMPLOYER, [owner.id], None, "weighed", "curiosity")
    page = browser.open("my-data/looks")
    assert page.root.xpath("//bdi[@dir='ltr']/code/text()") == ["weighed (curiosity)"]
    assert re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", page.response.text)


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
def test_from_many_on_one_is_looked_for_by_name(site: Site, language: str) -> None:
    owners = [builders.employer(site.office) for _ in range(11)]
    owners[4].name_fr = owners[4].name_ar = "Éléphant"
    site.office.commit()
    for owner in owners:
        let(site, owner)
    person = person_at(site, language)
    assert len(person.open("person/employers").root.xpath("//tbody/tr")) == 11
    form = person.open("person/employers").form(0)
    answer = person.post("person/employers", form | {"wanted": "elephant"})
    assert len(person.open(answer.location).root.xpath("//tbody/tr")) == 1
    person.refused(person.post("person/employers", form | {"wanted": " "}))
    assert not person.open("person/employers?wanted=nobody").root.xpath("//tbody/tr")
