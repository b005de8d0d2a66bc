"""The calendar of periods: what is asked for, what is elsewhere, what can still be corrected."""

from __future__ import annotations

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Browser, Site
from webapp.domain.declaring import DeclaringPlace, Term
from webapp.domain.period import Periodicity
from webapp.domain.roles import Scope
from webapp.models import Employer
from webapp.services.staff.terms import set_term


def set_one(site: Site, owner: Employer, month: str, place: DeclaringPlace) -> None:
    day = builders.working_day(site.office, FILED, "staff:1")
    site.office.rollback()
    set_term(site.office, day, Scope(None), owner.id, Term(month, Periodicity.MONTHLY, place))


def row_of(browser: Browser, number: int) -> str:
    """What the calendar says of a period, counted from the latest."""
    page = browser.open("declarations")
    return " ".join(
        page.root.xpath("//table")[0].xpath(".//tbody/tr")[number].text_content().split()
    )


def test_the_calendar_says_by_when_to_file(browser: Browser) -> None:
    assert all(day in row_of(browser, 2) for day in ("22/11/2026", "30/11/2026"))
    assert "30/11/2026" in row_of(browser, 1)  # when November ends


def test_the_annual_return_is_recalled_with_its_day(browser: Browser) -> None:
    told = browser.open("declarations").root.xpath(
        "//section[@aria-labelledby='annual']//time/@datetime"
    )
    assert told == ["2026-07-01", "2027-06-30", "2027-08-01"]


def test_a_filed_period_names_its_two_last_moments_also_when_the_first_is_over(
    site: Site, browser: Browser, owner: Employer
) -> None:
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    builders.declaration(site.office, day, owner)
    told = row_of(browser, 2)
    assert "21/11/2026" in told and "25/11/2026" in told
    site.desk.run(ANNOUNCING)
    site.clock.go_to(ANNOUNCING)
    browser.enter(owner.member_number)
    later = row_of(browser, 2)
    assert "21/11/2026" in later and "25/11/2026" in later and later != told


def test_a_period_of_the_portal_is_shown_as_such_and_cannot_be_filed_here(
    site: Site, browser: Browser, owner: Employer
) -> None:
    form = browser.open("declarations/2026-10/edit").form()
    set_one(site, owner, "2026-10", DeclaringPlace.PORTAL)
    for part in ("edit", "review", "worksite"):
        place = f"declarations/2026-10/{part}"
        assert browser.get(place).location == browser.address("declarations")
    sent = form | {"step": "nil"}
    answer = browser.post("declarations/2026-10/edit", sent)
    assert answer.location == browser.address("declarations")
    page = browser.open("declarations")
    assert page.root.xpath("//*[@role='status']")
    assert not page.root.xpath("//main//a[contains(@href, '2026-10')]")
    assert len(page.root.xpath("//table//tr[.//*[contains(@class, 'tag-plain')]]")) == 3


def test_a_late_period_says_so_on_top(site: Site, browser: Browser, owner: Employer) -> None:
    builders.declaration(
        site.office, builders.working_day(site.office, FILED), owner, period="2026-08"
    )
    page = browser.open("declarations")
    first = page.root.xpath("//main//h3")[0]
    assert first.xpath(".//*[contains(@class, 'tag-bad')]")
    assert page.root.xpath("//main//a[contains(@class, 'button')]/@href")[0].endswith(
        "2026-09/edit"
    )
