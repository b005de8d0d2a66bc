"""The whole loop by one command, for real: register, run, second person, bank, answers, report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from shutil import copy

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import builders
from tests.application import lend
from tests.databases import ENGINES, Server
from webapp.banking.schemas import validate_file
from webapp.commands.desk import working_day
from webapp.config import TestConfig
from webapp.domain.errors import DemonstrationBankFailed, NotADemonstration
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import BankFileStatus
from webapp.extensions import db
from webapp.models import Attempt, BankFile, CodePurpose, Employer, Message, Person
from webapp.services.acted_for import acts_for
from webapp.services.books import verify_books
from webapp.services.codes import ask_for_code
from webapp.services.demonstration.accountant import demonstration_accountant
from webapp.services.event_chain import verify_events
from webapp.services.persons import ask_person_for_code
from webapp.services.reports import RunReport, build_report

# The package calls the command by the same name.
demo = import_module("webapp.commands.demo")
MONDAY, FRIDAY, NEXT_WEEK = "2026-11-23", "2026-11-27", "2026-11-30"


@dataclass
class House:
    """An application in which commands are typed."""

    app: Flask
    config: TestConfig

    def type(self, *arguments: str, code: int = 0) -> str:
        result = self.app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
        return result.output

    def first_day(self, on: str, code: int = 0) -> str:
        return self.type("first-day", "--employers", "20", "--on", on, code=code)

    def report(self) -> RunReport:
        """A fresh report; it raises when anything does not add up."""
        with self.app.app_context():
            return build_report(db.session(), working_day(), {}, "")

    def count(self, *conditions: object) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.count()).where(*conditions)) or 0

    def bytes_of_files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.config.outbox.glob("*.xml")}


def make_house(config: TestConfig) -> Iterator[House]:
    app, _ = lend(config)
    yield House(app, config)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def house(tmp_path: Path, migrated_file: Path) -> Iterator[House]:
    """An empty, migrated SQLite database."""
    config = TestConfig.under(tmp_path)
    config.prepare_home()
    copy(migrated_file, config.database_folder / "khatwa.sqlite3")
    yield from make_house(config)


@pytest.fixture(params=ENGINES)
def any_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An empty, migrated database on both engines."""
    if request.param == "sqlite":
        yield request.getfixturevalue("house")
        return
    server: Server = request.getfixturevalue("migrated_server")
    with server.lend("migrated") as url:
        yield from make_house(TestConfig.under(tmp_path, url))


def test_the_first_day_goes_from_the_register_to_books_that_balance(any_house: House) -> None:
    told = any_house.first_day(MONDAY)
    assert "Open days as an example" in told
    assert "20 employers" in told
    assert "sent to the demonstration's bank" in told
    report = any_house.report()
    assert report.refused.count >= 1
    assert report.returned.count >= 1
    assert report.debits["settled"].count >= 5
    assert report.held
    assert sum(place.centimes for place in report.places.values()) == report.declared.centimes
    assert sum(place.count for place in report.places.values()) == report.declared.count
    assert report.suspense.count == 0
    assert report.balances["bank"] == report.debits["settled"].centimes > 0
    # Whoever filed late is debited for that as well.
    assert report.balances["bank"] > report.places["due settled"].centimes
    assert {file.status for file in report.files} == {BankFileStatus.RECONCILED}
    for file in report.files:
        path = any_house.config.outbox / f"{file.reference}.xml"
        assert str(path) in told
        validate_file(path)
    assert list(any_house.config.inbox.iterdir())
    with any_house.app.app_context():
        session = db.session()
        verify_books(session)
        assert verify_events(session).unsealed == 0

    news = any_house.count(Message.kind == "debit_settled")
    assert 0 < news <= any_house.count(Attempt.settled_at.is_not(None))

    before = any_house.bytes_of_files()
    attempts = any_house.count(Attempt.id.is_not(None))
    again = any_house.first_day(MONDAY)
    assert "nothing was changed" in again
    assert "sent to the demonstration's bank" not in again
    assert any_house.bytes_of_files() == before
    assert any_house.count(Attempt.id.is_not(None)) == attempts
    assert any_house.report().places == report.places
    assert any_house.count(Message.kind == "debit_settled") == news


def test_the_member_numbers_it_names_are_sent_a_code(house: House) -> None:
    told = house.first_day(MONDAY).partition("To try the site")[2]
    named = re.findall(r"^  ([0-9/]+)  ", told, re.MULTILINE)
    assert len(named) == 2
    with house.app.app_context():
        session = db.session()
        for number in named:
            day = builders.working_day(session, date.fromisoformat(MONDAY))
            asked = ask_for_code(
                session, day, builders.VAULT, AccessRules(), CodePurpose.SIGN_IN, number, "ar"
            )
            assert asked.message and asked.message.channel == "sms"


