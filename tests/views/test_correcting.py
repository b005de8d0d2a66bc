"""Correcting what was filed: typed over it, shown with what follows, filed once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING
from tests.services.correcting import owed_on
from tests.views.browser import Browser, Site
from webapp.models import Declaration, DeclarationDraft, Due, Employer, Message, Worksite

EDIT, BOTH, REVIEW, FILED, VERSIONS = (
    f"declarations/2026-10{part}"
    for part in ("/correct", "/correct/both", "/correct/review", "", "/revisions")
)
HALF = owed_on(50_000_000)


@pytest.fixture
def filed(site: Site, browser: Browser, owner: Employer) -> Browser:
    """The owner has declared a million for each of two worksites; the debit is announced."""
    day = builders.working_day(site.office, date(2026, 11, 2))
    builders.mandate(site.office, day, owner)
    builders.declaration(site.office, day, owner, worksites=("W1", "W2"))
    site.desk.run(ANNOUNCING)
    site.clock.go_to(ANNOUNCING)
    site.office.rollback()
    browser.enter(owner.member_number)
    return browser


def name_of(site: Site, field: str, worksite: str = "W1") -> str:
    number = site.office.scalars(select(Worksite.id).where(Worksite.code == worksite)).one()
    site.office.rollback()
    return f"w{number}-{field}"


def type_in(browser: Browser, base: str, weather: str | None = None) -> None:
    """Type another base for the first worksite, and go on to what changes."""
    site = browser.site
    typed = {name_of(site, "leave_base"): base, name_of(site, "weather_base"): weather or base}
    response = browser.post(EDIT, browser.open(EDIT).form() | typed | {"step": "check"})
    assert response.location == browser.address(REVIEW), browser.page(response).errors()


def count(site: Site, model: type) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(model)) or 0


def test_the_form_begins_with_what_was_filed(filed: Browser) -> None:
    form = filed.open(EDIT).form()
    assert form[name_of(filed.site, "workers")] == "5"
    assert form[name_of(filed.site, "leave_base")].replace("\u00a0", " ") == "1000000,00"
    assert filed.open(FILED).root.xpath(f"//a[@href='{filed.address(EDIT)}']")


def test_a_correction_is_typed_looked_at_and_filed(filed: Browser) -> None:
    type_in(filed, "500 000")
    shown = filed.open(REVIEW)
    text = shown.text_of("//main").replace("\u00a0", " ")
    assert "-64 800,00" in text and "129 600,00" in text and "64 800,00" in text
    answer = filed.post(REVIEW, shown.form())
    assert answer.location == filed.address(FILED)
    text = filed.open(FILED).text_of("//main").replace("\u00a0", " ")
    assert "194 400,00" in text
    site = filed.site
    standing = select(Due.amount_centimes).where(Due.status == "scheduled").order_by(Due.id)
    assert sorted(site.office.scalars(standing)) == [HALF, AMOUNT]
    lowered = select(func.count()).select_from(Message).where(Message.kind == "debit_lowered")
    assert site.office.scalar(lowered) == 1


def test_the_same_correction_sent_twice_corrects_once(filed: Browser) -> None:
    type_in(filed, "500 000")
    sent = filed.open(REVIEW).form()
    answers = [filed.post(REVIEW, sent) for _ in range(2)]
    assert [one.location for one in answers] == [filed.address(FILED)] * 2
    assert (count(filed.site, Declaration), count(filed.site, DeclarationDraft)) == (2, 0)


def test_every_version_is_kept_with_what_changed(filed: Browser) -> None:
    type_in(filed, "500 000")
    filed.post(REVIEW, filed.open(REVIEW).form())
    page = filed.open(FILED)
    assert page.root.xpath(f"//a[@href='{filed.address(VERSIONS)}']")
    sections = filed.open(VERSIONS).root.xpath("//main//section")
    newest, first = (one.text_content().replace("\u00a0", " ") for one in sections)
    assert "194 400,00" in newest and "-64 800,00" in newest
    assert "259 200,00" in first and "-64 800,00" not in first


def test_what_cannot_be_changed_any_more_is_said(filed: Browser) -> None:
    type_in(filed, "1 500 000")
    text = filed.open(REVIEW).text_of("//main").replace("\u00a0", " ")
    assert "+64 800,00" in text
    filed.post(REVIEW, filed.open(REVIEW).form())
    added = filed.site.office.scalars(select(Due).where(Due.kind == "adjustment")).one()
    assert added.amount_centimes == owed_on(150_000_000) - AMOUNT


def test_what_is_typed_wrongly_is_said_beside_its_field_and_kept(filed: Browser) -> None:
    typed = {name_of(filed.site, "leave_base"): "1.234.5", "step": "check"}
    refused = filed.refused(filed.post(EDIT, filed.open(EDIT).form() | typed))
    assert name_of(filed.site, "leave_base") in refused.errors()
    assert filed.open(EDIT).form()[name_of(filed.site, "leave_base")] == "1.234.5"
    assert count(filed.site, Declaration) == 1


def test_what_was_typed_can_be_taken_back(filed: Browser) -> None:
    typed = {name_of(filed.site, "leave_base"): "7", "step": "undo"}
    page = filed.page(filed.post(EDIT, filed.open(EDIT).form() | typed))
    base = page.form()[name_of(filed.site, "leave_base")]
    assert base.replace("\u00a0", " ") == "1000000,00"


def test_a_correction_that_was_made_meanwhile_is_shown_first(filed: Browser) -> None:
    type_in(filed, "500 000")
    stale = filed.open(REVIEW).form()
    type_in(filed, "600 000")
    answer = filed.post(REVIEW, stale)
    assert answer.location == filed.address(REVIEW)
    assert count(filed.site, Declaration) == 1


@pytest.mark.parametrize("place", [EDIT, REVIEW, VERSIONS])
def test_what_was_not_filed_cannot_be_corrected(filed: Browser, place: str) -> None:
    filed.open(place.replace("2026-10", "2026-09"), 404)
    filed.open(place.replace("2026-10", "2026-99"), 404)


def another(site: Site, filed: Browser) -> Browser:
    """The same employer on another device."""
    other = site.browser(filed.language)
    site.clock.wait(minutes=2)
    other.enter(site.office.scalars(select(Employer.member_number)).one())
    return other


def test_two_who_correct_at_once_see_both_versions_and_nothing_is_overwritten(
    site: Site, filed: Browser
) -> None:
    theirs, base = another(site, filed), name_of(site, "leave_base")
    form, their_form = filed.open(EDIT).form(), theirs.open(EDIT).form()
    theirs.post(EDIT, their_form | {base: "700 000", "step": "show"})
    answer = filed.post(EDIT, form | {base: "500 000", "step": "check"})
    assert answer.status_code == 409
    page = filed.page(answer)
    (only,) = page.root.xpath("//main//fieldset")
    told = only.text_content().replace("\u00a0", " ")
    assert "500 000,00" in told and "700 000,00" in told
    assert theirs.open(EDIT).form()[base] == "700 000"
    kept = filed.post(BOTH, page.form() | {"step": "mine"})
    assert kept.location == filed.address(EDIT)
    assert theirs.open(EDIT).form()[base] == "500 000"


def test_what_is_typed_over_an_earlier_version_meets_the_one_filed_meanwhile(
    site: Site, filed: Browser
) -> None:
    theirs, base = another(site, filed), name_of(site, "leave_base")
    form = filed.open(EDIT).form()
    type_in(theirs, "700 000")
    theirs.post(REVIEW, theirs.open(REVIEW).form())
    answer = filed.post(EDIT, form | {base: "500 000", "step": "check"})
    assert answer.status_code == 409
    page = filed.page(answer)
    assert "700 000,00" in page.text_of("//main//fieldset").replace("\u00a0", " ")
    assert page.root.xpath("//main//time/@datetime")
    assert filed.post(EDIT, form | {base: "1", "step": "totals"}).status_code == 200
    assert count(site, DeclarationDraft) == 0
    assert filed.post(BOTH, page.form() | {"step": "mine"}).location == filed.address(EDIT)
    assert filed.open(EDIT).form()[base] == "500 000"


def test_each_line_goes_back_to_what_was_filed(filed: Browser) -> None:
    base = name_of(filed.site, "leave_base")
    line = base.partition("-")[0]
    sent = filed.open(EDIT).form() | {base: "7", "step": f"same-{line[1:]}"}
    assert filed.post(EDIT, sent).location == f"{filed.address(EDIT)}#{line}"
    assert filed.open(EDIT).form()[base] == "1000000,00"


def test_a_corrected_figure_far_from_the_last_period_is_asked_about_and_no_other(
    site: Site, filed: Browser
) -> None:
    owner = site.office.scalars(select(Employer)).one()
    day = builders.working_day(site.office, date(2026, 10, 5))
    builders.declaration(site.office, day, owner, period="2026-09", worksites=("W1", "W2"))
    site.office.rollback()
    type_in(filed, "1 200 000")
    assert not filed.open(REVIEW).root.xpath("//input[@type='checkbox']")
    type_in(filed, "500 000")
    page, tick = filed.open(REVIEW), name_of(site, "sure")
    assert page.root.xpath("//input[@type='checkbox']/@name") == [tick]
    asked = filed.refused(filed.post(REVIEW, page.form() | {"step": "send"}))
    assert list(asked.errors()) == [tick] and count(site, Declaration) == 2
    (value,) = asked.root.xpath(f"//input[@name='{tick}']/@value")
    back = filed.post(REVIEW, asked.form() | {tick: value, "step": "back"})
    assert back.location == filed.address(EDIT)
    answer = filed.post(REVIEW, filed.open(REVIEW).form() | {"step": "send"})
    assert answer.location == filed.address(FILED)
    assert count(site, Declaration) == 3


def test_until_when_it_is_corrected_is_said_on_the_receipt(filed: Browser) -> None:
    told = filed.open(FILED).root.xpath(
        "//section[@aria-labelledby='correcting']/p//time/@datetime"
    )
    assert told == ["2026-11-21", "2026-11-25"], told


def test_both_last_moments_are_said_where_a_correction_is_typed_and_filed(filed: Browser) -> None:
    moments = "//section[@aria-labelledby='correcting']//time/@datetime"
    assert filed.open(EDIT).root.xpath(moments) == ["2026-11-21", "2026-11-25"]
    wrong = {name_of(filed.site, "leave_base"): "x", "step": "check"}
    again = filed.refused(filed.post(EDIT, filed.open(EDIT).form() | wrong))
    assert len(again.root.xpath(moments)) == 2
    type_in(filed, "500 000")
    assert filed.open(REVIEW).root.xpath(moments) == ["2026-11-21", "2026-11-25"]
    (debit,) = filed.site.desk.debits()
    place = f"debits/{debit.reference}"
    filed.site.office.rollback()
    assert filed.open(place).root.xpath(moments) == ["2026-11-21", "2026-11-25"]
