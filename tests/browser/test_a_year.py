"""A year in the life of an employer: everything that it produced agrees on every amount and day.

Twelve periods, two refusals, a contest, a new account and a holiday that moves a debit; one story
in each language, on a phone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copy

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests import builders
from tests.browser.agreeing import amounts_in, days_in, plain, written
from tests.browser.employers import newcomer
from tests.browser.journeys import Journey
from tests.browser.phone import SIZE, Phone
from tests.browser.site import Site
from tests.browser.year import RULES, Month, Office, Taken
from tests.services.staff import join
from webapp.adapters.demonstration_bank import DemonstrationBank
from webapp.domain.moment import ALGIERS
from webapp.domain.roles import Role, Scope
from webapp.models import Language
from webapp.services.contests.deciding import Decision, decide_contest
from webapp.services.contests.reading import find_contest, waiting_contests
from webapp.services.outbox import tell
from webapp.services.working_day import load_calendar

BEGINS, ENDS = date(2026, 1, 18), date(2027, 1, 31)
NOTHING = Decimal(0)
BY_PAGES = (1, 7)
FUNDS_MISSING, ACCOUNT_CLOSED, CONTESTED, HOLIDAY = 2, 5, 8, 10


@pytest.fixture
def office(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    database = tmp_path / "instance" / "database"
    database.mkdir(parents=True, mode=0o700)
    copy(migrated_file, database / "khatwa.sqlite3")
    site = Site(tmp_path)
    site.config.prepare_home()
    with site.session() as session:
        builders.foundations(session)
        builders.late_rules(session)
        closed = load_calendar(session).closed_days
    opens = datetime(BEGINS.year, BEGINS.month, BEGINS.day, 8, tzinfo=ALGIERS)
    accounts = {"BNA": builders.DEMONSTRATION_ACCOUNT}
    with DemonstrationBank(tmp_path / "bank", opens, closed, accounts) as bank:
        site.config.transport_folder.mkdir(exist_ok=True)
        (site.config.transport_folder / "BNA").symlink_to(bank.drop_folder)
        site.start(monkeypatch)
        office = Office(site, bank, monkeypatch)
        office.go_to(BEGINS)
        yield office
        site.stop()


@pytest.fixture
def journey(chromium: Browser, office: Office, language: str) -> Iterator[Journey]:
    phone = Phone(chromium.new_context(viewport=SIZE), office.site)  # type: ignore[arg-type]
    yield Journey(phone.open(f"/{language}/"), office.site, language)
    phone.context.close()
    assert not phone.complaints


@dataclass
class Year:
    """The story, and the ledger of what should have come of it."""

    office: Office
    journey: Journey
    member: str
    months: list[Month] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    credit: Decimal = NOTHING

    # When something was to happen, and what of it did not: it had happened before.
    promised: set[date] = field(default_factory=set)

    def live(self) -> None:
        self.promised.add(self.office.month("2025-12").collect_on)
        self.journey.sign_in_to(self.member, "/activate")
        self.journey.enrol(builders.account().digits)
        for place in range(1, 13):
            self.office.go_to(date(2026 + place // 12, place % 12 + 1, 8))
            month = self.office.month(
                f"2026-{place:02}", f"{1_000_000 + place * 10_000}.00", f"{place}50000.50"
            )
            self.months.append(month)
            self.file(place, month)
            self.collect(place, month)
        self.office.go_to(ENDS)

    def file(self, place: int, month: Month) -> None:
        if place not in BY_PAGES:
            self.office.file(self.member, month)
            return
        self.journey.sign_in_to(self.member, f"/declarations/{month.period.code}/edit")
        for line, base in enumerate(month.bases, 1):
            self.journey.fill_worksite(line, "5", base.replace(".", ","))
        self.journey.press("check")
        self.journey.touch("main form button.button")

    def collect(self, place: int, month: Month) -> None:
        on, parts = month.collect_on, list(month.shares)
        if self.credit:
            parts.append(-self.credit)
            self.credit = NOTHING
        self.office.announce(on)
        if place == HOLIDAY:
            on = self.close(on)
        self.office.present(on)
        if place == FUNDS_MISSING:
            self.fund_the_account(month)
        elif place == ACCOUNT_CLOSED:
            self.change_the_account(month)
        else:
            self.taken.append(Taken(month, parts, on, self.office.answer()))
        if place == CONTESTED:
            self.contest(month)

    def close(self, on: date) -> date:
        """A holiday is proclaimed: the debit moves to the next bank day."""
        self.office.go_to(self.office.ahead(on, 4))
        words = ("--reason-ar", "عطلة", "--reason-fr", "Jour chômé", "--by", "salima")
        self.office.command("close-day", on.isoformat(), *words)
        # The notice of the new day leaves with the next run.
        self.office.run(self.office.ahead(on, 3))
        return self.office.day().calendar.next_bank_day(on)

    def fund_the_account(self, month: Month) -> None:
        """Refused, presented again after a notice; what being late costs is a debit of its own."""
        refused = self.office.answer("AM04")
        self.office.run(self.office.day().calendar.next_bank_day(refused))
        self.office.present(self.planned())
        settled = self.office.answer()
        self.taken.append(Taken(month, month.shares, self.planned(-2), settled))
        late = self.planned()
        self.office.present(late)
        self.taken.append(Taken(month, month.late, late, self.office.answer()))

    def change_the_account(self, month: Month) -> None:
        """The bank says that the account is closed: another one, signed for on the phone."""
        refused = self.office.answer("AC04")
        self.office.run(self.office.day().calendar.next_bank_day(refused))
        self.journey.sign_in_to(self.member, "/home")
        assert written(sum(month.shares, NOTHING)) in self.journey.text(".notice-bad")
        self.journey.touch("main .notice-bad a[href*='change-account'], main .notice-bad a.button")
        self.journey.go("/change-account")
        self.journey.enrol(builders.account().digits)
        # A new account is quiet for two days.
        self.office.run(self.office.day().calendar.add_bank_days(self.office.site.now.date(), 3))
        on = self.planned()
        self.office.present(on)
        parts = month.shares + month.late
        self.taken.append(Taken(month, parts, on, self.office.answer()))

    def contest(self, month: Month) -> None:
        """The second worksite is somebody else's: contested on the phone, upheld by the office."""
        reference = self.office.debits(self.member)[-1][0]
        self.journey.sign_in_to(self.member, f"/debits/{reference}")
        self.journey.touch(f"main a[href$='/{reference}/contest']")
        self.journey.page.locator("main input[name=due]").first.uncheck()
        self.journey.page.locator("main input[name=reason][value=not_ours]").check()
        self.journey.type("#words", "ليست ورشتنا")
        self.journey.touch("main form#form button.button")
        assert "/contests/" in self.journey.path()
        self.credit = month.shares[1]
        day = self.office.day()
        answer_by = day.calendar.add_bank_days(day.today, RULES.contest_answer_bank_days)
        self.promised.add(answer_by)
        assert days_in(self.journey.text()) == {day.today, answer_by, month.collect_on}
        assert amounts_in(self.journey.text()) == {written(self.credit)}
        self.uphold()

    def uphold(self) -> None:
        day = self.office.day()
        with self.office.site.session() as session:
            samira = join(session, day, Role.COLLECTOR)
            scope = Scope(None)
            (row,), _ = waiting_contests(session, scope)
            due = find_contest(session, builders.VAULT, scope, row.reference).dues[0].due_id
            answer = Decision(frozenset({due}), "أُدرجت خطأ")
            decide_contest(
                session, day, builders.VAULT, tell, scope, samira.id, row.reference, answer
            )

    def planned(self, place: int = -1) -> date:
        return self.office.debits(self.member)[place][1]


