"""A day at the collection office: the run looked at, its file let go by two, answered, signed off.

One story in each language, at a desk's screen, with an independent bank. What a timer or a command
does in the fund is done by the command here; everything that a person does, by pages alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Browser, Page

from tests import builders
from tests.browser.journeys import Journey
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, FREEZING
from tests.services.staff import Colleague, join
from webapp.adapters.demonstration_bank import DemonstrationBank
from webapp.commands import desk, leaving, run
from webapp.domain.moment import ALGIERS, Moment
from webapp.domain.roles import Role
from webapp.domain.rules import CollectionRules
from webapp.services.working_day import WorkingDay, load_calendar

DESK = {"width": 1280, "height": 800}
EACH, ALL, AGAIN = "129 600,00", "388 800,00", "142 560,00"
ANSWERED = {"ar": "ورد الرد كاملا", "fr": "réponse complète reçue"}
A_PERSON_MUST_LOOK = 3


class OneRound(threading.Event):
    """Tells a worker to end after its first round."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


@dataclass
class Day:
    """The office: a site of its own, the two people at it, and the bank."""

    site: Site
    bank: DemonstrationBank
    patched: pytest.MonkeyPatch
    samira: Colleague = field(init=False)
    karim: Colleague = field(init=False)

    def __post_init__(self) -> None:
        self.patched.setattr(leaving, "end_when_told", OneRound)
        with self.site.session() as session:
            filed = builders.working_day(session, FILED)
            for _ in range(3):
                owner = builders.employer(session)
                builders.mandate(session, filed, owner)
                builders.declaration(session, filed, owner)
            self.go_to(FREEZING)
            self.samira = join(session, self.working_day(), Role.COLLECTOR)
            self.karim = join(session, self.working_day(), Role.COLLECTOR)

    def go_to(self, on: date, hour: int = 9) -> None:
        """The clock of pages and commands stands at that hour."""
        self.site.now = datetime(on.year, on.month, on.day, hour, tzinfo=ALGIERS)
        for module in (desk, run):
            self.patched.setattr(module, "right_now", lambda: Moment.at(self.site.now))

    def working_day(self) -> WorkingDay:
        with self.site.session() as session:
            calendar = load_calendar(session)
        return WorkingDay(Moment.at(self.site.now), calendar, CollectionRules(), "tour")

    def command(self, *words: str, code: int = 0) -> str:
        result = self.site.app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return str(result.output)

    def take_in(self) -> str:
        """Everything that the bank has answered since, on the bank's day."""
        if self.bank.today > self.site.now.date():
            self.go_to(self.bank.today)
        return self.command("import-answers", *map(str, self.bank.collect()))


