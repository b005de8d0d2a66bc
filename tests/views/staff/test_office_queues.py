"""The pages of the office's queues and of the banks' answers, in both languages."""

from __future__ import annotations

import csv
import io
from shutil import copytree
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, FREEZING
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from tests.views.test_query_counts import MOST, counting
from webapp.config import Config
from webapp.domain.money import Centimes
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import BankFile, Debit, DueKind, Employer, Event, HoldReason, RequestKind
from webapp.services.bank_files import doubt_interrupted
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.staff.office_requests import ask

LOST = 500_00
# What the pages of the other tests show in both languages already.
ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
QUEUES = ("held", "refused", "money", "reversals", "files")


@pytest.fixture
def collector(people: Office) -> Colleague:
    return people.colleague(Role.COLLECTOR)


@pytest.fixture
def browser(people: Office, collector: Colleague, language: str) -> Browser:
    people.site.clock.go_to(COLLECTION)
    return people.browser(collector, language)


def hold(people: Office, many: int = 2) -> None:
    """That many debits above their ceilings, on hold."""
    desk = people.site.desk
    desk.session.rollback()
    for _ in range(many):
        desk.file_one(ceiling=Centimes(1))
    desk.session.rollback()
    desk.run(ANNOUNCING)
    desk.session.rollback()


def answered(people: Office) -> None:
    """Three debits at the bank: one is received, one refused, one told with another amount; and
    money that belongs to nobody known.
    """
    desk = people.site.desk
    desk.session.rollback()
    for _ in range(3):
        desk.file_one()
    desk.send_all()
    ids = [one.end_to_end_id for one in desk.attempts()]
    reference = desk.files()[0].reference
    desk.take_in(desk.bank.settled({ids[0]: AMOUNT, ids[2]: AMOUNT + 1, "X": LOST}), COLLECTION)
    desk.take_in(desk.bank.status(reference, {ids[1]: "RJCT"}, reason="AC04"))
    config: Config = people.site.app.config["KHATWA"]
    copytree(desk.folder / "inbox", config.inbox, dirs_exist_ok=True)
    desk.session.rollback()


def a_waiver(people: Office) -> str:
    office = people.site.office
    day = builders.working_day(office, FILED, "staff:999")
    owner = builders.employer(office).id
    new = NewDue("w", DueKind.SURCHARGE, owner, None, "2026-09", Centimes(100), FILED, FILED)
    (due,) = add_dues(office, day, [new])
    office.commit()
    asked = ask(office, day, builders.VAULT, Scope(None), RequestKind.WAIVER, due, "=1+1 grève")
    office.rollback()
    return asked


def text(page: Page) -> str:
    return page.text_of("//main").replace("\u00a0", " ")


def ticks(page: Page) -> list[str]:
    return [str(value) for value in page.root.xpath("//input[@name='line']/@value")]


def review(browser: Browser, kind: str, lines: list[str], **order: str) -> Page:
    """The page that shows what would be done; it has one form, which does it."""
    form = browser.open(f"staff/queues/{kind}").form() | order
    response = browser.client.post(
        browser.address(f"staff/queues/{kind}/review"), data=form | {"line": lines}
    )
    assert response.status_code == 200
    return browser.page(response)


def carry_out(browser: Browser, kind: str, shown: Page) -> Page:
    lines = [str(one) for one in shown.root.xpath("//main//form//input[@name='line']/@value")]
    browser.site.office.rollback()
    response = browser.client.post(
        browser.address(f"staff/queues/{kind}/done"), data=shown.form() | {"line": lines}
    )
    assert response.status_code == 200
    return browser.page(response)


def events(people: Office, target: str) -> int:
    people.site.office.rollback()
    found = people.site.office.scalars(select(Event.id).where(Event.target == target)).all()
    people.site.office.rollback()
    return len(found)


def statuses(people: Office) -> set[DebitStatus]:
    people.site.office.rollback()
    found = set(people.site.office.scalars(select(Debit.status)))
    people.site.office.rollback()
    return found


def test_empty_queues_say_that_all_is_well(browser: Browser) -> None:
    assert browser.open("staff/queues").root.xpath("//*[contains(@class, 'empty')]")
    for kind in QUEUES:
        page = browser.open(f"staff/queues/{kind}")
        assert page.root.xpath("//*[contains(@class, 'empty')]") and not page.root.xpath("//table")
    assert browser.open("staff/answers").root.xpath("//*[contains(@class, 'empty')]")