@dataclass
class Reading:
    """What the year has produced, read by its employer; each says which amounts and days it may."""

    year: Year
    language: str

    @property
    def received(self) -> Decimal:
        return sum((one.total for one in self.year.taken), NOTHING)

    @property
    def days(self) -> set[date]:
        """The days on which something happened, or was to happen."""
        told = {
            day
            for one in self.year.taken
            for day in (one.collect_on, one.month.collect_on, one.contestable_until)
        }
        return self.year.office.days | told | self.year.promised

    def page(self, place: str) -> str:
        self.year.journey.go(f"/{place}")
        return plain(self.year.journey.page.locator("main").inner_text())

    def get(self, place: str) -> bytes:
        address = f"{self.year.office.site.address}/{self.language}/{place}"
        answer = self.year.journey.page.request.get(address)
        assert answer.ok, (place, answer.status)
        return answer.body()

    def paper(self, place: str) -> str:
        pages = PdfReader(io.BytesIO(self.get(place))).pages
        return plain(" ".join(page.extract_text() for page in pages))

    def agrees(self, text: str, amounts: Iterable[Decimal], *, exactly: bool = False) -> None:
        """No other amount stands there than these, and no day on which nothing was."""
        found, known = amounts_in(text), {written(one) for one in amounts}
        assert found <= known, (found - known, text)
        assert not exactly or found == known, (known - found, text)
        assert days_in(text) <= self.days, (days_in(text) - self.days, text)