def test_the_accountant_it_names_acts_for_three_employers_and_stays_the_same(
    house: House,
) -> None:
    told = house.first_day(MONDAY)
    named = re.findall(r"^  (\S+@\S+)  for (.+)$", told, re.MULTILINE)
    assert re.findall(r"^  (\S+@\S+)  for (.+)$", house.first_day(MONDAY), re.MULTILINE) == named
    ((email, numbers),) = named
    with house.app.app_context():
        session = db.session()
        day = builders.working_day(session, date.fromisoformat(MONDAY))
        asked = ask_person_for_code(session, day, builders.VAULT, AccessRules(), email, "ar")
        assert asked.message and asked.message.address == email
        person = session.scalars(select(Person.id).where(Person.email == email)).one()
        session.rollback()
        found = acts_for(session, day, person)
    assert {one.member_number for one in found} == set(numbers.split(", "))
    assert len(found) == 3
    assert [one.may_sign for one in found].count(True) == 1
    assert found[0].refused or found[0].held, "what went wrong stands first"
    assert [one.authorised for one in found].count(False) == 1


def test_nobody_acts_for_the_employers_of_another_database(house: House) -> None:
    with house.app.app_context(), pytest.raises(NotADemonstration):
        demonstration_accountant(db.session(), working_day())


@pytest.mark.parametrize("on", [FRIDAY, "2026-11-01", "2026-05-27"])
def test_a_friday_or_a_holiday_is_a_first_day_like_any_other(house: House, on: str) -> None:
    house.first_day(on)
    report = house.report()
    assert min(report.refused.count, report.returned.count) >= 1
    assert {file.status for file in report.files} == {BankFileStatus.RECONCILED}


def test_on_a_later_day_it_runs_that_day(house: House) -> None:
    house.first_day(MONDAY)
    first = house.bytes_of_files()
    house.first_day(NEXT_WEEK)
    later = house.bytes_of_files()
    assert first.items() < later.items()
    assert len(house.report().files) == len(later)
    # A day that lies behind is not run again: the last one is.
    house.first_day(MONDAY)
    assert house.bytes_of_files() == later


@pytest.mark.parametrize("broken", ["let_bank_answer", "send_bank_files"])
def test_what_was_interrupted_at_the_bank_goes_on_the_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*arguments: object) -> None:
        raise DemonstrationBankFailed(doing="test", detail="the bank fell asleep")

    with monkeypatch.context() as patch:
        patch.setattr(demo, broken, fail)
        assert "demonstration_bank_failed" in house.first_day(MONDAY, code=1)
    house.first_day(MONDAY)
    assert house.count(BankFile.status == BankFileStatus.RECONCILED) == 2
    assert house.count(Attempt.settled_at.is_not(None)) >= 5


def test_a_new_database_does_not_meet_the_books_of_an_old_bank(
    house: House, migrated_file: Path
) -> None:
    house.first_day(MONDAY)
    with house.app.app_context():
        db.engine.dispose()
    for path in house.config.database_folder.iterdir():
        path.unlink()
    copy(migrated_file, house.config.database_folder / "khatwa.sqlite3")
    house.first_day(MONDAY)
    assert house.report().suspense.count == 0


def test_the_demonstration_tells_what_it_made_and_that_no_notice_left(house: House) -> None:
    told = house.type("demo", "--employers", "20", "--on", MONDAY)
    assert re.search(r"20 employers with \d+ worksites, \d+ mandates, \d+ declarations, 4", told)
    assert "none was sent" in told
    assert list(house.config.messages_folder.iterdir()) == []
    assert "nothing was changed" in house.type("demo", "--employers", "20")
    assert "already_done" in house.type("demo", "--employers", "30", code=1)


@pytest.mark.parametrize("command", ["demo", "first-day"])
def test_a_real_database_is_left_alone(house: House, tmp_path: Path, command: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text(SHEET, encoding="utf-8")
    house.type("import-register", str(path))
    assert "not_a_demonstration" in house.type(command, "--on", MONDAY, code=1)
    assert house.count(Employer.id.is_not(None)) == 1


SHEET = (
    "member_number;name_ar;name_fr;nif;signatory_name;language;periodicity;notice_channel;phone;"
    "email;wilaya;agency;worksite_code;worksite_name;worksite_wilaya\n"
    "16/1;الأمل;;;;ar;monthly;sms;0550123456;;16;;W1;ورشة 200 مسكن;\n"
)


def test_the_register_is_taken_in_by_command(house: House, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(SHEET, encoding="utf-8")
    told = house.type("import-register", str(path))
    assert "1 lines read, 0 refused" in told
    assert "employers: 1 added, 0 changed, 0 unchanged" in told
    assert "worksites: 1 added" in told
    path.write_text(SHEET + SHEET.splitlines()[1].replace("16/1", "?"), encoding="utf-8")
    told = house.type("import-register", str(path), code=3)
    assert "line 3, member_number '?': not a member number" in told
    assert "employers: 0 added, 0 changed, 1 unchanged" in told
    path.write_text("member_number\n", encoding="utf-8")
    assert "column_missing" in house.type("import-register", str(path), code=1)


def test_the_help_names_every_column(house: House) -> None:
    told = house.type("import-register", "--help")
    for column in SHEET.splitlines()[0].split(";"):
        assert column in told