def test_many_are_released_after_a_look_and_once(people: Office, browser: Browser) -> None:
    hold(people)
    assert "2" in text(browser.open("staff/queues"))
    page = browser.open("staff/queues/held")
    assert "259 200,00" in text(page)
    shown = review(browser, "held", ticks(page), act="release")
    assert statuses(people) == {DebitStatus.HELD}, "nothing is done by looking"
    assert "259 200,00" in text(shown)
    done = carry_out(browser, "held", shown)
    assert len(done.root.xpath("//*[contains(@class, 'tag-ok')]")) == 2
    assert statuses(people) == {DebitStatus.PLANNED}
    again = carry_out(browser, "held", shown)
    assert len(again.root.xpath("//*[contains(@class, 'tag-warn')]")) == 2
    assert events(people, "planned") == 2 + 2, "planned by the run, and once more by the release"


def test_who_has_looked_stands_beside_the_line(people: Office, browser: Browser) -> None:
    hold(people, 1)
    lines = ticks(browser.open("staff/queues/held"))
    carry_out(browser, "held", review(browser, "held", lines, act="take"))
    assert "سميرة بوزيد" in text(browser.open("staff/queues/held"))
    lines = ticks(browser.open("staff/queues/held"))
    shown = review(browser, "held", lines, act="look", note="employer_called")
    for _ in range(2):
        carry_out(browser, "held", shown)
    assert events(people, "looked_into") == 1
    assert not browser.open("staff/queues/held").root.xpath("//table")
    assert browser.open("staff/queues/held?looked=looked_into").root.xpath("//table")
    assert statuses(people) == {DebitStatus.HELD}


@ONE_ENGINE
def test_a_form_with_something_missing_keeps_the_ticks(people: Office, browser: Browser) -> None:
    hold(people, 1)
    page = browser.open("staff/queues/held")
    place = "staff/queues/held/review"
    assert set(browser.refused(browser.post(place, page.form() | {"act": "take"})).errors()) == {
        "act"
    }
    line = {"line": ticks(page)[0]}
    wrong = browser.refused(browser.post(place, page.form() | line | {"act": "look"}))
    assert set(wrong.errors()) == {"note"} and wrong.root.xpath("//input[@name='line'][@checked]")
    other = browser.post(place, page.form() | line | {"act": "grant"})
    assert set(browser.refused(other).errors()) == {"act"}
    assert browser.get("staff/queues/held/done").status_code == 302
    assert browser.get("staff/queues/held/review?kind=x&wilaya=16").location.endswith("?wilaya=16")
    id_ = int(ticks(page)[0].partition(".")[0])
    assert "before" in str(
        browser.open(f"staff/queues/held?before={id_ + 1}").root.xpath("//form/@action")
    )


@ONE_ENGINE
def test_the_filter_narrows_lines_sum_and_sheet(people: Office, browser: Browser) -> None:
    hold(people)
    office = people.site.office
    (first, *_) = office.scalars(select(Debit.id).order_by(Debit.id)).all()
    office.execute(
        update(Employer)
        .where(Employer.id == select(Debit.employer_id).where(Debit.id == first).scalar_subquery())
        .values(wilaya_code="31", name_fr="=cmd()", name_ar="@cmd")
    )
    office.execute(update(Debit).where(Debit.id == first).values(hold_reason=HoldReason.NO_CONTACT))
    office.commit()
    for asked in ("wilaya=31", "reason=no_contact", "bank=001&wilaya=31"):
        page = browser.open(f"staff/queues/held?{asked}")
        assert len(ticks(page)) == 1 and "129 600,00" in text(page)
        (address,) = page.root.xpath("//a[contains(@href, '/sheet')]/@href")
        rows = list(csv.reader(io.StringIO(browser.get(address).data.decode("utf-8-sig"))))
        assert len(rows) == 2 and "'=cmd()" in rows[1] and "'@cmd" in rows[1]
        assert "129600,00" in rows[1]
    for asked in ("bank=007", "since=2031-01-01", "until=2020-01-01", "agency=NONE&wilaya=69"):
        assert not ticks(browser.open(f"staff/queues/held?{asked}"))
    for nothing in ("reason=nonsense", "since=never", "bank=%27", "looked=x"):
        assert len(ticks(browser.open(f"staff/queues/held?{nothing}"))) == 2
    form = browser.open("staff/queues/held").form(0) | {"wilaya": "31"}
    assert browser.post("staff/queues/held", form).location.endswith("?wilaya=31")
    assert set(
        browser.refused(browser.post("staff/queues/held", form | {"since": quote("x")})).errors()
    ) == {"since"}
    assert events(people, "queue_exported") == 3


