"""The desk's pages of papers: the queue, the scans, and what the bank says."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select, update

from tests import builders, papers
from tests.services.collecting import FILED
from tests.services.staff import Colleague
from tests.views.browser import Browser, Site
from tests.views.staff.conftest import Office
from tests.views.test_query_counts import MOST, counting
from webapp.config import Config
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.roles import Role
from webapp.domain.statuses import MandateStatus
from webapp.models import Employer, Event, Mandate, MandatePaper
from webapp.services import confirmations
from webapp.services.confirming_banks import ask_for_paper

PAPER_DAYS = 20


@pytest.fixture
def desk(people: Office, agent: Colleague, language: str) -> Browser:
    """An agent of the employers' agency, signed in."""
    return people.browser(agent, language)


@pytest.fixture
def elsewhere(people: Office, language: str) -> Browser:
    return people.browser(people.colleague(Role.AGENT, people.agencies()[1]), language)


@pytest.fixture
def asked(site: Site) -> None:
    ask_for_paper(site.office, "001", PAPER_DAYS)


@pytest.fixture
def reference(site: Site, asked: None) -> str:
    return signed(site)


def signed(site: Site) -> str:
    day = builders.working_day(site.office, FILED)
    reference = builders.mandate(site.office, day, builders.employer(site.office))
    site.office.rollback()
    return reference


def upload(browser: Browser, reference: str, content: bytes, name: str = "scan.pdf") -> Any:
    place = f"staff/papers/{reference}"
    form: dict[str, Any] = dict(browser.open(place).form(0))
    form["scan"] = (io.BytesIO(content), name)
    browser.site.office.rollback()
    answer = browser.client.post(
        browser.address(place), data=form, content_type="multipart/form-data", buffered=True
    )
    answer.request.environ["wsgi.input"].close()  # the test's own file of a large body
    return answer


def scan_of(browser: Browser, reference: str) -> str:
    page = browser.open(f"staff/papers/{reference}")
    (scan,) = page.root.xpath("//a[contains(@href, '/scans/')]/@href")
    return str(scan)


def status(site: Site, reference: str) -> MandateStatus:
    site.office.rollback()
    return site.office.scalars(select(Mandate.status).where(Mandate.reference == reference)).one()


def acts(site: Site) -> list[tuple[str, str]]:
    rows = site.office.execute(
        select(Event.target, Event.actor).where(Event.target.like("paper%")).order_by(Event.id)
    ).all()
    site.office.rollback()
    return [tuple(row) for row in rows]


# ── the queue ────────────────────────────────────────────────────────────────────────────────


def test_what_waits_stands_in_the_queue_of_its_agency(
    desk: Browser, elsewhere: Browser, reference: str
) -> None:
    assert reference in desk.open("staff/papers").response.text
    assert desk.open("staff").root.xpath("//p[@class='count']//text()")[0] == "1"
    assert reference not in elsewhere.open("staff/papers").response.text
    assert elsewhere.open("staff").root.xpath("//p[@class='count']//text()")[0] == "0"


@pytest.mark.parametrize("wait", [0, 15, 18, 19, 20, 31])
def test_how_long_is_left_is_said_in_words(
    site: Site, desk: Browser, reference: str, wait: int
) -> None:
    site.office.execute(
        update(Mandate).values(paper_due_on=site.clock.now.date().fromordinal(
            site.clock.now.date().toordinal() + PAPER_DAYS - wait))
    )  # fmt: skip
    site.office.commit()
    page = desk.open("staff/papers")
    assert ("tag-bad" in page.response.text) is (wait > PAPER_DAYS)
    desk.open(f"staff/papers/{reference}")


def test_the_queue_goes_on_page_by_page(
    site: Site, desk: Browser, asked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "ROWS_OF_A_PAGE", 2)
    wanted = {signed(site) for _ in range(4)}
    first = desk.open("staff/papers")
    (more,) = first.root.xpath("//main//p[@class='actions']/a/@href")
    second = desk.open(str(more))
    assert not second.root.xpath("//main//p[@class='actions']/a/@href"), "nothing comes after"
    seen = [
        str(link).rpartition("/")[2]
        for page in (first, second)
        for link in page.root.xpath("//main//table//a/@href")
    ]
    assert len(seen) == 4 and set(seen) == wanted


