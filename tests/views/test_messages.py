"""The pages on which an employer reads its messages, and chooses which ones it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.services.newsroom import tell_on
from tests.views.browser import Browser
from webapp.domain.tellings import WEIGHTS, Topic, Weight
from webapp.models import Employer, Message, NoticeChannel
from webapp.services.outbox import tell
from webapp.services.transactions import transaction

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
BOTH = pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)


def cards(browser: Browser, place: str = "messages") -> list[str]:
    found = browser.open(place).root.xpath("//main//article")
    return [" ".join(one.text_content().split()) for one in found]


@ONE_ENGINE
@BOTH
def test_there_is_nothing_to_read_at_first(browser: Browser, owner: Employer) -> None:
    page = browser.open("messages")
    assert page.root.xpath("//main//*[contains(@class, 'empty')]//a[contains(@href, 'settings')]")
    assert cards(browser) == []


def test_what_was_sent_is_read_as_it_was_sent(browser: Browser, owner: Employer) -> None:
    office = browser.site.office
    day = builders.working_day(office, FILED)
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner)
    desk = browser.site.desk
    desk.run(ANNOUNCING)
    values = {"amount": 1_234_500, "collect_on": ANNOUNCING, "last4": "6789"}
    with transaction(office):
        tell(office, builders.working_day(office, ANNOUNCING), builders.VAULT, owner.id,
             "debit_reversed", values)  # fmt: skip
    office.execute(
        update(Employer).where(Employer.id == owner.id).values(notice_channel=NoticeChannel.PORTAL)
    )
    office.commit()
    tell_on(office, ANNOUNCING + timedelta(days=28))
    browser.site.clock.go_to(ANNOUNCING + timedelta(days=28))
    browser.enter(owner.member_number)
    reminder, reversed_, notice = cards(browser)
    # The employer's language, whichever the page is in.
    assert "129 600,00" in notice.replace("\xa0", " ") and "كاكوبات" in notice
    assert "12 345,00" in reversed_.replace("\xa0", " ")
    assert "نوفمبر 2026" in reminder
    texts = browser.open("messages").root.xpath("//main//article//*[@lang='ar'][@dir='rtl']")
    assert len(texts) == 4, "a text message has no subject"


@ONE_ENGINE
def test_older_messages_are_a_page_further(browser: Browser, owner: Employer) -> None:
    office = browser.site.office
    day = builders.working_day(office, FILED)
    with transaction(office):
        for number in range(45):
            values = {"amount": number, "collect_on": FILED, "last4": "6789"}
            tell(office, day, builders.VAULT, owner.id, "debit_reversed", values)
    seen, place = 0, "messages"
    while True:
        page = browser.open(place)
        seen += len(page.root.xpath("//main//article"))
        onwards = page.root.xpath("//main//a[contains(@href, 'before=')]/@href")
        if not onwards:
            break
        (place,) = onwards
    assert seen == 45
    assert browser.get("messages?before=m999").status_code == 404


@ONE_ENGINE
@BOTH
def test_the_page_says_of_every_topic_whether_it_can_be_silenced(
    browser: Browser, owner: Employer
) -> None:
    page = browser.open("settings").root
    lists = page.xpath("//main//h3/following-sibling::ul[1]")
    assert [len(one) for one in lists] == [
        list(WEIGHTS.values()).count(weight) for weight in Weight
    ]
    said = [one.text_content().strip() for one in page.xpath("//main//h3 | //main//form//li")]
    assert len(said) == len(Weight) + len(Topic) == len(set(said))


@ONE_ENGINE
def test_quiet_and_looks_are_chosen_on_one_page_and_kept(browser: Browser, owner: Employer) -> None:
    form = browser.open("settings").form()
    assert {"codes", "notices", "tongue"} <= set(form)
    chosen = form | {"quiet": "y", "looks": "y"}
    assert browser.post("settings", chosen).location == browser.address("my-data")
    office = browser.site.office
    wished = select(Employer.quiet, Employer.told_of_looks).where(Employer.id == owner.id)
    assert tuple(office.execute(wished).one()) == (True, True)
    assert office.scalars(select(Message.kind)).all().count("settings_changed") == 0
    page = browser.open("settings")
    assert len(page.root.xpath("//main//input[@type='checkbox'][@checked]")) == 2
    unticked = {
        name: value for name, value in page.form().items() if name not in {"quiet", "looks"}
    }
    browser.post("settings", unticked)
    office.rollback()
    assert tuple(office.execute(wished).one()) == (False, False)


@ONE_ENGINE
@BOTH
def test_who_reads_in_the_space_alone_finds_the_bank_by_its_name(
    browser: Browser, owner: Employer
) -> None:
    office = browser.site.office
    office.execute(update(Employer).values(notice_channel=NoticeChannel.PORTAL, language="fr"))
    office.commit()
    values = {
        "amount": 97_200_000, "collect_on": FILED, "last4": "6789", "bank_code": "007",
        "given_back": False, "why": "insufficient_funds", "next": "pay_otherwise",
    }  # fmt: skip
    with transaction(office):
        day = builders.working_day(office, FILED)
        tell(office, day, builders.VAULT, owner.id, "debit_refused", values)
    (card,) = cards(browser)
    assert "Algérie Poste a rejeté le prélèvement de 972 000,00 DA" in card.replace("\xa0", " ")
    assert browser.site.messages() == [], "nothing is sent"