def test_answers_are_listed_and_each_entry_says_where_it_led(
    people: Office, browser: Browser
) -> None:
    answered(people)
    listed = browser.open("staff/answers")
    assert len(listed.root.xpath("//tbody/tr")) == 2
    assert "answer-000002.xml" in text(listed) and "pain.002" in text(listed)
    assert not browser.open("staff/answers?until=2026-01-01").root.xpath("//tbody")
    (_, first) = listed.root.xpath("//tbody//a/@href")
    page = browser.open(first)
    assert len(page.root.xpath("//tbody/tr")) == 3
    assert "129 600,01" in text(page) and page.root.xpath("//a[contains(@href, '/money/')]")
    assert len(browser.open(f"{first}?unmatched=1").root.xpath("//tbody/tr")) == 2
    browser.open("staff/answers/999999", status=404)
    assert "AC04" in text(browser.open("staff/queues/refused"))
    assert ticks(browser.open("staff/queues/refused?reason=employers_cause"))
    assert not ticks(browser.open("staff/queues/refused?reason=technical_cause"))


def test_money_in_suspense_goes_to_an_employer_by_two_people(
    people: Office, browser: Browser, language: str
) -> None:
    answered(people)
    owner = builders.employer(people.site.office)
    number = owner.member_number
    people.site.office.rollback()
    page = browser.open("staff/queues/money")
    assert "130 100,01" in text(page) and len(ticks(page)) == 2
    wrong = browser.post(
        "staff/queues/money/review",
        page.form() | {"line": ticks(page)[0], "act": "assign", "member_number": "99/9"},
    )
    assert set(browser.refused(wrong).errors()) == {"member_number"}
    order = {"act": "assign", "member_number": number}
    shown = review(browser, "money", ticks(page)[:1], **order)
    carry_out(browser, "money", shown)
    mine = carry_out(
        browser, "money", review(browser, "money", ticks(browser.open("staff/queues/money")),
                                 act="confirm"),
    )  # fmt: skip
    assert len(mine.root.xpath("//*[contains(@class, 'tag-warn')]")) == 2
    second = people.browser(people.colleague(Role.COLLECTOR), language)
    asked = second.open("staff/queues/money")
    assert number in text(asked)
    done = carry_out(second, "money", review(second, "money", ticks(asked), act="confirm"))
    assert len(done.root.xpath("//*[contains(@class, 'tag-ok')]")) == 1
    assert len(ticks(second.open("staff/queues/money"))) == 1


def test_waivers_are_granted_by_a_second_person(people: Office, browser: Browser) -> None:
    reference = a_waiver(people)
    page = browser.open("staff/queues/reversals")
    assert reference in text(page) and "1,00" in text(page)
    sheet = browser.get("staff/queues/reversals/sheet").data.decode("utf-8-sig")
    assert reference in sheet
    shown = review(browser, "reversals", ticks(page), act="grant")
    assert carry_out(browser, "reversals", shown).root.xpath("//*[contains(@class, 'tag-ok')]")
    assert carry_out(browser, "reversals", shown).root.xpath("//*[contains(@class, 'tag-warn')]")
    assert events(people, "waived") == 1


@ONE_ENGINE
def test_files_in_doubt_lead_to_their_pages(people: Office, browser: Browser) -> None:
    desk = people.site.desk
    desk.session.rollback()
    desk.file_one()
    desk.send_all()
    office = people.site.office
    office.execute(update(BankFile).values(status=BankFileStatus.SENDING))
    office.commit()
    doubt_interrupted(office, builders.working_day(office, FREEZING))
    page = browser.open("staff/queues/files")
    (file,) = page.root.xpath("//tbody//a/@href")
    assert f"/staff/files/{desk.files()[0].reference}" in file
    age = page.root.xpath("//tbody/tr/td[last()]")[0].text_content()
    assert "4" in age
    browser.open(file)


@ONE_ENGINE
def test_many_lines_take_no_more_questions_than_few(people: Office, browser: Browser) -> None:
    hold(people, 1)
    answered(people)
    counts: list[list[int]] = []
    for many in (0, 5):
        if many:
            hold(people, many)
        counts.append([])
        for place in ("staff", "staff/queues", "staff/queues/held", "staff/answers"):
            with counting(people.site) as told:
                browser.open(place)
            counts[-1].append(len(told))
    assert counts[0] == counts[1] and max(counts[0]) <= MOST
