"""The pages of an account: dues, balance, statement on screen, on paper and as a sheet."""

from __future__ import annotations

import csv
import io

import pytest

from tests.services.accounts import (
    Account,
    collects,
    is_refused_and_surcharged,
    late_rules,
    raises_an_announced_amount,
)
from tests.services.collecting import COLLECTION
from tests.services.correcting import MILLION, owed_on
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.formatting import number_of_amount

FULL, MORE = owed_on(MILLION), owed_on(MILLION * 3 // 2)
SETTLED = {"ar": "محصَّل", "fr": "encaissé"}
DAYS = {"first_on": "2026-11-01", "last_on": "2026-11-30"}


@pytest.fixture
def life(site: Site) -> Account:
    late_rules(site.office)
    return Account(site.desk)


def signed_in(visitor: Browser, life: Account) -> Browser:
    visitor.site.clock.go_to(max(life.desk.on, COLLECTION))
    visitor.enter(life.owner.member_number)
    return visitor


def text_of(page: Page) -> str:
    return " ".join(page.root.xpath("//main")[0].text_content().split())


def shown(centimes: int) -> str:
    """An amount as `text_of` reads it."""
    return " ".join(number_of_amount(centimes).split())


def test_every_amount_shows_its_calculation_its_word_and_its_debit(
    visitor: Browser, life: Account
) -> None:
    collects(life)
    browser = signed_in(visitor, life)
    page = browser.open("dues")
    text = text_of(page)
    assert text.count(f"1 000 000,00 × 12,21 % + 1 000 000,00 × 0,375 % + 1 000 000,00 × 0,375 % = "
                      f"{shown(FULL)}") == 2  # fmt: skip
    assert text.count(SETTLED[visitor.language]) >= 2
    reference = life.desk.debits()[0].reference
    (link, _) = page.root.xpath(f"//main//a[contains(@href, '/debits/{reference}')]/@href")
    # The debit and the declaration explain the amounts with the same line.
    for place in (link, "declarations/2026-10"):
        other = browser.open(place)
        assert f"× 12,21 % + 1 000 000,00 × 0,375 % + 1 000 000,00 × 0,375 % = {shown(FULL)}" in (
            text_of(other)
        )
        assert other.root.xpath("//main//a[contains(@href, '/dues')]")


def test_amounts_can_be_narrowed_to_a_kind_and_a_period(visitor: Browser, life: Account) -> None:
    is_refused_and_surcharged(life)
    browser = signed_in(visitor, life)
    page = browser.open("dues")
    assert len(page.root.xpath("//main//tbody/tr")) == 4
    (chosen,) = page.root.xpath("//main//nav//a[contains(@href, 'kind=surcharge')]/@href")
    page = browser.open(chosen)
    assert len(page.root.xpath("//main//tbody/tr")) == 2
    assert f"{shown(FULL)} × 5 % = {shown(FULL // 20)}" in text_of(page)
    assert page.root.xpath("//main//nav//a[@aria-current='true'][contains(@href, 'surcharge')]")
    assert browser.get("dues?kind=other").status_code == 404
    assert browser.get("dues?period=2026-99").status_code == 404
    assert browser.get("dues?after=999999").status_code == 404


def test_the_pages_of_dues_lead_to_each_other(
    visitor: Browser, life: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.dues.DUES_ON_A_PAGE", 1)
    browser = signed_in(visitor, life)
    page = browser.open("dues?kind=contribution")
    (further,) = page.root.xpath("//main//a[contains(@href, 'after=')]/@href")
    assert "kind=contribution" in further
    page = browser.open(further)
    assert len(page.root.xpath("//main//tbody/tr")) == 1
    assert not page.root.xpath("//main//a[contains(@href, 'after=')]")


def test_the_balance_says_why_sums_differ(visitor: Browser, life: Account) -> None:
    raises_an_announced_amount(life)
    browser = signed_in(visitor, life)
    page = browser.open("balance")
    text = text_of(page)
    for amount in (FULL + MORE, 2 * FULL, MORE - FULL):
        assert shown(amount) in text
    (link,) = page.root.xpath("//main//table//a/@href")
    of_period = browser.open(link)
    assert shown(MORE) in text_of(of_period) and "ورشة 1" in text_of(of_period)
    (worksite, _) = of_period.root.xpath("//main//table//a/@href")
    assert "W1" in text_of(browser.open(worksite))
    assert browser.get("balance/2026-01").status_code == 404
    assert browser.get("balance?worksite=W9").status_code == 404


def test_a_statement_is_asked_for_by_its_days(visitor: Browser, life: Account) -> None:
    collects(life)
    browser = signed_in(visitor, life)
    page = browser.open("statement")
    assert page.form()["first_on"] == "2026-01-01" and page.form()["last_on"] == "2026-11-30"
    answer = browser.post("statement", page.form() | DAYS)
    assert answer.status_code == 302
    page = browser.open(answer.location)
    assert page.form() | DAYS == page.form()
    rows = page.root.xpath("//main//tbody/tr")
    assert len(rows) == 2
    assert life.desk.debits()[0].reference in " ".join(rows[1].text_content().split())
    assert shown(0) in rows[1].text_content()


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [({"first_on": "2026-12-01"}, "last_on"), ({"first_on": "x"}, "first_on"),
     ({"last_on": ""}, "last_on")],
)  # fmt: skip
def test_wrong_days_are_said_beside_the_field_and_kept(
    visitor: Browser, life: Account, typed: dict[str, str], wrong: str
) -> None:
    browser = signed_in(visitor, life)
    form = browser.open("statement").form()
    page = browser.refused(browser.post("statement", form | DAYS | typed))
    assert set(page.errors()) == {wrong}
    assert page.form() | typed == page.form()


@pytest.mark.parametrize(
    "query",
    ["first_on=x", "last_on=2026-13-01", "first_on=2026-02-01&last_on=2026-01-01", "after=x",
     "after=2026-01-01.x", "after=2026-01-01.99999999999999999999999999"],
)  # fmt: skip
def test_what_is_no_span_of_days_is_not_found(visitor: Browser, life: Account, query: str) -> None:
    assert signed_in(visitor, life).get(f"statement?{query}").status_code == 404


def test_the_statement_is_a_paper_too(visitor: Browser, life: Account) -> None:
    collects(life)
    answer = signed_in(visitor, life).get(f"statement/document?{query(DAYS)}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")


def test_the_statement_is_a_sheet_with_every_line(visitor: Browser, life: Account) -> None:
    collects(life)
    answer = signed_in(visitor, life).get(f"statement/sheet?{query(DAYS)}")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows[0]) == 6
    double = f"{2 * FULL // 100},00"
    assert [row[2:] for row in rows[1:]] == [
        ["", "", "0,00", ""], [double, "", double, ""], ["", double, "0,00", ""],
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["01/11/2026", "02/11/2026", "30/11/2026"]


def test_an_employer_who_has_declared_nothing_is_told_so(browser: Browser) -> None:
    for place in ("dues", "balance", "statement"):
        page = browser.open(place)
        assert page.root.xpath("//main//*[contains(@class, 'empty')]"), place
    assert browser.get("statement/document").status_code == 200


def query(days: dict[str, str]) -> str:
    return "&".join(f"{name}={day}" for name, day in days.items())