@pytest.mark.parametrize("query", ["?after=999999", "?after=x", "?after=-1", "?after=%00"])
def test_any_address_is_answered(desk: Browser, query: str) -> None:
    assert desk.get(f"staff/papers{query}").status_code in {200, 404}


@pytest.mark.parametrize("place", ["staff/papers", "staff/papers/{reference}"])
def test_many_take_no_more_questions_than_few(
    site: Site, desk: Browser, reference: str, place: str
) -> None:
    upload(desk, reference, papers.pdf())
    counts = []
    for more in (0, 20):
        for _ in range(more):
            signed(site)
        with counting(site) as told:
            desk.open(place.format(reference=reference))
        counts.append(len(told))
    assert counts[0] == counts[1] <= MOST


# ── scans ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", papers.GOOD)
def test_a_scan_is_kept_and_shown_as_what_it_is(
    site: Site, desk: Browser, reference: str, agent: Colleague, kind: str
) -> None:
    content = papers.GOOD[kind]()
    assert upload(desk, reference, content, "../../etc/passwd.exe").status_code == 302
    shown = desk.get(scan_of(desk, reference))
    assert (shown.data, shown.headers["Content-Type"]) == (content, kind)
    where = shown.headers["Content-Disposition"]
    assert where.startswith("inline" if kind.startswith("image/") else "attachment")
    assert "passwd" not in where
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"
    actor = f"staff:{agent.id}"
    assert acts(site) == [("paper_received", actor), ("paper_shown", actor)]
    config: Config = site.app.config["KHATWA"]
    (file,) = config.scans.iterdir()
    assert content[:100] not in file.read_bytes()


# One of each reason: the others are tried where the bytes are looked through.
REFUSED = {reason: what for what, (_, reason) in reversed(papers.HOSTILE.items())}


@pytest.mark.parametrize("what", REFUSED.values())
def test_a_file_that_is_no_scan_is_refused_beside_its_field(
    site: Site, desk: Browser, reference: str, what: str
) -> None:
    make, _ = papers.HOSTILE[what]
    page = desk.refused(upload(desk, reference, make()))
    assert set(page.errors()) == {"scan"}
    assert site.office.scalars(select(MandatePaper.id)).all() == []
    site.office.rollback()


def test_a_form_without_a_file_is_told(desk: Browser, reference: str) -> None:
    page = desk.refused(desk.send(f"staff/papers/{reference}"))
    assert set(page.errors()) == {"scan"}


def test_far_too_many_bytes_get_a_page_of_their_own(desk: Browser, reference: str) -> None:
    answer = upload(desk, reference, b"%PDF-" + bytes(17 * 1024 * 1024))
    assert answer.status_code == 413
    desk.page(answer)


def test_a_scan_shows_an_account_and_asks_for_a_fresh_proof(
    site: Site, people: Office, desk: Browser, reference: str, agent: Colleague
) -> None:
    upload(desk, reference, papers.pdf())
    place = scan_of(desk, reference)
    site.clock.wait(minutes=5)
    assert desk.get(place).mimetype == "text/html"
    assert "paper_shown" not in [act for act, _ in acts(site)]
    proved = people.prove(desk, agent, place)
    assert proved.location.endswith(place)
    assert desk.get(place).data == papers.pdf()


def test_papers_of_another_agency_are_missing(
    site: Site, desk: Browser, elsewhere: Browser, reference: str
) -> None:
    upload(desk, reference, papers.pdf())
    scan, place = scan_of(desk, reference), f"staff/papers/{reference}"
    token = {"csrf_token": elsewhere.open("staff/employers").form(0)["csrf_token"]}
    for one in (place, scan, f"{place}/refuse", "staff/papers/KMNOTHING", "staff/scans/x"):
        elsewhere.open(one, status=404)
    for one in (place, f"{place}/confirm", f"{place}/refuse"):
        assert elsewhere.post(one, token | {"why": "other"}).status_code == 404
    assert status(site, reference) is MandateStatus.SIGNED
    assert acts(site)[-1][0] == "paper_received"


