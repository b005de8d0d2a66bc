"""The employer's calendar: a month in a grid, a list, and a file that every program reads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED
from tests.views.browser import Browser, Site
from webapp.models import CalendarFeed, Employer, Event

BOTH = pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
ON_SQLITE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
MONTHS = {"ar": "نوفمبر 2026", "fr": "novembre 2026"}
SUMMARY_OF_DEBIT = {
    "ar": "اقتطاع: 129\u00a0600,00\u00a0دج (مبرمج)",
    "fr": "Prélèvement\u00a0: 129\u00a0600,00\u00a0DA (programmé)",
}


@pytest.fixture
def announced(site: Site, owner: Employer) -> None:
    """The owner has an authorisation and a debit that was announced."""
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    builders.declaration(site.office, day, owner)
    site.desk.run(ANNOUNCING)
    site.office.rollback()


def make_address(browser: Browser) -> str:
    page = browser.page(browser.send("calendar/feed", texts=browser.language))
    (address,) = page.root.xpath("//code/text()")
    return "/" + str(address).split("/", 3)[3]


def read(browser: Browser, address: str) -> Calendar:
    """By a program that is not the one that wrote it."""
    response = browser.get(address)
    assert response.status_code == 200
    return IcsCalendarStream.calendar_from_ics(response.text)


@ON_SQLITE
@BOTH
@pytest.mark.usefixtures("announced")
def test_a_month_shows_its_debits_and_time_limits(browser: Browser) -> None:
    page = browser.open("calendar?month=2026-11")
    assert MONTHS[browser.language] in page.heading
    assert len(page.root.xpath("//table[contains(@class, 'month')]//td")) == 35
    (cell,) = page.root.xpath("//td[.//time[@datetime='2026-11-30']]")
    assert cell.xpath(".//a[contains(@href, '/debits/')]") and "129" in cell.text_content()
    assert cell.xpath(".//*[contains(@class, 'tag-scheduled')]")
    assert page.root.xpath("//time[@aria-current='date']/@datetime") == ["2026-11-03"]
    # A list on a phone: neither a day nor a week that holds nothing is in it.
    for week in page.root.xpath("//tbody/tr"):
        hidden = "month-empty" in (week.get("class") or "")
        assert hidden is not bool(week.xpath("./td[not(contains(@class, 'month-empty'))]"))


@ON_SQLITE
@BOTH
def test_the_months_beside_it_are_one_step_away(browser: Browser) -> None:
    page = browser.open("calendar")
    assert page.root.xpath("//a[@rel='prev']/@href")[0].endswith("month=2026-10")
    assert page.root.xpath("//a[@rel='next']/@href")[0].endswith("month=2026-12")
    for month in ("2026-Q4", "2026-13", "x", "0001-01", "9999-12", "2028-06"):
        browser.open(f"calendar?month={month}", status=404)
    last = browser.open("calendar?month=2028-05")
    assert not last.root.xpath("//a[@rel='next']")


@ON_SQLITE
@BOTH
@pytest.mark.usefixtures("announced")
def test_the_list_holds_the_months_that_are_near(browser: Browser) -> None:
    page = browser.open("calendar/list")
    days = page.root.xpath("//tbody//th//time/@datetime")
    assert days == sorted(days) and "2026-11-30" in days
    assert days[0] >= "2026-08-01" and days[-1] <= "2027-11-30"
    assert page.root.xpath("//button[@data-print]")


@BOTH
@ON_SQLITE
@pytest.mark.usefixtures("announced")
def test_another_program_reads_the_file_with_the_same_days(browser: Browser) -> None:
    calendar = read(browser, "calendar/file")
    listed = browser.open("calendar/list").root.xpath("//tbody//th//time/@datetime")
    assert sorted(one.dtstart.isoformat() for one in calendar.events) == listed
    (debit,) = [one for one in calendar.events if one.summary == SUMMARY_OF_DEBIT[browser.language]]
    assert (debit.dtstart, debit.dtend) == (COLLECTION, COLLECTION + timedelta(days=1))
    assert len({one.uid for one in calendar.events}) == len(calendar.events)


@BOTH
@ON_SQLITE
@pytest.mark.usefixtures("announced")
def test_the_file_is_folded_and_ends_its_lines_as_the_standard_says(browser: Browser) -> None:
    content = browser.get("calendar/file").data
    lines = content.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    assert b"account" not in content and b"1234" not in content


@pytest.mark.usefixtures("announced")
def test_an_address_opens_the_calendar_until_it_is_revoked(
    site: Site, browser: Browser, owner: Employer
) -> None:
    address = make_address(browser)
    anybody = site.browser()
    response = anybody.get(address)
    assert response.content_type == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert read(anybody, address).events
    assert site.office.scalars(select(CalendarFeed.read_at)).one() is not None
    site.office.rollback()
    page = browser.open("calendar/feed/revoke")
    assert browser.post("calendar/feed/revoke", page.form()).location.endswith("calendar/feed")
    assert anybody.get(address).status_code == 404
    causes = set(site.office.scalars(select(Event.cause).where(Event.subject_id == owner.id)))
    assert {"feed_made", "feed_revoked"} <= causes


@ON_SQLITE
@BOTH
@pytest.mark.usefixtures("announced")
def test_a_new_address_revokes_the_one_before_and_keeps_each_event(
    site: Site, browser: Browser
) -> None:
    first = make_address(browser)
    before = {one.uid for one in read(browser, first).events}
    second = make_address(browser)
    assert {one.uid for one in read(browser, second).events} == before
    assert browser.get(first).status_code == 404
    assert len(site.office.scalars(select(CalendarFeed.token_sha256)).all()) == 2
    # What opens it is kept nowhere.
    assert second[len("/calendar/") : -len(".ics")] not in str(
        site.office.execute(select(CalendarFeed.__table__)).all()
    )


@ON_SQLITE
@pytest.mark.usefixtures("announced")
def test_who_asks_again_reads_the_same_bytes_until_something_changes(
    site: Site, browser: Browser
) -> None:
    address = make_address(browser)
    first = browser.get(address).data
    site.clock.wait(hours=5)
    assert browser.get(address).data == first
    site.desk.send_all()
    debits = [one for one in read(browser, address).events if "129" in (one.summary or "")]
    assert len(debits) == 1 and browser.get(address).data != first


@ON_SQLITE
@pytest.mark.parametrize("visitor", ["fr"], indirect=True)
def test_the_language_of_the_feed_is_the_one_that_was_chosen(browser: Browser) -> None:
    page = browser.page(browser.send("calendar/feed", texts="ar"))
    address = "/" + str(page.root.xpath("//code/text()")[0]).split("/", 3)[3]
    french = browser.get(address).text
    assert "آخر أجل للتصريح" in french.replace("\r\n ", "") and "Date limite" not in french


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "x", "a" * 300, "é", "%00", "..%2f"])
def test_a_wrong_address_looks_like_any_that_does_not_exist(visitor: Browser, token: str) -> None:
    assert visitor.get(f"/calendar/{token}.ics").status_code == 404


@ON_SQLITE
@pytest.mark.usefixtures("announced")
def test_an_address_is_not_read_without_end(browser: Browser) -> None:
    address = make_address(browser)
    answers = [browser.get(address).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


@ON_SQLITE
def test_an_address_is_made_with_a_fresh_code_alone(site: Site, browser: Browser) -> None:
    site.clock.wait(minutes=12)
    answer = browser.send("calendar/feed", texts="ar")
    assert answer.location == browser.address("confirm")
    assert not site.office.scalars(select(CalendarFeed)).all()


@ON_SQLITE
@pytest.mark.usefixtures("announced")
def test_a_phone_reminds_of_what_is_still_to_be_done(browser: Browser) -> None:
    reminded = {one.dtstart for one in read(browser, "calendar/file").events if one.alarm}
    # The last day of November's declaration; October is filed.
    assert date(2026, 12, 30) in reminded and date(2026, 11, 30) not in reminded
