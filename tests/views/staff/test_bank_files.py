"""The office's pages of bank files: a last look, then what is done, once, by the right person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import COLLECTION
from tests.views.browser import Browser
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from webapp.adapters.journal import SentJournal
from webapp.adapters.transports import FolderTransport
from webapp.config import Config
from webapp.domain.file_acts import FileAct
from webapp.domain.roles import Role
from webapp.domain.statuses import BankFileStatus
from webapp.models import Event, Subject
from webapp.services.bank_files import send_bank_files

# Two forms that say the same may be on their way before the first one has its answer.
TWICE = 2
ALARM = "//main//*[contains(@class, 'notice-bad')]"


def plain(page: Page) -> str:
    return page.text_of("//main").replace("\u00a0", " ").replace("\u200e", "")


class At:
    """A browser at the page of the one file."""

    def __init__(self, people: Office, browser: Browser) -> None:
        self.people, self.browser = people, browser
        self.place = f"staff/files/{people.files()[0].reference}"

    def page(self) -> Page:
        return self.browser.open(self.place)

    def offers(self) -> set[str]:
        """The acts to which the page leads."""
        links = self.page().root.xpath("//main//a/@href")
        return {act for act in FileAct if any(link.endswith(f"/{act}") for link in links)}

    def do(self, act: str, times: int = 1, **typed: str) -> Page:
        """The last look, then the form, as often; the page of the file afterwards."""
        look = self.browser.open(f"{self.place}/{act}")
        assert "129 600,00" in plain(look), "for how much stands on the last look"
        for _ in range(times):
            answer = self.browser.post(f"{self.place}/{act}", look.form() | typed)
            assert answer.location == self.browser.address(self.place)
        return self.page()

    def told(self, page: Page) -> list[str]:
        return page.root.xpath("//*[@role='status']/div/@class")  # type: ignore[no-any-return]

    def status(self) -> BankFileStatus:
        return self.people.files()[0].status

    def again(self) -> At:
        """Another collector, who comes when the sessions of before have ended."""
        colleague = self.people.colleague(Role.COLLECTOR)
        return At(self.people, self.people.browser(colleague, self.browser.language))

    def send(self) -> list[str]:
        """What the worker does in a round."""
        office = self.people.site.office
        config: Config = self.people.site.app.config["KHATWA"]
        folder = config.transport_folder / "BNA"
        folder.mkdir(parents=True, exist_ok=True)
        day = builders.working_day(office, self.people.site.clock.now.date())
        journal = SentJournal(config.home / "sent-journal.jsonl")
        transports = {"BNA": FolderTransport(folder)}
        return send_bank_files(office, day, config.outbox, transports, journal, asked_only=True)


@pytest.fixture
def first(people: Office, collector: Browser) -> At:
    return At(people, collector)


@pytest.fixture
def second(first: At) -> At:
    return first.again()


def test_a_file_is_approved_and_sent_after_two_looks_and_only_once(first: At) -> None:
    reference = first.people.files()[0].reference
    assert first.browser.open("staff/files").root.xpath(f"//a[contains(@href, '{reference}')]")
    assert first.people.files()[0].sha256 in plain(first.page())
    assert first.offers() == {"approve", "replace"}
    told = first.told(first.do("approve", TWICE))
    assert first.status() is BankFileStatus.APPROVED
    assert ["good" in one for one in told] == [True, False]
    assert first.offers() == {"send", "carry", "replace"}
    first.do("send", TWICE)
    assert first.offers() == {"replace"}
    # What nobody sends is told after a while.
    for minutes, alarms in ((14, 0), (2, 1)):
        first.people.site.clock.wait(minutes=minutes)
        assert len(first.page().root.xpath(ALARM)) == alarms
    assert first.send() == [reference] and first.send() == []
    assert first.status() is BankFileStatus.SENT and first.offers() == set()
    asked = select(Event.id).where(
        Event.subject == Subject.BANK_FILE, Event.cause == "asked_to_send"
    )
    assert len(first.people.site.office.scalars(asked).all()) == 1


def test_a_file_that_was_changed_is_not_approved(first: At) -> None:
    path = first.people.outbox / f"{first.people.files()[0].reference}.xml"
    path.write_bytes(path.read_bytes().replace(b"129600.00", b"999600.00"))
    assert "bad" in first.told(first.do("approve"))[0]
    assert first.status() is BankFileStatus.WRITTEN


def test_a_carried_file_is_in_doubt_until_its_receipt_is_entered(first: At) -> None:
    first.do("approve")
    first.do("carry", TWICE)
    assert first.status() is BankFileStatus.UNKNOWN
    assert first.send() == [] and first.offers() == {"arrived", "missing"}
    arrived = f"{first.place}/arrived"
    look = first.browser.open(arrived)
    for wrong in ("", "Mme Amel l'a pris"):
        answer = first.browser.post(arrived, look.form() | {"receipt": wrong})
        assert first.browser.refused(answer).errors().keys() == {"receipt"}
    first.do("arrived", receipt="BNA/2026-778")
    assert first.status() is BankFileStatus.SENT
    assert "BNA/2026-778" in plain(first.page())


def test_a_file_that_the_bank_has_not_got_leaves_again_by_the_word_of_two(
    first: At, second: At
) -> None:
    first.do("approve")
    first.do("carry")
    first.people.site.clock.wait(minutes=4)
    first.do("missing", TWICE)
    assert first.offers() == {"arrived"} and first.send() == []
    # The same person has no look at the second word; the form of another act does not say it.
    form = first.browser.open(f"{first.place}/arrived").form()
    first.browser.post(f"{first.place}/agree", form)
    assert "bad" in first.told(first.page())[0] and first.send() == []
    second.do("agree", TWICE)
    assert first.offers() == {"arrived"}
    assert first.send() == [first.people.files()[0].reference] and first.send() == []
    assert first.status() is BankFileStatus.SENT


def test_after_the_banks_hour_the_word_of_two_gives_a_file_up(first: At) -> None:
    first.do("approve")
    first.do("carry")
    first.do("missing")
    early = first.again()
    form = early.browser.open(f"{early.place}/agree").form()
    early.people.site.clock.go_to(COLLECTION)
    second, day = first.again(), builders.working_day(first.people.site.office, COLLECTION)
    # What was read before the hour is not what would happen now.
    fresh = second.browser.open(f"{second.place}/agree").form()
    second.browser.post(f"{second.place}/agree", fresh | {"seen": form["seen"]})
    assert second.status() is BankFileStatus.UNKNOWN
    look = second.browser.open(f"{second.place}/agree")
    assert look.root.xpath(f"//main//time[@datetime='{day.feasible_on}']")
    second.do("agree", TWICE)
    assert second.status() is BankFileStatus.SUPERSEDED and second.send() == []
    assert second.offers() == {"arrived"}
    lost = {"ar": "مفقودا", "fr": "perdu"}[second.browser.language]
    assert lost in plain(second.page()) and lost in plain(second.browser.open("staff/files"))
    second.do("arrived", receipt="778")
    assert second.status() is BankFileStatus.SENT


def test_a_doubt_has_its_age_and_after_a_day_its_alarm(first: At) -> None:
    first.do("approve")
    first.do("carry")
    assert not first.page().root.xpath(ALARM)
    assert first.browser.open("staff/files").root.xpath("//*[contains(@class, 'tag-bad')]")
    first.people.site.clock.now += timedelta(hours=25)
    page = first.again().page()
    assert page.root.xpath(ALARM) and "25" in plain(page)


def test_after_the_banks_hour_a_file_can_only_be_replaced(first: At) -> None:
    first.do("approve")
    look = first.browser.open(f"{first.place}/send")
    first.people.site.clock.go_to(COLLECTION)
    late = first.again()
    assert late.offers() == {"replace"}
    form = late.browser.open(f"{late.place}/replace").form()
    late.browser.post(f"{late.place}/send", look.form() | form)
    assert "bad" in late.told(late.page())[0]
    assert late.send() == [] and late.status() is BankFileStatus.APPROVED
    late.do("replace", TWICE)
    assert late.status() is BankFileStatus.SUPERSEDED and late.offers() == set()


def test_an_act_that_is_not_possible_is_refused_in_a_sentence(first: At) -> None:
    """Of a written file, then of one that is set aside: by the address, and by a form."""
    refused = set(FileAct) - {FileAct.APPROVE, FileAct.REPLACE}
    form = first.browser.open(f"{first.place}/approve").form()
    for status in (BankFileStatus.WRITTEN, BankFileStatus.SUPERSEDED):
        for act in sorted(refused):
            answers = (
                first.browser.get(f"{first.place}/{act}"),
                first.browser.post(f"{first.place}/{act}", form),
            )
            assert {one.location for one in answers} == {first.browser.address(first.place)}
            assert ["bad" in one for one in first.told(first.page())] == [True, True], act
        assert first.status() is status
        if status is BankFileStatus.WRITTEN:
            first.do("replace")
            refused = set(FileAct)
    assert first.browser.get(f"{first.place}/nonsense").status_code == 404
