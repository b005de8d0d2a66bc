"""The desk's pages of prepared forms: printing them, finding one, entering what came back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import builders, papers
from tests.services.staff import Colleague
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from tests.views.staff.conftest import Office
from tests.views.test_query_counts import MOST, counting
from webapp.domain.roles import Role
from webapp.models import Mandate, PreparedForm
from webapp.services.open_days import form_list
from webapp.views.staff import paper_forms


@pytest.fixture
def desk(people: Office, agent: Colleague, language: str) -> Browser:
    return people.browser(agent, language)


def new_number(site: Site) -> str:
    owner = builders.employer(site.office)
    number = owner.member_number
    site.office.rollback()
    return number


def send(browser: Browser, place: str, files: dict[str, bytes], **fields: str) -> TestResponse:
    form: dict[str, Any] = dict(browser.open(place).form(0)) | fields
    form |= {name: (io.BytesIO(content), f"{name}.bin") for name, content in files.items()}
    browser.site.office.rollback()
    return browser.client.post(
        browser.address(place), data=form, content_type="multipart/form-data", buffered=True
    )


def prepared(browser: Browser, *numbers: str) -> list[str]:
    """The references of the forms that are prepared for these numbers."""
    page = browser.page(
        send(browser, "staff/paper-forms/new", {}, numbers="\n".join(numbers), step="prepare")
    )
    links = page.root.xpath("//main//a[contains(@href, '/print?')]/@href")
    return [one for link in links for one in str(link).partition("forms=")[2].split(",")]


def entered(browser: Browser, reference: str, scan: bytes = b"", **other: str) -> TestResponse:
    fields = {"account": builders.account().grouped, "step": "enter"} | other
    return send(browser, f"staff/paper-forms/{reference}", {"scan": scan}, **fields)


def mandates(site: Site) -> int:
    found = site.office.scalar(select(func.count()).select_from(Mandate)) or 0
    site.office.rollback()
    return int(found)


def test_a_list_a_sheet_and_everybody_lead_to_the_same_pdf(site: Site, desk: Browser) -> None:
    first, second, _ = (new_number(site) for _ in range(3))
    (reference,) = prepared(desk, first)
    sheet = f"Numéro d'adhérent\r\n{second};x\r\n{first}\r\n".encode()
    page = desk.page(send(desk, "staff/paper-forms/new", {"sheet": sheet}, step="prepare"))
    assert reference in page.response.text
    everybody = send(desk, "staff/paper-forms/new", {}, everyone="y", step="prepare")
    (link,) = desk.page(everybody).root.xpath("//main//a[contains(@href, '/print?')]/@href")
    pdf = desk.get(str(link))
    assert pdf.mimetype == "application/pdf" and pdf.data.startswith(b"%PDF")
    nobody = send(desk, "staff/paper-forms/new", {}, everyone="y", step="prepare")
    assert desk.refused(nobody).errors().keys() == {"everyone"}
    assert site.office.scalar(select(func.count()).select_from(PreparedForm)) == 3


def test_wrong_lines_are_named_and_what_was_typed_stays(site: Site, desk: Browser) -> None:
    number = new_number(site)
    typed = f"{number}\n99/999999"
    page = desk.refused(send(desk, "staff/paper-forms/new", {}, numbers=typed, step="prepare"))
    assert page.errors().keys() == {"numbers"}
    assert "99/999999" in page.root.xpath("string(//main//ul/li[bdi])")
    assert page.root.get_element_by_id("numbers").text.strip() == typed
    assert site.office.scalar(select(func.count()).select_from(PreparedForm)) == 0
    empty = desk.refused(send(desk, "staff/paper-forms/new", {}, step="prepare"))
    assert empty.errors().keys() == {"numbers"}


def test_many_forms_come_in_portions(
    site: Site, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_forms, "FORMS_OF_A_PDF", 1)
    references = prepared(desk, new_number(site), new_number(site))
    assert len(references) == 2
    assert desk.get(f"staff/paper-forms/print?forms={','.join(references)}").status_code == 404


def test_typing_the_reference_leads_to_the_form(site: Site, desk: Browser) -> None:
    (reference,) = prepared(desk, new_number(site))
    page = desk.open("staff/paper-forms")
    assert reference in page.response.text
    typed = desk.post(
        "staff/paper-forms", page.form(0) | {"reference": f" {reference.lower()} "}
    )  # fmt: skip
    assert typed.location == desk.address(f"staff/paper-forms/{reference}")
    for wrong in ("KF00000000", "16/000001"):
        again = desk.post("staff/paper-forms", page.form(0) | {"reference": wrong})
        assert desk.refused(again).errors().keys() == {"reference"}


def test_one_touch_signs_and_a_second_one_changes_nothing(site: Site, desk: Browser) -> None:
    (reference,) = prepared(desk, new_number(site))
    place = f"staff/paper-forms/{reference}"
    form = desk.open(place).form(0)
    first = entered(desk, reference, papers.pdf())
    assert first.location == desk.address(place)
    page = desk.open(place)
    assert page.root.xpath("//main//*[contains(@class, 'notice-good')]")
    assert page.root.xpath("//main//a[contains(@href, '/staff/papers/KM')]")
    again = desk.post(place, form | {"account": builders.account().grouped, "step": "enter"})
    assert again.status_code == 200 and mandates(site) == 1


def test_the_account_is_answered_with_its_bank(site: Site, desk: Browser) -> None:
    (reference,) = prepared(desk, new_number(site))
    page = desk.page(entered(desk, reference, step="check"))
    assert page.root.xpath("//*[@id='answer']//strong")
    assert mandates(site) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("account", "12"), ("ceiling", "0"), ("signed_on", "2027-01-31"), ("signed_on", "x")],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_scan_is_chosen_again(
    site: Site, desk: Browser, field: str, value: str
) -> None:
    (reference,) = prepared(desk, new_number(site))
    page: Page = desk.refused(entered(desk, reference, papers.pdf(), **{field: value}))
    assert page.errors().keys() == {field, "scan"}
    assert page.form(0)[field] == value
    assert mandates(site) == 0


def test_a_form_without_its_scan_is_not_entered(site: Site, desk: Browser) -> None:
    (reference,) = prepared(desk, new_number(site))
    assert desk.refused(entered(desk, reference)).errors().keys() == {"scan"}
    assert mandates(site) == 0


def test_who_enrolled_meanwhile_is_said_and_nothing_is_written(site: Site, desk: Browser) -> None:
    number = new_number(site)
    (reference,) = prepared(desk, number)
    form = desk.open(f"staff/paper-forms/{reference}").form(0)
    owner = site.office.scalars(select(builders.Employer).filter_by(member_number=number)).one()
    other = builders.mandate(
        site.office, builders.working_day(site.office, site.clock.now.date()), owner
    )
    data: dict[str, Any] = form | {"account": builders.account().grouped, "step": "enter"}
    data["scan"] = (io.BytesIO(papers.pdf()), "scan.pdf")
    place = desk.address(f"staff/paper-forms/{reference}")
    site.office.rollback()
    answer = desk.client.post(place, data=data, content_type="multipart/form-data", buffered=True)
    assert answer.location == place
    assert other in desk.open(f"staff/paper-forms/{reference}").response.text
    assert mandates(site) == 1


def test_another_agency_finds_nothing(site: Site, people: Office, desk: Browser) -> None:
    (reference,) = prepared(desk, new_number(site))
    elsewhere = people.browser(people.colleague(Role.AGENT, people.agencies()[1]), desk.language)
    for place in (reference, f"print?forms={reference}"):
        assert elsewhere.get(f"staff/paper-forms/{place}").status_code == 404
    for place in ("", "/sheet"):
        assert reference not in elsewhere.get(f"staff/paper-forms{place}").text


def test_the_list_goes_on_and_is_a_sheet_too(
    site: Site, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_forms, "FORMS_ON_A_PAGE", 2)
    monkeypatch.setattr(paper_forms, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(form_list, "FORMS_ON_A_PAGE", 2)
    references = prepared(desk, *(new_number(site) for _ in range(3)))
    page = desk.open("staff/paper-forms?state=form_open")
    (more,) = page.root.xpath("//main//a[contains(@href, 'before=')]/@href")
    desk.open(str(more))
    sheet = desk.get("staff/paper-forms/sheet?state=form_open").text
    assert all(sheet.count(one) == 1 for one in references)
    assert references[0] not in desk.get("staff/paper-forms/sheet?state=form_entered").text


def test_many_forms_take_no_more_questions_than_few(site: Site, desk: Browser) -> None:
    counts = []
    for more in (1, 20):
        prepared(desk, *(new_number(site) for _ in range(more)))
        with counting(site) as told:
            desk.open("staff/paper-forms")
        counts.append(len(told))
    assert counts[0] == counts[1] <= MOST
