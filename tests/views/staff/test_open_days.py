"""The pages of open days: planning, devices, the live board and the report."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import builders, open_days
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from tests.views.test_query_counts import MOST, counting
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.roles import Role
from webapp.models import Campaign, CampaignMember, Device, DeviceCode, Event, Subject
from webapp.services.open_days.devices import digest_of_code

NAMES = {"name_ar": "أبواب مفتوحة بالبليدة", "name_fr": "Portes ouvertes de Blida"}


@pytest.fixture
def supervisor(people: Office) -> Colleague:
    return people.colleague(Role.SUPERVISOR, people.agencies()[0])


@pytest.fixture
def desk(people: Office, supervisor: Colleague, language: str) -> Browser:
    """The browser of a supervisor of the first agency."""
    return people.browser(supervisor, language)


def held(people: Office, *staff_ids: int, agency: int = 0) -> tuple[int, str, int]:
    """Open days that are now."""
    people.site.office.rollback()
    where = people.agencies()[agency]
    return open_days.campaign(people.site.office, people.day, where, *staff_ids)


def planned(people: Office, who: Colleague, **other: str) -> dict[str, str]:
    today = people.day.today
    return NAMES | {
        "begins_on": f"{today}",
        "ends_on": f"{today + timedelta(days=2)}",
        "places": "1\n\n  2 ",
        "staff": f"{who.id}",
    } | other  # fmt: skip


def test_without_open_days_the_list_says_how_to_begin(
    people: Office, desk: Browser, agent: Colleague, language: str
) -> None:
    page = desk.open("staff/open-days")
    assert page.root.xpath("//*[contains(@class, 'empty')]")
    assert page.root.xpath("//main//a[contains(@href, '/open-days/new')]")
    theirs = people.browser(agent, language).open("staff/open-days")
    assert theirs.root.xpath("//*[contains(@class, 'empty')]")
    assert not theirs.root.xpath("//main//a[contains(@href, '/open-days/new')]")


def test_open_days_are_planned_changed_and_ended(
    people: Office, desk: Browser, supervisor: Colleague, language: str
) -> None:
    made = desk.send("staff/open-days/new", **planned(people, supervisor))
    assert made.status_code == 302, desk.page(made).errors()
    place = str(made.location)
    name = NAMES[f"name_{language}"]
    assert desk.open(place).heading == name
    assert name in desk.open("staff/open-days").text_of("//main")
    form = desk.open(f"{place}/edit").form()
    kept = desk.open(f"{place}/edit").root.get_element_by_id("places").text_content().strip()
    assert kept.splitlines() == ["1", "2"]
    changed = desk.post(f"{place}/edit", form | {"name_fr": "Autre", "places": kept})
    assert changed.location == place
    assert desk.send(f"{place}/end").location == place
    ended = desk.open(place)
    assert not ended.root.xpath("//main//a[contains(@href, '/end')]")
    assert desk.get(f"{place}/edit").status_code == 404
    office = people.site.office
    office.rollback()
    row = office.scalars(select(Campaign)).one()
    assert (row.name_fr, row.ended_at is not None) == ("Autre", True)
    acts = office.scalars(select(Event.target).where(Event.subject == Subject.CAMPAIGN)).all()
    assert list(acts) == ["campaign_made", "campaign_changed", "campaign_ended"]


@pytest.mark.parametrize(
    "typed",
    [
        {"name_ar": ""}, {"name_fr": "x" * 101}, {"begins_on": "?"}, {"ends_on": "2020-01-01"},
        {"places": " \n "}, {"places": "1\n1"}, {"staff": ""}, {"staff": "1 2"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_the_field_and_kept(
    people: Office, desk: Browser, supervisor: Colleague, typed: dict[str, str]
) -> None:
    sent = planned(people, supervisor) | typed
    page = desk.refused(desk.send("staff/open-days/new", **sent))
    [name] = typed
    assert list(page.errors()) == [name]
    assert name == "name_fr" or page.form()["name_fr"] == NAMES["name_fr"]
    text = page.root.get_element_by_id("places").text_content()
    assert text.split() == sent["places"].split()
    ticked = page.root.xpath("//input[@name='staff'][@checked]/@value")
    assert name == "staff" or ticked == [f"{supervisor.id}"]


def test_nobody_of_another_agency_is_offered_or_taken(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    stranger = people.colleague(Role.AGENT, people.agencies()[1])
    page = desk.open("staff/open-days/new")
    assert page.root.xpath("//input[@name='staff']/@value") == [f"{supervisor.id}"]
    sent = planned(people, supervisor, staff=f"{stranger.id}")
    assert "staff" in desk.refused(desk.send("staff/open-days/new", **sent)).errors()


def test_open_days_of_another_agency_lead_nowhere(people: Office, desk: Browser) -> None:
    stranger = people.colleague(Role.AGENT, people.agencies()[1])
    _, reference, _ = held(people, stranger.id, agency=1)
    for part in ("", "/edit", "/end", "/board", "/report", "/report/document", "/report/sheet"):
        assert desk.get(f"staff/open-days/{reference}{part}").status_code == 404


def test_an_agent_opens_the_open_days_at_which_they_work_and_changes_nothing(
    people: Office, agent: Colleague, supervisor: Colleague, language: str
) -> None:
    _, theirs, _ = held(people, agent.id)
    _, other, _ = held(people, supervisor.id)
    browser = people.browser(agent, language)
    page = browser.open(f"staff/open-days/{theirs}")
    assert not page.root.xpath("//main//a[contains(@href, '/edit')]")
    assert browser.get(f"staff/open-days/{other}").status_code == 404
    assert browser.get("staff/open-days/new").status_code == 403
    assert browser.get(f"staff/open-days/{theirs}/end").status_code == 403


def test_the_code_of_a_device_is_shown_once_in_two_groups(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    _, reference, hall = held(people, supervisor.id)
    place = f"staff/open-days/{reference}"
    device = {"name": "Tablette 1", "place": f"{hall}", "mode": "assisted"}
    form = desk.open(place).form() | device
    wrong = desk.refused(desk.post(place, form | {"mode": "?"}))
    assert wrong.form()["name"] == "Tablette 1"
    page = desk.page(desk.post(place, form))
    shown = page.text_of("//p[@class='amount-large']")
    assert len(shown) == 9 and shown[4] == " "
    office = people.site.office
    office.rollback()
    kept = office.scalars(select(DeviceCode)).one()
    assert kept.code_hash == digest_of_code(builders.VAULT, shown.replace(" ", ""))
    assert (kept.name, kept.place_id, kept.staff_id) == ("Tablette 1", hall, supervisor.id)
    assert shown not in desk.open(place).text_of("//main")


def test_before_and_after_the_days_there_is_no_form_for_a_code(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    _, reference, hall = held(people, supervisor.id)
    place = f"staff/open-days/{reference}"
    form = desk.open(place).form()
    people.site.clock.wait(days=3)
    desk = people.browser(supervisor, desk.language)
    assert not desk.open(place).root.xpath("//main//form")
    token = {"csrf_token": desk.token()}
    sent = form | token | {"name": "T", "place": f"{hall}", "mode": "board"}
    desk.post(place, sent)
    people.site.office.rollback()
    assert not people.site.office.scalars(select(DeviceCode)).all()


def test_devices_are_listed_with_who_calls_and_closed(
    people: Office, desk: Browser, supervisor: Colleague, administrator: Colleague
) -> None:
    office, day = people.site.office, people.day
    campaign, reference, hall = held(people, supervisor.id)
    called, _ = open_days.device(office, day, campaign, supervisor.id, hall, name="Borne 7")
    office.get_one(Device, called).called_at = day.now
    _, other = open_days.device(office, day, campaign, supervisor.id, name="Tablette 8")
    office.commit()
    place = f"staff/open-days/{reference}"
    listed = desk.open(place)
    text = listed.text_of("//table")
    assert "Borne 7" in text and "Tablette 8" in text and open_days.HALL in text
    assert listed.text_of("//*[contains(@class, 'tag-warn')]")
    [first, _second] = listed.root.xpath("//table//form/@action")
    token = {"csrf_token": desk.token()}
    assert desk.post(first, token).location == desk.address(place)
    assert "Borne 7" not in desk.open(place).text_of("//table")
    national = people.browser(administrator, desk.language)
    assert "Tablette 8" in national.open("staff/devices").text_of("//table")
    token = {"csrf_token": national.token()}
    national.post(f"staff/devices/{other}/close", token)
    assert not national.open("staff/devices").root.xpath("//table")


def cases(people: Office, campaign: int, agent: int, number: int = 1) -> None:
    """That many times: one enrolled in three minutes, one under way on a phone, one failed."""
    office, day = people.site.office, people.day
    for one in range(number):
        owner = builders.employer(office).id
        device, _ = open_days.device(office, day, campaign, agent, name=f"T{one}")
        given = {"device_id": device, "staff_id": agent, "minutes": 3.0}
        office.add(open_days.case(day, owner, campaign, **given))
        office.add(open_days.case(day, owner, campaign, status=CaseStatus.HANDED_OVER, **given))
        failed = {"status": CaseStatus.FAILED, "cause": CaseFailure.NETWORK}
        office.add(open_days.case(day, owner, campaign, **failed, **given))
    office.commit()


def test_the_board_shows_the_figures_in_both_languages_and_comes_again_by_itself(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    campaign, reference, _ = held(people, supervisor.id)
    cases(people, campaign, supervisor.id, 2)
    page = desk.open(f"staff/open-days/{reference}/board")
    for column, number in (("enrolled", "2"), ("waiting", "2"), ("failed", "2"), ("all", "6"),
                           ("abandoned", "0"), ("middle", "3,0"), ("mean", "3,0")):  # fmt: skip
        box = f"//*[contains(@class, 'board-{column}')]"
        assert page.text_of(f"{box}//*[@class='board-number']") == number
        assert page.text_of(f"{box}//*[@lang='ar']") and page.text_of(f"{box}//*[@lang='fr']")
    regions = page.root.xpath("//*[@data-region]/@id")
    assert regions == ["board-heading", "board-figures", "board-panels"]
    assert page.root.xpath("//noscript/meta[@http-equiv='refresh']/@content") == ["10"]
    assert page.root.xpath("//script[contains(@src, 'js/board.js')]")
    assert page.root.xpath("//*[@id='board-away'][@hidden]")
    assert "Panne de réseau" in page.text_of("//*[@id='board-panels']")


def test_the_board_of_all_agencies_is_for_whoever_works_for_the_fund(
    people: Office, supervisor: Colleague
) -> None:
    campaign, _, _ = held(people, supervisor.id)
    cases(people, campaign, supervisor.id, 2)
    page = people.browser(people.colleague(Role.ADMINISTRATOR), "ar").open("staff/board")
    assert page.text_of("//*[contains(@class, 'board-enrolled')]//*[@class='board-number']") == "2"
    assert "الوكالة" in page.text_of("//*[@id='board-panels']")
    assert not page.root.xpath("//*[@id='board-agents']")


def test_the_report_of_a_day_and_of_all_adds_up_on_the_page_and_in_the_sheet(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    campaign, reference, _ = held(people, supervisor.id)
    place = f"staff/open-days/{reference}/report"
    assert desk.open(place).root.xpath("//*[contains(@class, 'empty')]")
    cases(people, campaign, supervisor.id, 2)
    today = people.day.today
    assert len(desk.open(place).root.xpath("//table")) == 5
    assert len(desk.open(f"{place}?on={today}").root.xpath("//table")) == 4
    for on in (today + timedelta(days=1), today - timedelta(days=1), "x"):
        assert desk.get(f"{place}?on={on}").status_code == 404
    sheet = desk.get(f"{place}/sheet?on={today}")
    assert sheet.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(sheet.text.lstrip("\ufeff"))))[1:]
    parts: dict[str, list[list[int]]] = {}
    for row in rows[:6]:
        parts.setdefault(row[0], []).append([int(cell) for cell in row[2:]])
    sums = {
        part: [sum(column) for column in zip(*found, strict=True)] for part, found in parts.items()
    }
    assert len(sums) == 5 and set(map(tuple, sums.values())) == {(2, 0, 2, 2, 0, 6)}


def test_the_board_and_the_report_ask_as_often_for_many_as_for_few(
    people: Office, desk: Browser, supervisor: Colleague
) -> None:
    campaign, reference, _ = held(people, supervisor.id)
    for part in ("", "/board", "/report"):
        counts = []
        for number in (1, 12):
            cases(people, campaign, supervisor.id, number)
            with counting(people.site) as told:
                desk.open(f"staff/open-days/{reference}{part}")
            counts.append(len(told))
        assert counts[0] == counts[1] <= MOST


def test_who_is_taken_off_opens_them_no_more(
    people: Office, agent: Colleague, language: str
) -> None:
    campaign, reference, _ = held(people, agent.id)
    browser = people.browser(agent, language)
    browser.open(f"staff/open-days/{reference}/board")
    office = people.site.office
    office.delete(office.get_one(CampaignMember, (campaign, agent.id)))
    office.commit()
    assert browser.get(f"staff/open-days/{reference}/board").status_code == 404


def test_what_was_done_is_found_by_the_reference_of_the_open_days(
    people: Office, desk: Browser, supervisor: Colleague, language: str
) -> None:
    made = desk.send("staff/open-days/new", **planned(people, supervisor))
    reference = str(made.location).rsplit("/", 1)[1]
    auditor = people.browser(people.colleague(Role.AUDITOR), language)
    found = auditor.open(f"staff/events?about={reference}")
    assert len(found.root.xpath("//tbody/tr")) == 1 and reference in found.text_of("//tbody")
