"""The office's pages of what was declared, debited and received, and of how well it goes."""

from __future__ import annotations

import csv
import io

import pytest

from tests.services.collecting import AMOUNT, COLLECTION, Desk
from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from webapp.domain.groupings import By
from webapp.domain.roles import Role

LONG = "first_on=2026-01-01&last_on=2027-12-31"


@pytest.fixture
def desk(people: Office) -> Desk:
    """The collection office of this site: two debits at the bank, one of them paid."""
    folder = people.site.folder / "office"
    folder.mkdir()
    desk = Desk(people.site.office, folder)
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    paid = desk.attempts()[0].end_to_end_id
    desk.session.rollback()
    desk.take_in(desk.bank.settled({paid: AMOUNT}), COLLECTION)
    desk.take_in(desk.bank.settled({"SOMEBODY-ELSE": 12_345}))
    people.site.clock.go_to(COLLECTION)
    return desk


@pytest.fixture
def collector(people: Office, desk: Desk, language: str) -> Browser:
    return people.browser(people.colleague(Role.COLLECTOR), language)


def cells(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
        for row in page.root.xpath("//main//tbody/tr")
    ]


@pytest.mark.parametrize("by", list(By))
def test_the_three_sources_stand_side_by_side(collector: Browser, by: By) -> None:
    page = collector.open(f"staff/three-ways?by={by}&{LONG}")
    total, row, unmatched = cells(page)
    assert "259 200,00" in total[2].replace("\u00a0", " ") and total[1:] == row[1:]
    assert total[-1] == "–"
    assert "123,45" in unmatched[-1]
    assert page.root.xpath("//main//*[@aria-current='true']")


def test_days_are_asked_for_and_kept_in_the_address(collector: Browser) -> None:
    form = collector.open("staff/three-ways").form(0)
    days = {"first_on": "2027-01-01", "last_on": "2027-01-31"}
    answer = collector.post("staff/three-ways?by=bank", form | days)
    assert answer.location is not None
    assert all(one in answer.location for one in ("by=bank", "first_on=2027-01-01", "2027-01-31"))
    assert not collector.open(answer.location).root.xpath("//main//tbody")


def test_a_wrong_day_is_told_beside_its_field(collector: Browser) -> None:
    form = collector.open("staff/three-ways").form(0)
    sent = collector.post("staff/three-ways", form | {"first_on": "2027-02-30"})
    page = collector.refused(sent)
    assert page.root.xpath("//input[@name='first_on'][@aria-invalid='true'][@value='2027-02-30']")


@pytest.mark.parametrize(
    "what", ["by=moon", "first_on=yesterday", "first_on=2027-01-01&last_on=2026-01-01"]
)
def test_an_address_that_asks_for_nothing_known_is_not_found(collector: Browser, what: str) -> None:
    assert collector.get(f"staff/three-ways?{what}").status_code == 404


def test_the_sheet_has_the_rows_of_the_page(collector: Browser) -> None:
    text = collector.get(f"staff/three-ways/sheet?by=file&{LONG}").data.decode("utf-8-sig")
    headings, row = csv.reader(io.StringIO(text))
    assert len(headings) == len(row)
    assert row[1:] == [
        "2",
        "259200.00",
        "259200.00",
        "129600.00",
        "0.00",
        "129600.00",
        "0.00",
        "0.00",
    ]


def test_the_figures_stand_beside_their_bars(collector: Browser) -> None:
    page = collector.open("staff/figures")
    month = cells(page)[0]
    assert month[2:] == ["2", "1", "0", "0", "1"]
    assert page.root.xpath("//main//table//*[local-name()='svg']//*[local-name()='rect']")


def test_before_the_first_file_the_pages_say_so(people: Office, language: str) -> None:
    collector = people.browser(people.colleague(Role.COLLECTOR), language)
    for address in ("staff/three-ways", "staff/figures"):
        page = collector.open(address)
        assert not page.root.xpath("//main//tbody") and page.root.xpath("//main//h2|//main//h3")
