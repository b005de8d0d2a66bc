"""What an employer reads while their authorisation waits, is about to end, or has been ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.services.living import Life
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.statuses import MandateStatus
from webapp.services.confirmations import refuse
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.expiry import expire_mandates

PAPER_DAYS = 20
PAPER_DUE = FILED + timedelta(days=PAPER_DAYS)
WARNING = date(2029, 10, 3)


@pytest.fixture
def waiting(site: Site) -> Life:
    """An employer whose bank asks for the paper."""
    ask_for_paper(site.office, "001", PAPER_DAYS)
    return Life(site.desk)


def both_pages(visitor: Browser, life: Life) -> list[Page]:
    return [visitor.open(place) for place in ("home", f"authorisations/{life.reference}")]


def come(visitor: Browser, life: Life, on: date) -> None:
    number = life.owner.member_number
    life.session.rollback()
    visitor.site.clock.go_to(on)
    visitor.enter(number)


def step(life: Life, on: date) -> None:
    expire_mandates(life.session, life.day(on), builders.VAULT)
    life.session.rollback()


def day_in(visitor: Browser, on: date) -> str:
    """A day as it stands in a sentence: 22 novembre 2026."""
    months = {"ar": {10: "أكتوبر", 11: "نوفمبر"}, "fr": {10: "octobre", 11: "novembre"}}
    return f"{on.day} {months[visitor.language][on.month]} {on.year}"


def test_who_waits_is_told_until_when_the_paper_is_due(visitor: Browser, waiting: Life) -> None:
    come(visitor, waiting, FILED)
    for page in both_pages(visitor, waiting):
        (notice,) = page.root.xpath(
            "//*[contains(@class, 'notice-todo')][.//a[contains(@href, '/document')]]"
        )
        assert day_in(visitor, PAPER_DUE) in notice.text_content()
    assert not page.root.xpath("//form[contains(@action, '/keep')]")


def test_who_is_late_is_told_so(visitor: Browser, waiting: Life) -> None:
    come(visitor, waiting, PAPER_DUE + timedelta(days=1))
    for page in both_pages(visitor, waiting):
        assert page.root.xpath("//*[contains(@class, 'notice-bad')][.//a]")


def test_on_its_last_day_a_paper_is_not_late(visitor: Browser, waiting: Life) -> None:
    come(visitor, waiting, PAPER_DUE)
    for page in both_pages(visitor, waiting):
        assert not page.root.xpath("//*[contains(@class, 'notice-bad')]")


def test_what_is_declared_meanwhile_is_said_to_be_paid_otherwise(
    visitor: Browser, waiting: Life
) -> None:
    waiting.declare()
    come(visitor, waiting, ANNOUNCING)
    text = visitor.open("home").text_of("//section[@aria-labelledby='awaiting']")
    assert {"ar": "في انتظار التأكيد", "fr": "attend sa confirmation"}[visitor.language] in text


def test_the_end_for_want_of_paper_is_told_before(visitor: Browser, waiting: Life) -> None:
    warned = date(2027, 4, 2)
    step(waiting, warned)
    come(visitor, waiting, warned)
    for page in both_pages(visitor, waiting):
        assert "2 ماي 2027" in page.root.text_content() or "2 mai 2027" in page.root.text_content()
        assert not page.root.xpath("//form[contains(@action, '/keep')]")


def test_an_unused_authorisation_is_kept_with_one_button(site: Site, visitor: Browser) -> None:
    life = Life(site.desk)
    step(life, WARNING)
    come(visitor, life, WARNING)
    for page in both_pages(visitor, life):
        (form,) = page.root.xpath("//form[contains(@action, '/keep')]")
        assert day_in(visitor, date(2029, 11, 2)) in page.root.text_content()
    sent = {"csrf_token": form.xpath(".//input[@name='csrf_token']/@value")[0]}
    for _ in range(2):
        kept = visitor.post(form.get("action"), sent)
        assert kept.location == visitor.address(f"authorisations/{life.reference}")
    assert visitor.open(kept.location).root.xpath("//*[@role='status']//h2")
    for page in both_pages(visitor, life):
        assert not page.root.xpath("//form[contains(@action, '/keep')]")
    assert life.mandate().kept_on == WARNING


def test_nobody_keeps_the_authorisation_of_another(site: Site, visitor: Browser) -> None:
    life, other = Life(site.desk), Life(site.desk)
    step(life, WARNING)
    come(visitor, other, WARNING)
    sent = {"csrf_token": visitor.token_of_session()}
    assert visitor.post(f"authorisations/{life.reference}/keep", sent).status_code == 404
    assert life.mandate().expiry_told_on == WARNING


@pytest.mark.parametrize("why", BankRefusal)
def test_a_refusal_is_the_first_thing_read_with_its_reason(
    visitor: Browser, waiting: Life, why: BankRefusal
) -> None:
    refuse(waiting.session, waiting.day(), builders.VAULT, None, waiting.reference, why)
    come(visitor, waiting, FILED)
    home, authorisation = both_pages(visitor, waiting)
    (notice,) = home.root.xpath("//*[contains(@class, 'notice-bad')]")
    assert notice.xpath(".//a/@href") == [visitor.address("activate")]
    assert day_in(visitor, FILED) in notice.text_content()
    with visitor.site.app.test_request_context(f"/{visitor.language}/home"):
        said = visitor.site.app.jinja_env.filters["in_words"](why)
        assert str(said) in notice.text_content()
        assert str(said) in authorisation.root.text_content()


@pytest.mark.parametrize("paper", [True, False])
def test_an_end_by_itself_is_told_with_its_reason(
    site: Site, visitor: Browser, paper: bool
) -> None:
    if paper:
        ask_for_paper(site.office, "001", PAPER_DAYS)
    life = Life(site.desk)
    warned = date(2027, 4, 2) if paper else WARNING
    step(life, warned)
    step(life, warned + timedelta(days=30))
    assert life.status() is MandateStatus.EXPIRED
    come(visitor, life, warned + timedelta(days=31))
    home, _ = both_pages(visitor, life)
    notices = home.root.xpath("//*[contains(@class, 'notice-todo')][.//a[contains(@href, 'act')]]")
    words = {"ar": "نسخته المختومة", "fr": "exemplaire cacheté"}[visitor.language]
    assert [words in one.text_content() for one in notices] == [paper]


def test_who_has_revoked_it_is_not_told_that_it_ended(site: Site, visitor: Browser) -> None:
    life = Life(site.desk)
    life.revoke()
    come(visitor, life, FILED)
    page = visitor.open("home")
    assert not page.root.xpath("//*[contains(@class, 'notice-bad')]")
    assert page.root.xpath("//*[contains(@class, 'notice-todo')]//a[contains(@href, 'activate')]")


def test_before_signing_one_reads_that_the_bank_asks_for_paper(
    site: Site, visitor: Browser
) -> None:
    ask_for_paper(site.office, "001", PAPER_DAYS)
    number = builders.employer(site.office).member_number
    site.office.rollback()
    visitor.enter(number)
    words = {"ar": "على ورق", "fr": "sur papier"}[visitor.language]
    for bank, said in (("001", True), ("004", False)):
        form = visitor.open("activate").form() | {
            "account": builders.account(bank).digits, "step": "check",
        }  # fmt: skip
        page = visitor.page(visitor.post("activate", form))
        assert (words in page.text_of("//*[@id='answer']")) is said
