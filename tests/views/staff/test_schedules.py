"""A supervisor divides an old debt with the employer at the desk; an agent reads the schedule."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.services.collecting import AMOUNT
from tests.services.scheduling import FIRST_DAY, Debtor
from tests.views.browser import Browser, Page, Site
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import Due, Message
from webapp.services.payment_schedules import schedules_of


@pytest.fixture
def debtor(site: Site) -> Debtor:
    site.office.rollback()
    return Debtor(site.desk)


@pytest.fixture
def supervisor(people: Office, language: str) -> Browser:
    return people.browser(people.colleague(Role.SUPERVISOR, people.agencies()[0]), language)


@pytest.fixture
def agent(people: Office, language: str) -> Browser:
    return people.browser(people.colleague(Role.AGENT, people.agencies()[0]), language)


def place_of(debtor: Debtor) -> str:
    return f"staff/employers/{debtor.owner_id}/schedules/new"


def divided(browser: Browser, debtor: Debtor, count: str = "3", **fields: str) -> Page:
    """The page after the debt was divided."""
    place = place_of(debtor)
    sent = {"number": count, "first_on": FIRST_DAY.isoformat(), "step": "divide"}
    answer = browser.post(place, form(browser.open(place), debtor) | sent | fields)
    assert answer.status_code == 200, browser.page(answer).errors()
    return browser.page(answer)


def form(page: Page, debtor: Debtor) -> dict[str, object]:
    """The page's form with every due ticked: several boxes have the same name."""
    return {**page.form(), "dues": [str(one) for one in debtor.old_dues()]}


def references(debtor: Debtor) -> list[str]:
    return [one.reference for one in schedules_of(debtor.session, debtor.owner_id)]


def test_a_debt_is_divided_and_proposed(supervisor: Browser, debtor: Debtor) -> None:
    file = supervisor.open(f"staff/employers/{debtor.owner_id}")
    assert file.root.xpath(f"//main//a[contains(@href, '{place_of(debtor)}')]")
    page = divided(supervisor, debtor)
    days = page.root.xpath("//input[@type='date'][starts-with(@id, 'part')]/@value")
    assert days == ["2026-11-30", "2026-12-30", "2027-01-28"]
    answer = supervisor.post(place_of(debtor), form(page, debtor) | {"step": "propose"})
    (reference,) = references(debtor)
    assert answer.location == supervisor.address(f"staff/schedules/{reference}")
    shown = supervisor.open(f"staff/schedules/{reference}")
    assert len(shown.root.xpath("(//table)[1]//tbody/tr")) == 3
    assert debtor.session.scalars(select(Message.kind)).all() == ["schedule_proposed"]
    debtor.session.rollback()
    assert reference in supervisor.open(f"staff/employers/{debtor.owner_id}").response.text


def test_days_and_amounts_are_changed_before_it_is_proposed(
    supervisor: Browser, debtor: Debtor
) -> None:
    page = divided(supervisor, debtor, "2")
    sent = form(page, debtor) | {"step": "propose"}
    wrong = sent | {"part1-amount": "100000,00", "part2-due_on": "2027-01-01"}
    refused = supervisor.refused(supervisor.post(place_of(debtor), wrong))
    assert set(refused.errors()) == {"part2-due_on"}
    assert refused.root.get_element_by_id("part1-amount").get("value") == "100000,00"
    wrong |= {"part2-due_on": "2027-01-05"}
    refused = supervisor.refused(supervisor.post(place_of(debtor), wrong))
    assert set(refused.errors()) == {"part2-amount"}
    rest = 2 * AMOUNT - 10_000_000
    right = wrong | {"part2-amount": f"{rest // 100},{rest % 100:02}"}
    assert supervisor.post(place_of(debtor), right).status_code == 302
    assert len(references(debtor)) == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": "x"}, {"number"}),
        ({"number": "1"}, {"number"}),
        ({"number": "25"}, {"number"}),
        ({"first_on": "soon"}, {"first_on"}),
        ({"first_on": "9999-12-31"}, {"first_on"}),
        ({"dues": []}, {"dues"}),
        ({"dues": ["0"]}, {"dues"}),
    ],
)
def test_what_cannot_be_divided_is_said_beside_its_field(
    supervisor: Browser, debtor: Debtor, fields: dict[str, object], wrong: set[str]
) -> None:
    place = place_of(debtor)
    sent = form(supervisor.open(place), debtor) | {
        "number": "3", "first_on": FIRST_DAY.isoformat(), "step": "divide",
    }  # fmt: skip
    refused = supervisor.post(place, sent | fields)
    assert refused.status_code == 422
    assert set(supervisor.page(refused).errors()) == wrong


