"""One month of a firm with 400 worksites, as it sees it: a sheet, a debit, two corrections."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.reliability.explained import check_explained
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, FREEZING
from tests.services.correcting import owed_on
from tests.views.browser import Browser, Site
from tests.views.test_correcting import EDIT as CORRECT
from tests.views.test_correcting import FILED, VERSIONS, name_of
from tests.views.test_correcting import REVIEW as WHAT_CHANGES
from tests.views.test_sheets import REVIEW, put_right, waiting
from webapp.formatting import number_of_amount
from webapp.models import Due, DueKind, Employer

ALL = 400 * AMOUNT
LESS = AMOUNT - owed_on(50_000_000)
NEXT_ANNOUNCING = date(2026, 12, 22)
RIGHT = {"l12__workers": "٥", "l22__leave_base": "1000000", "l32__weather_base": ""}


@pytest.fixture
def firm(site: Site, visitor: Browser) -> Browser:
    """It has signed, and its sheet of October is filed with three lines put right."""
    owner = builders.employer(site.office, worksites=400)
    builders.mandate(site.office, builders.working_day(site.office, date(2026, 11, 2)), owner)
    visitor.enter(owner.member_number)
    lines = [f"W{number};ورشة {number};5;1 000 000,00;" for number in range(1, 401)]
    lines[10] = "W11;ورشة 11;beaucoup;1 000 000,00;"
    lines[20] = "W21;ورشة 21;5;1.234;"
    lines[30] = "W31;ورشة 31;5;1 000 000,00;2 000 000,00"
    assert len(waiting(visitor, *lines).errors()) == 3
    put_right(visitor, **RIGHT)
    visitor.post(REVIEW, visitor.open(REVIEW).form())
    return visitor


def correct(firm: Browser, worksite: str) -> str:
    """Half the base for one worksite; what the firm is told before it files that."""
    typed = {
        name_of(firm.site, base, worksite): "500 000" for base in ("leave_base", "weather_base")
    }
    firm.post(CORRECT, firm.open(CORRECT).form() | typed | {"step": "check"})
    shown = firm.open(WHAT_CHANGES)
    firm.post(WHAT_CHANGES, shown.form())
    return plain(shown.text_of("//section[@aria-labelledby='follows']"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def shown(centimes: int) -> str:
    return plain(number_of_amount(centimes))


def debit_page(firm: Browser, number: int) -> str:
    reference = firm.site.desk.debits()[number].reference
    firm.site.office.rollback()
    return plain(firm.open(f"debits/{reference}").text_of("//main"))


def go_on(firm: Browser, on: date) -> None:
    """The run of a day; who comes back on that day signs in again."""
    firm.site.desk.run(on)
    firm.site.clock.go_to(on)
    member = firm.site.office.scalars(select(Employer.member_number)).one()
    firm.site.office.rollback()
    firm.enter(member)


def test_what_each_correction_does_is_told_before_and_after(site: Site, firm: Browser) -> None:
    go_on(firm, ANNOUNCING)
    told = correct(firm, "W7")
    assert shown(LESS) in told
    assert shown(ALL - LESS) in debit_page(firm, 0)
    go_on(firm, FREEZING)
    site.desk.on = FREEZING
    site.desk.approve()
    site.desk.send()
    site.office.rollback()
    told_of_the_next = correct(firm, "W8")
    assert shown(LESS) in told_of_the_next and told_of_the_next != told
    assert shown(ALL - LESS) in debit_page(firm, 0)  # It has left as it was told.
    sections = firm.open(VERSIONS).root.xpath("//main//section")
    assert len(sections) == 3
    assert shown(ALL - 2 * LESS) in plain(firm.open(FILED).text_of("//main"))
    assert shown(LESS) in plain(firm.open("dues?kind=credit").text_of("//main"))
    next_month(site, firm)
    check_tables(site.office)
    check_explained(site.office)


def next_month(site: Site, firm: Browser) -> None:
    """The credit lowers the debit of November, and stands in it as a line of its own."""
    credit = site.office.scalars(select(Due).where(Due.kind == DueKind.CREDIT)).one()
    assert credit.amount_centimes == -LESS
    owner = site.office.scalars(select(Employer)).one()
    on = date(2026, 12, 2)
    builders.declaration(
        site.office, builders.working_day(site.office, on), owner, period="2026-11"
    )
    go_on(firm, NEXT_ANNOUNCING)
    assert [debit.amount_centimes for debit in site.desk.debits()] == [ALL - LESS, AMOUNT - LESS]
    page = debit_page(firm, 1)
    assert shown(AMOUNT - LESS) in page and f"-{shown(LESS)}" in page