@pytest.fixture
def day(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    database = tmp_path / "instance" / "database"
    database.mkdir(parents=True, mode=0o700)
    copy(migrated_file, database / "khatwa.sqlite3")
    site = Site(tmp_path)
    site.config.prepare_home()
    with site.session() as session:
        builders.foundations(session)
        closed = load_calendar(session).closed_days
    opens = datetime(FREEZING.year, FREEZING.month, FREEZING.day, 8, tzinfo=ALGIERS)
    accounts = {"BNA": builders.DEMONSTRATION_ACCOUNT}
    with DemonstrationBank(tmp_path / "bank", opens, closed, accounts) as bank:
        site.config.transport_folder.mkdir(exist_ok=True)
        (site.config.transport_folder / "BNA").symlink_to(bank.drop_folder)
        site.start(monkeypatch)
        yield Day(site, bank, monkeypatch)
        site.stop()


@dataclass
class Person:
    """One of the office in their own browser."""

    journey: Journey
    day: Day
    who: Colleague

    @property
    def page(self) -> Page:
        return self.journey.page

    def prove(self) -> str:
        """What their app shows next: a code opens once."""
        self.day.site.later(seconds=30)
        return self.who.code(self.day.working_day())

    def sign_in(self) -> None:
        self.journey.go("/staff/sign-in")
        self.page.locator("#email").fill(self.who.email)
        self.page.locator("#password").fill(self.who.password)
        self.journey.touch("main form button.button")
        self.page.locator("#code").fill(self.prove())
        self.journey.touch("main form button.button")
        self.page.wait_for_url("**/staff")

    def open_place(self, name: str) -> None:
        """From the navigation, as people go."""
        self.journey.touch(f"nav a[href$='/staff/{name}']")

    def open_latest(self, name: str) -> str:
        self.open_place(name)
        self.journey.touch("main table a")
        return self.page.url

    def look_at(self, act: str) -> str:
        """The last look before an act; what stands there."""
        self.journey.touch(f"main a[href$='/{act}']")
        if self.page.locator("#proof_code").count():
            self.page.locator("#proof_code").fill(self.prove())
            self.journey.touch("main form button.button")
        return self.journey.text()

    def confirm(self) -> str:
        """Press the button of the form; what the page says of it afterwards."""
        self.journey.touch("main form#form button[type=submit]")
        return self.journey.text("main [role=status]")

    def take_first_line(self) -> None:
        """In a queue: take care of its first line, after a last look."""
        self.page.locator("main input[name=line]").first.check()
        self.page.locator("#act").select_option("take")
        self.journey.touch("main button.button")
        if self.page.locator("#proof_code").count():
            self.page.locator("#proof_code").fill(self.prove())
            self.journey.touch("main form button.button")
        self.journey.touch("main button.button")

    def name(self) -> str:
        """As it stands on top of every page."""
        return self.page.locator("header bdi").first.inner_text()

    def may(self, act: str) -> bool:
        return self.page.locator(f"main a[href$='/{act}']").count() > 0


@pytest.fixture
def office(chromium: Browser, day: Day, language: str) -> Iterator[tuple[Person, Person]]:
    """Samira and Karim, each at a desk of their own."""
    phones = [Phone(chromium.new_context(viewport=DESK), day.site) for _ in range(2)]  # type: ignore[arg-type]
    people = [
        Person(Journey(phone.open(f"/{language}/staff/sign-in"), day.site, language), day, who)
        for phone, who in zip(phones, (day.samira, day.karim), strict=True)
    ]
    yield people[0], people[1]
    for phone in phones:
        phone.context.close()
        assert not phone.complaints


def test_a_day_at_the_office(day: Day, office: tuple[Person, Person], language: str) -> None:
    samira, karim = office
    day.go_to(ANNOUNCING, 6)
    day.command("run-debits", "--by", "scheduler")

    # In the morning Samira sees what is to come, and has it written.
    day.go_to(FREEZING)
    samira.sign_in()
    samira.open_place("runs")
    samira.journey.touch("main a[href$='/to-come']")
    assert ALL in samira.journey.text() and "30/11/2026" in samira.journey.text()
    day.command("run-debits", "--by", f"staff:{day.samira.id}")

    # She made the file: Karim approves it after a look, and has it sent.
    samira.open_latest("files")
    assert ALL in samira.journey.text() and not samira.may("approve")
    karim.sign_in()
    file = karim.open_latest("files")
    assert ALL in karim.look_at("approve")
    karim.confirm()
    day.command("send-bank-files", "--loop")
    assert day.bank.scan() == []  # Nobody has said yet that it should leave.
    assert ALL in karim.look_at("send")
    karim.confirm()
    assert not karim.may("send") and not karim.may("carry")
    # Back by the button of the browser: there is no form any more that could be sent again.
    karim.page.go_back()
    assert karim.page.url == file
    assert karim.page.locator("main [role=status] .notice-bad").count()
    assert "sent" in day.command("send-bank-files", "--loop")
    (taken,) = day.bank.scan()
    assert (taken.status, taken.accepted) == ("ACCP", 3)
    assert day.bank.scan() == []

    # The bank answers: one refusal before its day, then the money, then one return.
    refused, returned, _ = attempts_of(day)
    day.bank.refuse(refused, "AM04")
    day.take_in()
    day.bank.advance(day.bank.settles_on(returned) or COLLECTION)
    day.take_in()
    day.bank.refuse(returned, "MD06")
    day.take_in()
    day.bank.advance(day.bank.today + timedelta(days=1))
    told = day.take_in()
    assert "refused" not in told

    # What the answers ask of people stands in the report, and line by line in the queues.
    day.command("run-debits", "--by", f"staff:{day.samira.id}", code=A_PERSON_MUST_LOOK)
    samira.sign_in()
    samira.open_place("queues")
    samira.journey.touch("main a[href$='/queues/refused']")
    samira.take_first_line()
    samira.page.wait_for_url("**/done")
    samira.journey.go("/staff/queues/refused")
    assert samira.name() in samira.journey.text("main table")
    report = samira.open_latest("runs")
    assert not samira.page.locator("main form[action$='/sign']").count()
    karim.sign_in()
    karim.page.goto(report)
    # One is received; one waits for a person, the returned one; one is debited again, with what
    # being late has cost both.
    table = karim.journey.text("main table")
    assert table.count(EACH) == 2 and AGAIN in table
    karim.journey.touch("main form[action$='/sign'] button")
    if karim.page.locator("#proof_code").count():
        karim.page.locator("#proof_code").fill(karim.prove())
        karim.journey.touch("main form button.button")
    karim.page.goto(report)
    assert not karim.page.locator("main form[action$='/sign']").count()
    karim.page.goto(file)
    assert {"ar": "ورد الرد كاملا", "fr": "réponse complète reçue"}[
        language
    ] in karim.journey.text()


def attempts_of(day: Day) -> list[str]:
    """The presentations of the file, in its order."""
    (path,) = day.site.config.outbox.glob("*.xml")
    parts = path.read_text(encoding="utf-8").split("<EndToEndId>")[1:]
    return [part.partition("<")[0] for part in parts]
