"""The pages of a debit and of its contests, as its employer uses them."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy import func, select

from tests.papers import picture
from tests.services.collecting import ANNOUNCING, COLLECTION
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.models import Contest, ContestPaper, Due, Employer, Event, Message

pytestmark = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
WORDS = "الورشة ليست لنا"


@pytest.fixture
def debit(site: Site) -> str:
    """A debit of one worksite that was announced; its reference."""
    desk = site.desk
    desk.file_one()
    desk.run(ANNOUNCING)
    site.clock.go_to(ANNOUNCING)
    reference = desk.debits()[0].reference
    desk.session.rollback()
    return reference


@pytest.fixture
def mine(site: Site, debit: str, visitor: Browser) -> Browser:
    """A browser of its employer."""
    member = site.office.scalars(select(Employer.member_number)).one()
    site.office.rollback()
    visitor.enter(member)
    return visitor


def count(site: Site, model: type) -> int:
    found = site.office.scalar(select(func.count()).select_from(model)) or 0
    site.office.rollback()
    return found


def contest(browser: Browser, debit: str, **fields: object) -> Page:
    place = f"debits/{debit}/contest"
    form = browser.open(place).form() | {"reason": "not_ours", "words": WORDS}
    answer = browser.post(place, form | fields)  # type: ignore[arg-type, operator]
    assert answer.status_code == 302, browser.page(answer).errors()
    return browser.open(answer.location)


def state(site: Site) -> str:
    found = site.office.scalars(select(Due.status)).one()
    site.office.rollback()
    return found.value


@pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
def test_an_employer_contests_a_debit_and_takes_it_back(
    mine: Browser, site: Site, debit: str
) -> None:
    (link,) = mine.open(f"debits/{debit}").root.xpath("//main//a[contains(@href, '/contest')]")
    assert link.get("href").endswith(f"debits/{debit}/contest")
    paper = (io.BytesIO(picture()), "photo.jpg")
    page = contest(mine, debit, evidence=paper)
    assert WORDS in page.text_of("//main")
    assert state(site) == "contested"
    assert count(site, ContestPaper) == 1
    kinds = site.office.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds[-2:] == ["debit_dropped", "contest_opened"]
    place = page.response.request.path
    reference = place.rpartition("/")[2]
    assert reference in mine.open(f"debits/{debit}").response.text
    (paper_link,) = page.root.xpath("//main//a[contains(@href, '/evidence/')]/@href")
    shown = mine.get(paper_link)
    assert (shown.mimetype, shown.data) == ("image/jpeg", picture())
    back = f"contests/{reference}/withdraw"
    answer = mine.post(back, mine.open(back).form())
    assert answer.location == mine.address(f"contests/{reference}")
    assert state(site) == "open"
    assert mine.get(back).location == mine.address(f"contests/{reference}"), "once"


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_the_consequence_and_the_deadline_stand_above_the_button(mine: Browser, debit: str) -> None:
    text = mine.open(f"debits/{debit}/contest").text_of("//main").replace("\u00a0", " ")
    assert "Il n'est pas prélevé tant que la Caisse n'a pas répondu." in text
    # 22 November and fifteen bank days.
    assert "au plus tard le dimanche 13 décembre 2026" in text
    assert "129 600,00" in text


@pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
def test_what_is_missing_is_said_beside_it_and_what_was_typed_stays(
    mine: Browser, site: Site, debit: str
) -> None:
    place = f"debits/{debit}/contest"
    form = mine.open(place).form()
    del form["due"]
    page = mine.refused(mine.post(place, form | {"words": " "}))
    assert set(page.errors()) == {"due", "reason", "words"}
    whole = mine.open(place).form() | {"reason": "other", "words": WORDS}
    broken = (io.BytesIO(b"%PDF-nothing"), "a.pdf")
    page = mine.refused(mine.post(place, whole | {"evidence": broken}))  # type: ignore[dict-item]
    assert set(page.errors()) == {"evidence"}
    assert WORDS in page.response.text
    assert page.root.xpath("//input[@name='reason'][@value='other'][@checked]")
    assert count(site, Contest) == 0


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_the_same_form_sent_twice_is_one_contest(mine: Browser, site: Site, debit: str) -> None:
    place = f"debits/{debit}/contest"
    form = mine.open(place).form() | {"reason": "not_owed", "words": WORDS}
    first, second = mine.post(place, form), mine.post(place, form)
    assert first.location == second.location
    assert count(site, Contest) == 1
    # Another page finds nothing left to contest, and says so.
    assert not mine.open(place).root.xpath("//main//form[@id='form']")


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_another_s_debit_and_contest_do_not_exist(mine: Browser, site: Site, debit: str) -> None:
    page = contest(mine, debit, evidence=(io.BytesIO(picture()), "a.jpg"))
    (paper,) = page.root.xpath("//main//a[contains(@href, '/evidence/')]/@href")
    reference = page.response.request.path.rpartition("/")[2]
    site.desk.file_one()
    stranger = site.browser("fr")
    members = site.office.scalars(select(Employer.member_number).order_by(Employer.id)).all()
    site.office.rollback()
    stranger.enter(members[-1])
    for place in (
        f"debits/{debit}/contest", f"debits/{debit}/proof", f"contests/{reference}",
        f"contests/{reference}/withdraw", paper,
    ):  # fmt: skip
        stranger.open(place, status=404)


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_the_proof_of_an_own_debit_is_taken_away(mine: Browser, debit: str) -> None:
    answer = mine.get(f"debits/{debit}/proof")
    assert answer.mimetype == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == [f"khatwa-{debit}.pdf", f"khatwa-{debit}.json"]


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_each_presentation_is_told_with_its_answer_and_what_follows(
    mine: Browser, site: Site, debit: str
) -> None:
    desk = site.desk
    desk.on = ANNOUNCING
    desk.send_all()
    (attempt,) = desk.attempts()
    end_to_end, file = attempt.end_to_end_id, desk.files()[0].reference
    place = f"debits/{debit}"
    rows = "//table[contains(caption, 'Présentations')]//tbody/tr"
    assert "Aucune réponse pour l'instant" in mine.open(place).text_of(rows)
    desk.take_in(desk.bank.status(file, {end_to_end: "RJCT"}), COLLECTION)
    desk.session.rollback()
    told = mine.open(place).text_of(rows)
    assert "Rejeté le 30/11/2026" in told
    assert "Présenté de nouveau" in told
    assert "Contestation" not in told


@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_to_read_one_s_own_evidence_is_nobody_s_look(mine: Browser, site: Site, debit: str) -> None:
    page = contest(mine, debit, evidence=(io.BytesIO(picture()), "a.jpg"))
    (paper,) = page.root.xpath("//main//a[contains(@href, '/evidence/')]/@href")
    before = count(site, Event)
    mine.get(paper)
    assert count(site, Event) == before