def test_a_second_schedule_and_a_due_that_has_gone_are_refused(
    supervisor: Browser, debtor: Debtor
) -> None:
    sent = form(divided(supervisor, debtor), debtor) | {"step": "propose"}
    due = debtor.old_dues()[0]
    for status, errors in ((DueStatus.PAID_ELSEWHERE, {"dues"}), (DueStatus.OPEN, set())):
        debtor.session.execute(update(Due).where(Due.id == due).values(status=status))
        debtor.session.commit()
        answer = supervisor.post(place_of(debtor), sent)
        assert answer.status_code == (422 if errors else 302)
    again = supervisor.post(place_of(debtor), sent)
    assert set(supervisor.page(again).errors()) == {"dues"}
    assert len(references(debtor)) == 1


def test_an_agent_reads_it_and_only_a_supervisor_withdraws_it(
    supervisor: Browser, agent: Browser, debtor: Debtor
) -> None:
    reference = debtor.propose()
    place = f"staff/schedules/{reference}"
    assert not agent.open(place).root.xpath("//form[contains(@action, '/withdraw')]")
    assert not agent.open(f"staff/employers/{debtor.owner_id}").root.xpath(
        f"//main//a[contains(@href, '{place_of(debtor)}')]"
    )
    sent = supervisor.open(place).form()
    assert agent.post(f"{place}/withdraw", {"csrf_token": "x"}).status_code in {400, 403}
    assert supervisor.post(f"{place}/withdraw", sent).status_code == 302
    assert debtor.status(reference) is PaymentScheduleStatus.WITHDRAWN
    supervisor.open(place)


def test_what_was_accepted_a_moment_ago_is_not_withdrawn(
    supervisor: Browser, debtor: Debtor
) -> None:
    reference = debtor.propose()
    place = f"staff/schedules/{reference}"
    sent = supervisor.open(place).form()
    debtor.accept(reference)
    assert supervisor.post(f"{place}/withdraw", sent).status_code == 302
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    assert supervisor.open(place).root.xpath("//div[@role='status']")


def test_the_agency_sees_that_a_proposal_was_overtaken(supervisor: Browser, debtor: Debtor) -> None:
    reference = debtor.propose()
    due = debtor.old_dues()[0]
    contested = update(Due).where(Due.id == due).values(status=DueStatus.CONTESTED)
    debtor.session.execute(contested)
    debtor.session.commit()
    page = supervisor.open(f"staff/schedules/{reference}")
    assert page.root.xpath("//div[contains(@class, 'notice-bad')]")


def test_another_agency_finds_nothing(people: Office, debtor: Debtor, language: str) -> None:
    elsewhere = people.browser(people.colleague(Role.SUPERVISOR, people.agencies()[1]), language)
    reference = debtor.propose()
    elsewhere.open(f"staff/schedules/{reference}", status=404)
    elsewhere.open(place_of(debtor), status=404)
    token = elsewhere.open("staff/employers").form(0)["csrf_token"]
    answer = elsewhere.post(f"staff/schedules/{reference}/withdraw", {"csrf_token": token})
    assert answer.status_code == 404


def test_who_owes_nothing_old_has_nothing_to_divide(supervisor: Browser, debtor: Debtor) -> None:
    debtor.session.execute(update(Due).values(status=DueStatus.SETTLED))
    debtor.session.commit()
    assert not supervisor.open(place_of(debtor)).root.xpath("//main//form[@id='form']")


ANY = st.text("0123456789٠١٢ ,.٫-/+eDAدج\u00a0\u200f\n\0", max_size=20) | st.sampled_from(
    ["3", "2026-11-30", "9999-12-31", "0001-01-01", "1000000,00", "propose", "divide", "9" * 300]
)


@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.tuples(*[ANY] * 8))
def test_whatever_is_typed_is_answered(
    supervisor: Browser, debtor: Debtor, values: tuple[str, ...]
) -> None:
    names = (
        "number", "first_on", "part1-due_on", "part1-amount", "part2-due_on", "part2-amount",
        "dues", "step",
    )  # fmt: skip
    token = supervisor.open("staff/employers").form(0)["csrf_token"]
    sent = dict(zip(names, values, strict=True)) | {"csrf_token": token}
    answer = supervisor.post(place_of(debtor), sent)
    assert answer.status_code in {200, 302, 422}
    if answer.status_code == 422:
        supervisor.page(answer)
