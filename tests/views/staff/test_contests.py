"""The pages on which the office answers contests: the queue, the evidence, the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import builders
from tests.papers import picture
from tests.services.collecting import ANNOUNCING
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.config import Config
from webapp.domain.roles import Role
from webapp.models import Contest, ContestReason, Debit, Due, Employer, Event, Message
from webapp.services.contests.opening import Claim, contestable, open_contest
from webapp.services.outbox import tell
from webapp.services.proof_packs import ProofPack

pytestmark = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
WORDS, ANSWER = "الورشة ليست لنا", "وجدنا أن الورشة لغيركم"


@pytest.fixture
def contest(people: Office) -> str:
    """A contest of one announced debit, with a photo; its reference."""
    desk, office = people.site.desk, people.site.office
    desk.file_one()
    desk.run(ANNOUNCING)
    people.site.clock.go_to(ANNOUNCING)
    owner, reference = office.execute(select(Debit.employer_id, Debit.reference)).one()
    office.rollback()
    config: Config = people.site.app.config["KHATWA"]
    config.scans.mkdir(parents=True, exist_ok=True)
    day = builders.working_day(office, ANNOUNCING, f"employer:{owner}")
    dues = {due.due_id for due in contestable(office, day, owner, reference).dues}
    claim = Claim("page", frozenset(dues), ContestReason.NOT_OURS, WORDS, picture())
    return open_contest(office, day, builders.VAULT, tell, config.scans, owner, reference, claim)


@pytest.fixture
def collector(people: Office) -> Colleague:
    return people.colleague(Role.COLLECTOR)


def one(people: Office, column: object) -> object:
    people.site.office.rollback()
    found = people.site.office.scalars(select(column)).all()  # type: ignore[call-overload]
    people.site.office.rollback()
    return found[-1] if found else None


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_office_finds_a_contest_and_answers_it(
    people: Office, contest: str, collector: Colleague, language: str
) -> None:
    browser = people.browser(collector, language)
    assert "staff/contests" in browser.open("staff").response.text
    place = f"staff/contests/{contest}"
    assert place in browser.open("staff/contests").response.text
    page = browser.open(place)
    assert WORDS in page.text_of("//main")
    (paper,) = page.root.xpath("//main//a[contains(@href, '/evidence/')]/@href")
    shown = browser.get(paper)
    assert (shown.mimetype, shown.data) == ("image/jpeg", picture())
    assert one(people, Event.cause) == "contest_paper", "that somebody looked is written down"
    assert one(people, Event.actor) == f"staff:{collector.id}"
    wrong = browser.refused(browser.post(place, page.form() | {"answer": " "}))
    assert set(wrong.errors()) == {"verdict", "answer"}
    form = page.form() | {"verdict": "upheld", "answer": ANSWER}
    unticked = {name: value for name, value in form.items() if name != "due"}
    assert set(browser.refused(browser.post(place, unticked)).errors()) == {"due"}
    assert browser.post(place, form).location == browser.address(place)
    done = browser.open(place)
    assert ANSWER in done.text_of("//main")
    assert not done.root.xpath("//main//form[@id='form']")
    assert one(people, Contest.status) == "upheld"
    assert one(people, Due.status) == "waived"
    assert one(people, Message.kind) == "contest_answered"
    assert contest not in browser.open("staff/contests").response.text
    assert browser.post(place, form).location == browser.address(place), "and is answered once"
    assert one(people, Message.kind) == "contest_answered"


def test_a_late_answer_is_marked(people: Office, contest: str, collector: Colleague) -> None:
    answer_by = one(people, Contest.answer_by_on)
    people.site.clock.go_to(answer_by)  # type: ignore[arg-type]
    browser = people.browser(collector, "fr")
    assert "1 réponse en retard" not in browser.open("staff").text_of("//main")
    people.site.clock.go_to(answer_by + timedelta(days=1))  # type: ignore[operator]
    browser = people.browser(collector, "fr")
    assert "1 réponse en retard" in browser.open("staff").text_of("//main").replace("\u00a0", " ")
    assert browser.open("staff/contests").root.xpath("//main//td//*[contains(@class, 'tag-bad')]")


def test_the_proof_of_its_debit_is_at_hand(
    people: Office, contest: str, collector: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed(_app: Flask, pack: ProofPack, _made_at: datetime) -> bytes:
        return str(pack.debit["reference"]).encode()

    monkeypatch.setattr("webapp.views.staff.contests.proof_pack_zip", packed)
    browser = people.browser(collector, "fr")
    answer = browser.get(f"staff/contests/{contest}/proof")
    assert (answer.mimetype, answer.text) == ("application/zip", one(people, Debit.reference))
    assert one(people, Event.cause) == "proof"


def test_an_agency_sees_its_own_employers_contests(people: Office, contest: str) -> None:
    office = people.site.office
    home = office.scalars(select(Employer.agency_id)).one()
    office.rollback()
    near = people.browser(people.colleague(Role.SUPERVISOR, home), "fr")
    assert contest in near.open("staff/contests").response.text
    owner = one(people, Employer.id)
    assert f"staff/contests/{contest}" in near.open(f"staff/employers/{owner}").response.text
    away = next(one_ for one_ in people.agencies() if one_ != home)
    far: Browser = people.browser(people.colleague(Role.SUPERVISOR, away), "fr")
    assert contest not in far.open("staff/contests").response.text
    for place in (f"staff/contests/{contest}", f"staff/contests/{contest}/proof"):
        far.open(place, status=404)