# ── yes and no ───────────────────────────────────────────────────────────────────────────────


def test_only_with_its_paper_it_is_put_into_force(
    site: Site, desk: Browser, reference: str
) -> None:
    place = f"staff/papers/{reference}"
    form = desk.open(place).form(0)
    assert f"{place}/confirm" not in desk.open(place).response.text
    early = desk.post(f"{place}/confirm", {"csrf_token": form["csrf_token"]})
    assert early.location == desk.address(place)
    assert desk.open(place).root.xpath("//*[@role='status']//h2")
    assert status(site, reference) is MandateStatus.SIGNED
    upload(desk, reference, papers.picture())
    done = desk.post(f"{place}/confirm", {"csrf_token": form["csrf_token"]})
    assert done.location == desk.address("staff/papers")
    assert status(site, reference) is MandateStatus.ACTIVE
    assert desk.open("staff/papers").root.xpath("//*[@role='status']//h2")


def test_a_second_yes_is_said_to_come_too_late(site: Site, desk: Browser, reference: str) -> None:
    upload(desk, reference, papers.picture())
    form = {"csrf_token": desk.open(f"staff/papers/{reference}").form(0)["csrf_token"]}
    desk.post(f"staff/papers/{reference}/confirm", form)
    again = desk.post(f"staff/papers/{reference}/confirm", form)
    assert again.status_code == 409
    desk.page(again)


def test_yes_and_no_ask_for_a_fresh_proof(
    site: Site, people: Office, desk: Browser, reference: str, agent: Colleague
) -> None:
    upload(desk, reference, papers.picture())
    place = f"staff/papers/{reference}"
    form = {"csrf_token": desk.open(place).form(0)["csrf_token"]}
    site.clock.wait(minutes=5)
    asked = desk.page(desk.post(f"{place}/confirm", form))
    assert status(site, reference) is MandateStatus.SIGNED
    proof = asked.form() | {"proof_code": people.code(agent)}
    assert desk.post(f"{place}/confirm", proof).location == desk.address("staff/papers")
    assert status(site, reference) is MandateStatus.ACTIVE


@pytest.mark.parametrize("why", BankRefusal)
def test_a_bank_s_no_ends_it_with_its_reason(
    site: Site, desk: Browser, reference: str, why: BankRefusal
) -> None:
    upload(desk, reference, papers.picture())
    sent = desk.send(f"staff/papers/{reference}/refuse", why=why.value)
    assert sent.location == desk.address("staff/papers")
    assert status(site, reference) is MandateStatus.REFUSED
    page = desk.open(f"staff/papers/{reference}")
    assert not page.root.xpath("//main//form"), "nothing more can be done with it"
    assert desk.get(scan_of(desk, reference)).status_code == 200


@pytest.mark.parametrize("why", ["", "nonsense"])
def test_a_no_without_a_reason_is_told(site: Site, desk: Browser, reference: str, why: str) -> None:
    page = desk.refused(desk.send(f"staff/papers/{reference}/refuse", why=why))
    assert set(page.errors()) == {"why"}
    assert status(site, reference) is MandateStatus.SIGNED


def test_the_file_of_an_employer_leads_to_the_papers_whatever_the_state(
    site: Site, desk: Browser, reference: str
) -> None:
    owner = site.office.scalars(select(Employer.id)).one()
    for state in MandateStatus:
        site.office.execute(update(Mandate).values(status=state))
        site.office.commit()
        page = desk.open(f"staff/employers/{owner}")
        (link,) = page.root.xpath("//a[contains(@href, '/papers/')]/@href")
        desk.open(str(link))
