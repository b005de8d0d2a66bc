"""The pages of payments, waivers and refunds: one enters or asks, a colleague decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.money import Centimes
from webapp.domain.roles import Role
from webapp.models import Due, DueKind, Employer, OfficeRequest, Payment
from webapp.services.new_dues import NewDue, add_dues

PAID = {
    "way": "cheque", "number": "004-123", "paid_on": "2026-11-02", "amount": "129 600,00",
    "period": "2026-10",
}  # fmt: skip


@pytest.fixture
def owner(people: Office) -> Employer:
    """An employer who owes a contribution and a surcharge, and has a credit."""
    session = people.site.office
    owner = builders.employer(session)
    day = people.day.today
    builders.declaration(session, people.day, owner, period="2026-10")
    for kind, centimes in ((DueKind.SURCHARGE, 648_000), (DueKind.CREDIT, -500)):
        new = NewDue(f"{kind}:1", kind, owner.id, None, "2026-09", Centimes(centimes), day, day)
        add_dues(session, people.day, [new])
    session.commit()
    session.refresh(owner)
    session.expunge(owner)
    session.rollback()
    return owner


@pytest.fixture
def samira(people: Office) -> Colleague:
    return people.colleague(Role.SUPERVISOR, people.agencies()[0])


@pytest.fixture
def karim(people: Office) -> Colleague:
    return people.colleague(Role.COLLECTOR)


@pytest.fixture
def first(people: Office, samira: Colleague, language: str) -> Browser:
    return people.browser(samira, language)


@pytest.fixture
def second(people: Office, karim: Colleague, language: str) -> Browser:
    return people.browser(karim, language)


def dues(people: Office) -> list[tuple[str, str]]:
    people.site.office.rollback()
    rows = people.site.office.execute(select(Due.kind, Due.status).order_by(Due.id)).all()
    people.site.office.rollback()
    return [(kind.value, status.value) for kind, status in rows if status != "superseded"]


def reference(people: Office, model: type[Payment] | type[OfficeRequest]) -> str:
    people.site.office.rollback()
    found = people.site.office.scalars(select(model.reference)).one()
    people.site.office.rollback()
    return str(found)


def test_the_way_leads_from_the_search_to_what_is_owed(second: Browser, owner: Employer) -> None:
    sent = second.send("staff/money", wanted=owner.member_number)
    (link,) = second.open(sent.location).root.xpath("//main//table//a/@href")
    page = second.open(link)
    assert len(page.root.xpath("//main//tbody/tr")) == 3
    named = page.root.xpath("//main//tbody/tr/th//bdi")
    assert [one.text_content() for one in named] == ["ورشة 1"], "a worksite, and two of none"
    assert "لفائدتكم" not in page.text_of("//main//table"), "it is not the reader's credit"
    acts = page.root.xpath("//main//tbody//a/@href")
    assert [act.rpartition("/")[2] for act in acts] == ["refund"], "a collector asks no waiver"


def test_a_payment_is_booked_and_shown(people: Office, first: Browser, owner: Employer) -> None:
    place = f"staff/money/{owner.id}"
    sent = first.send(f"{place}/payment", **PAID)
    assert sent.location == first.address(place)
    page = first.open(place)
    assert page.root.xpath("//*[@role='status']")
    assert "004-123" in page.response.text
    assert dues(people)[0] == ("contribution", "paid_elsewhere")


def test_what_cannot_be_is_told_beside_its_field_and_kept(
    people: Office, first: Browser, owner: Employer
) -> None:
    place = f"staff/money/{owner.id}/payment"
    page = first.refused(first.send(place, way="", number=" ", paid_on="x", amount="", period="1"))
    assert set(page.errors()) == {"way", "number", "paid_on", "amount", "period"}
    wrong = PAID | {"amount": "0", "paid_on": "2026-11-04"}
    page = first.refused(first.send(place, **wrong))
    assert set(page.errors()) == {"amount", "paid_on"}
    assert page.form()["number"] == "004-123"
    first.send(place, **PAID)
    page = first.refused(first.send(place, **PAID | {"number": "004 - 123"}))
    assert set(page.errors()) == {"number"}
    assert dues(people).count(("contribution", "paid_elsewhere")) == 1


def test_above_the_limit_a_colleague_decides_with_a_fresh_second_factor(
    people: Office, first: Browser, second: Browser, karim: Colleague, owner: Employer
) -> None:
    first.send(f"staff/money/{owner.id}/payment", **PAID | {"amount": "1 000 000,01"})
    place = f"staff/payments/{reference(people, Payment)}"
    assert dues(people)[0] == ("contribution", "open")
    assert place in first.open("staff/decisions").response.text
    assert first.open(place).root.xpath("//main//form") == [], "one's own is shown, not decided"
    token = first.open("staff/money").form(0)["csrf_token"]
    first.post(place, {"csrf_token": token, "verdict": "granted"})
    assert dues(people)[0] == ("contribution", "open")
    people.site.clock.wait(minutes=6)
    assert second.open(place).root.xpath("//input[@name='proof_code']")
    people.prove(second, karim, place)
    page = second.refused(second.send(place, verdict=""))
    assert set(page.errors()) == {"verdict"}
    assert second.send(place, verdict="granted").location == second.address("staff/decisions")
    assert dues(people)[0] == ("contribution", "paid_elsewhere")


def test_a_payment_is_taken_back_by_a_colleague(
    people: Office, first: Browser, second: Browser, owner: Employer
) -> None:
    first.send(f"staff/money/{owner.id}/payment", **PAID)
    place = f"staff/payments/{reference(people, Payment)}"
    token = first.open("staff/money").form(0)["csrf_token"]
    first.post(f"{place}/reverse", {"csrf_token": token})
    assert dues(people)[0] == ("contribution", "paid_elsewhere")
    token = second.open(place).form(0)["csrf_token"]
    second.post(f"{place}/reverse", {"csrf_token": token})
    assert dues(people)[0] == ("contribution", "open")


@pytest.mark.parametrize(("kind", "number", "end"), [("waiver", 1, "waived"),
                                                     ("refund", 2, "settled")])  # fmt: skip
def test_a_waiver_and_a_refund_are_asked_with_a_reason_and_decided_by_a_colleague(
    people: Office, first: Browser, second: Browser, owner: Employer, kind: str, number: int,
    end: str,
) -> None:  # fmt: skip
    before = dues(people)[number]
    links = first.open(f"staff/money/{owner.id}").root.xpath("//main//tbody//a/@href")
    (ask,) = [link for link in links if link.endswith(kind)]
    page = first.refused(first.send(ask, reason=" "))
    assert set(page.errors()) == {"reason"}
    first.send(ask, reason="Grève de la poste <b>")
    place = f"staff/requests/{reference(people, OfficeRequest)}"
    assert dues(people)[number] == before
    token = first.open("staff/money").form(0)["csrf_token"]
    first.post(place, {"csrf_token": token, "verdict": "granted"})
    assert dues(people)[number] == before
    page = second.open(place)
    assert "Grève de la poste &lt;b&gt;" in page.response.text
    second.send(place, verdict="granted")
    assert dues(people)[number] == (before[0], end)


def test_who_asked_may_take_it_back(people: Office, first: Browser, owner: Employer) -> None:
    links = first.open(f"staff/money/{owner.id}").root.xpath("//main//tbody//a/@href")
    first.send(next(link for link in links if link.endswith("waiver")), reason="x")
    place = f"staff/requests/{reference(people, OfficeRequest)}"
    page = first.open(place)
    (address,) = page.root.xpath("//main//form/@action")
    first.post(address, page.form(0))
    assert first.open("staff/decisions").root.xpath("//main//*[contains(@class, 'empty')]")
    assert dues(people)[1] == ("surcharge", "open")


def test_the_home_counts_what_waits(people: Office, first: Browser, owner: Employer) -> None:
    first.send(f"staff/money/{owner.id}/payment", **PAID | {"amount": "2000000"})
    page = first.open("staff")
    (count,) = page.root.xpath("//section[@aria-labelledby='second']//*[@class='count']")
    assert count.text_content().strip() == "1"