def test_a_year(office: Office, journey: Journey, language: str) -> None:
    with office.site.session() as session:
        member = newcomer(session, Language(language))
    year = Year(office, journey, member)
    year.live()
    read = Reading(year, language)
    settled = [one for one in office.debits(member) if one[2] == "settled"]
    assert [(on, sorted(parts)) for _, on, _, parts in settled] == [
        (one.collect_on, sorted(one.parts)) for one in year.taken
    ]
    journey.sign_in_to(member, "/home")
    read_messages(read)
    for (reference, *_), taken in zip(settled, year.taken, strict=True):
        read_debit(read, reference, taken)
    read_accounts(read)
    read_calendar(read)
    read_certificate(read)


def read_messages(read: Reading) -> None:
    bodies = [plain(one["body"]) for one in read.year.office.site.sent()]
    refused = [sum(read.year.months[place - 1].shares, NOTHING) for place in (2, 5)]
    late = [sum(read.year.months[place - 1].late, NOTHING) for place in (2, 5)]
    credit = read.year.months[CONTESTED - 1].shares[1]
    told = {*(one.total for one in read.year.taken), *refused, *late, credit}
    for body in bodies:
        read.agrees(body, told)
    for one in read.year.taken:
        of_it = [body for body in bodies if written(one.total) in amounts_in(body)]
        assert any(one.collect_on in days_in(body) for body in of_it), (one, of_it)
        # The notice of its day, and the word that its money came.
        assert len(of_it) > 1, (one, of_it)


def read_debit(read: Reading, reference: str, taken: Taken) -> None:
    bases = [Decimal(base) for base in taken.month.bases]
    amounts = {taken.total, *taken.parts, *map(abs, taken.parts), *bases, *taken.month.shares}
    page = read.page(f"debits/{reference}")
    read.agrees(page, amounts)
    assert written(taken.total) in page
    assert {taken.collect_on, taken.settled_on} <= days_in(page)
    receipt = read.paper(f"debits/{reference}/receipt")
    read.agrees(receipt, amounts)
    assert written(taken.total) in receipt and taken.settled_on in days_in(receipt)
    for on in (taken.collect_on,):
        month = read.page(f"calendar?month={on:%Y-%m}")
        assert written(taken.total) in month


def read_accounts(read: Reading) -> None:
    """What sums up the year says the same of it everywhere."""
    credit = read.year.months[CONTESTED - 1].shares[1]
    months = read.year.months
    declared = {written(sum(one.shares, NOTHING)) for one in months}
    all_declared = sum((share for one in months for share in one.shares), NOTHING)
    all_late = sum((sum(months[place - 1].late, NOTHING) for place in (2, 5)), NOTHING)
    # What was owed is what came and what was credited.
    assert all_declared + all_late == read.received + credit
    statement = f"first_on={BEGINS}&last_on={ENDS}"
    for text in (
        read.page(f"statement?{statement}"),
        read.paper(f"statement/document?{statement}"),
    ):
        assert written(read.received + credit) in text, text
        assert {written(one.total) for one in read.year.taken} <= amounts_in(text), text
    for text in (read.paper("summaries/2026"), read.page("balance")):
        assert declared | {written(read.received), written(all_declared)} <= amounts_in(text), text


def read_calendar(read: Reading) -> None:
    """The months that the file for the phone holds: the same days, the same amounts."""
    events = Calendar.from_ical(read.get("calendar/file")).walk("VEVENT")
    debits = {
        (event.decoded("DTSTART"), amount)
        for event in events
        for amount in amounts_in(str(event["SUMMARY"]))
    }
    latest = {(one.collect_on, written(one.total)) for one in read.year.taken[-4:]}
    assert debits == latest, debits ^ latest


def read_certificate(read: Reading) -> None:
    """In order at the end of the year: what is certified, anybody can check."""
    read.year.journey.go("/certificate")
    read.year.journey.touch("main form button.button")
    paper = read.paper("certificate/document")
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", paper)
    assert code and ENDS in days_in(paper)
    checked = read.page(f"check/{code[0]}")
    assert days_in(checked) <= days_in(paper) and not amounts_in(checked)
