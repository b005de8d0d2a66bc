"""The page of figures: a chart with its numbers beside it, and sheets in which nothing is run."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FILED
from tests.views.browser import Browser, Site
from webapp.models import Employer, Worksite

BOTH = pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
pytestmark = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
AMOUNT = "129600,00"


@pytest.fixture
def declared(site: Site, owner: Employer) -> None:
    day = builders.working_day(site.office, FILED)
    builders.declaration(site.office, day, owner, worksites=("W1", "W2"))
    worksite = site.office.scalars(select(Worksite).where(Worksite.code == "W1")).one()
    worksite.name = "=HYPERLINK(1)"
    site.office.commit()


@BOTH
@pytest.mark.usefixtures("declared")
def test_the_chart_has_its_numbers_beside_it(browser: Browser) -> None:
    page = browser.open("figures")
    charts = page.root.xpath("//svg")
    assert charts and all(one.get("aria-hidden") == "true" for one in charts)
    tables = page.root.xpath("//table")
    assert [len(one.xpath(".//tbody/tr")) for one in tables] == [13, 3]
    assert len(page.root.xpath("//*[contains(@class, 'columns-large')]")) == 1
    one = browser.open("figures?worksite=W2")
    assert len(one.root.xpath("//table")) == 1
    browser.open("figures?worksite=W9", status=404)


@BOTH
def test_before_anything_is_declared_it_says_so(browser: Browser) -> None:
    for place in ("figures", "figures/worksites"):
        page = browser.open(place)
        assert page.root.xpath("//*[contains(@class, 'empty')]") and not page.root.xpath("//table")


@BOTH
@pytest.mark.usefixtures("declared")
def test_the_sheet_holds_every_worksite_and_period_and_runs_nothing(browser: Browser) -> None:
    answer = browser.get("figures/sheet")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 4 and {len(row) for row in rows} == {15}
    assert rows[1][:2] == ["W1", "'=HYPERLINK(1)"]
    assert rows[1][-2:] == [AMOUNT, AMOUNT] and rows[3][-1] == "259200,00"


@BOTH
@pytest.mark.usefixtures("declared")
def test_the_workbook_holds_amounts_as_numbers_and_names_as_text(browser: Browser) -> None:
    answer = browser.get("figures/workbook")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet.sheet_view.rightToLeft is (browser.language == "ar")
    name, amount = sheet.cell(2, 2), sheet.cell(2, 15)
    assert (name.value, name.data_type) == ("=HYPERLINK(1)", "s")
    assert (Decimal(str(amount.value)), amount.data_type) == (Decimal(129_600), "n")


@BOTH
def test_many_worksites_stand_on_several_pages(site: Site, visitor: Browser) -> None:
    owner = builders.employer(site.office, worksites=60)
    day = builders.working_day(site.office, FILED)
    codes = tuple(f"W{number}" for number in range(1, 61))
    builders.declaration(site.office, day, owner, worksites=codes)
    visitor.enter(owner.member_number)
    page = visitor.open("figures")
    assert len(page.root.xpath("//table")[1].xpath(".//tbody/tr")) == 10
    first = visitor.open("figures/worksites")
    (later,) = first.root.xpath("//a[@rel='next']/@href")
    second = visitor.open(str(later))
    counts = [len(one.root.xpath("//tbody/tr")) - 1 for one in (first, second)]
    assert counts == [50, 10] and not second.root.xpath("//a[@rel='next']")
    for wrong in ("0", "x", "3", "-1", "99999"):
        visitor.open(f"figures/worksites?page={wrong}", status=404)
