"""Declaring: what is typed is kept, looked at once more, and filed once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import AMOUNT
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.models import Declaration, DeclarationDraft, Due, Employer, Worksite

# What is typed wrongly never reaches a database.
ONE_ENGINE = pytest.mark.parametrize(
    ("site_url", "visitor"), [("sqlite", "ar"), ("sqlite", "fr")], indirect=True
)
EDIT, REVIEW, FILED = (f"declarations/2026-10{part}" for part in ("/edit", "/review", ""))


def count(site: Site, model: type) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(model)) or 0


def filled(page: Page, workers: str = "5", base: str = "1 000 000") -> dict[str, str]:
    """The form of every worksite, filled in."""
    sent = page.form()
    for name in sent:
        if name.endswith("-workers"):
            sent[name] = workers
        elif name.endswith("_base"):
            sent[name] = base
    return sent


def type_in(browser: Browser, step: str = "check", **more: str) -> None:
    response = browser.post(EDIT, filled(browser.open(EDIT)) | {"step": step} | more)
    assert response.location == browser.address(REVIEW)


def test_two_worksites_are_typed_reviewed_and_filed(browser: Browser) -> None:
    type_in(browser)
    review = browser.open(REVIEW)
    assert "259\u00a0200,00" in review.text_of("//main").replace(" ", "\u00a0")
    filed = browser.post(REVIEW, review.form())
    assert filed.location == browser.address(FILED)
    assert "259\u00a0200,00" in browser.open(FILED).response.text
    assert browser.site.office.scalars(select(Due.amount_centimes)).all() == [AMOUNT, AMOUNT]


def test_the_same_review_sent_twice_is_one_declaration(browser: Browser) -> None:
    type_in(browser)
    sent = browser.open(REVIEW).form()
    answers = [browser.post(REVIEW, sent) for _ in range(2)]
    assert [answer.location for answer in answers] == [browser.address(FILED)] * 2
    assert (count(browser.site, Declaration), count(browser.site, Due)) == (1, 2)


def test_what_is_filed_leads_from_everywhere_to_the_filed_page(browser: Browser) -> None:
    type_in(browser)
    sent = browser.open(REVIEW).form()
    browser.post(REVIEW, sent)
    for place in (EDIT, REVIEW, "declarations/2026-10/worksite"):
        assert browser.get(place).location == browser.address(FILED)
        assert browser.post(place, sent).location == browser.address(FILED)
    assert count(browser.site, Declaration) == 1


def test_without_anything_typed_there_is_nothing_to_review(browser: Browser) -> None:
    assert browser.get(REVIEW).location == browser.address(EDIT)
    assert count(browser.site, DeclarationDraft) == 0


def test_what_was_typed_on_another_page_meanwhile_is_shown_before_it_is_filed(
    browser: Browser,
) -> None:
    type_in(browser)
    seen = browser.open(REVIEW).form()
    browser.post(EDIT, filled(browser.open(EDIT), base="2 000 000") | {"step": "check"})
    assert browser.post(REVIEW, seen).location == browser.address(REVIEW)
    again = browser.open(REVIEW)
    assert again.root.xpath("//*[@role='status']")
    assert count(browser.site, Declaration) == 0
    assert browser.post(REVIEW, again.form()).location == browser.address(FILED)
    assert browser.site.office.scalars(select(Due.amount_centimes)).all() == [2 * AMOUNT] * 2


@pytest.mark.parametrize("digest", ["", "0" * 64, "ش", "\u0000"])
def test_a_review_of_something_else_files_nothing(browser: Browser, digest: str) -> None:
    type_in(browser)
    sent = browser.open(REVIEW).form() | {"digest": digest}
    assert browser.post(REVIEW, sent).location == browser.address(REVIEW)
    assert count(browser.site, Declaration) == 0


def test_the_key_of_another_s_declaration_files_ours_all_the_same(
    site: Site, browser: Browser
) -> None:
    other = builders.employer(site.office)
    day = builders.working_day(site.office, site.clock.now.date())
    builders.declaration(site.office, day, other, form_key="theirs")
    type_in(browser)
    browser.post(REVIEW, browser.open(REVIEW).form() | {"form_key": "theirs"})
    assert count(site, Declaration) == 2


def test_everything_typed_is_kept_before_the_form_is_right(browser: Browser) -> None:
    sent = filled(browser.open(EDIT), workers="beaucoup", base="1.234") | {"step": "check"}
    page = browser.refused(browser.post(EDIT, sent))
    assert len(page.errors()) == 6
    again = browser.open(EDIT).form()
    typed = {name: value for name, value in sent.items() if name.startswith("w")}
    assert {name: again[name] for name in typed} == typed


def test_nobody_worked(browser: Browser) -> None:
    page = browser.open(EDIT)
    sent = filled(page, workers="", base="") | {"step": "nil"}
    assert browser.post(EDIT, sent).location == browser.address(REVIEW)
    browser.post(REVIEW, browser.open(REVIEW).form())
    assert (count(browser.site, Declaration), count(browser.site, Due)) == (1, 0)
    browser.open(FILED)


def test_who_has_no_worksite_adds_one_or_declares_that_nobody_worked(
    site: Site, visitor: Browser
) -> None:
    number = builders.employer(site.office, worksites=0).member_number
    visitor.enter(number)
    response = visitor.post(EDIT, visitor.open(EDIT).form() | {"step": "check"})
    assert response.status_code == 422
    visitor.page(response)
    visitor.post(EDIT, visitor.open(EDIT).form() | {"step": "nil"})
    assert visitor.post(REVIEW, visitor.open(REVIEW).form()).location == visitor.address(FILED)
    assert (count(site, Declaration), count(site, Due)) == (1, 0)


def test_a_worksite_is_added_on_the_way_and_nothing_typed_is_lost(
    browser: Browser, owner: Employer
) -> None:
    sent = filled(browser.open(EDIT), workers="7") | {"step": "add"}
    assert browser.post(EDIT, sent).location == browser.address("declarations/2026-10/worksite")
    added = browser.send("declarations/2026-10/worksite", name="Cité 500", wilaya="31")
    assert added.location is not None and added.location.startswith(browser.address(EDIT))
    page = browser.open(EDIT)
    workers = [v for name, v in page.form().items() if name.endswith("-workers")]
    assert workers == ["7", "7", ""]
    assert count(browser.site, Worksite) == 3


@ONE_ENGINE
def test_who_goes_on_with_a_sheet_loses_nothing_typed(browser: Browser) -> None:
    sent = filled(browser.open(EDIT), workers="77") | {"step": "sheet"}
    answer = browser.post(EDIT, sent)
    assert answer.location == browser.address("declarations/2026-10/sheet")
    assert "77" in browser.open(EDIT).form().values()


def test_adding_the_same_worksite_twice_adds_it_once(browser: Browser) -> None:
    for _ in range(2):
        browser.send("declarations/2026-10/worksite", name="Cité 500", wilaya="31")
    assert count(browser.site, Worksite) == 3


@pytest.mark.parametrize("wilaya", ["", "99", "ش", "16 "])
def test_a_worksite_lies_in_a_wilaya_that_there_is(browser: Browser, wilaya: str) -> None:
    place = "declarations/2026-10/worksite"
    page = browser.refused(browser.send(place, name="Cité 500", wilaya=wilaya))
    assert "wilaya" in page.errors()
    assert page.root.get_element_by_id("name").get("value") == "Cité 500"
    assert count(browser.site, Worksite) == 2


def test_the_worksite_of_another_cannot_be_declared(site: Site, browser: Browser) -> None:
    other = builders.employer(site.office)
    theirs = site.office.scalars(select(Worksite.id).where(Worksite.employer_id == other.id)).one()
    type_in(browser, **{f"w{theirs}-workers": "9", f"w{theirs}-leave_base": "9 000 000"})
    browser.post(REVIEW, browser.open(REVIEW).form())
    dues = site.office.execute(select(Due.worksite_id, Due.amount_centimes)).all()
    assert theirs not in {due.worksite_id for due in dues} and len(dues) == 2


@pytest.mark.parametrize(
    "period", ["2026-11", "2025-09", "2026-Q3", "2026-13", "0000-00", "x", "2026-10%00"]
)
def test_a_period_that_cannot_be_declared_is_missing(browser: Browser, period: str) -> None:
    token = browser.token()
    for part in ("edit", "review", "worksite"):
        place = f"declarations/{period}/{part}"
        browser.open(place, status=404)
        assert browser.post(place, {"csrf_token": token, "step": "nil"}).status_code == 404


# ── amounts as people type them ──────────────────────────────────────────────────────────────


@ONE_ENGINE
@pytest.mark.parametrize(
    "typed",
    [
        "1000000", "1 000 000", "1\u00a0000\u00a0000,00", "1\u202f000\u202f000.0", "١٠٠٠٠٠٠",
        "١٬٠٠٠٬٠٠٠٫٠٠", "۱۰۰۰۰۰۰", "\u200f1000000\u200e", "\u20671 000 000\u2069", "1.000.000,00",
        "1,000,000.00", "1000000 DA", "1000000دج", "  1000000  ", "٠١٠٠٠٠٠٠",
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_typed_and_shown_back_in_one_way(
    browser: Browser, typed: str
) -> None:
    response = browser.post(EDIT, filled(browser.open(EDIT), base=typed) | {"step": "check"})
    assert response.location == browser.address(REVIEW), browser.page(response).errors()
    cells = browser.open(REVIEW).root.xpath("//td//bdi/text()")
    assert cells.count("1\u00a0000\u00a0000,00") == 4


@ONE_ENGINE
@pytest.mark.parametrize(
    "typed", ["1.234", "1,234", "-5", "1,2,3", "12,345", "abc", "1e6", "10000000000000000", "1,005"]
)
def test_an_amount_with_two_readings_or_none_is_refused_and_kept(
    browser: Browser, typed: str
) -> None:
    page = browser.refused(
        browser.post(EDIT, filled(browser.open(EDIT), base=typed) | {"step": "check"})
    )
    assert len(page.errors()) == 4
    assert {value for name, value in page.form().items() if name.endswith("_base")} == {typed}
    assert browser.get(REVIEW).location == browser.address(EDIT)


def test_an_empty_base_for_bad_weather_is_the_base_for_leave(browser: Browser) -> None:
    sent = filled(browser.open(EDIT))
    sent |= {name: "" for name in sent if name.endswith("-weather_base")}
    browser.post(EDIT, sent | {"step": "check"})
    browser.post(REVIEW, browser.open(REVIEW).form())
    assert browser.site.office.scalars(select(Due.amount_centimes)).all() == [AMOUNT, AMOUNT]


@ONE_ENGINE
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weather_base": "2 000 000"}, "weather_base"),
        ({"workers": "0"}, "workers"),
        ({"workers": "-1"}, "workers"),
        ({"workers": "100000"}, "workers"),
        ({"workers": "1,5"}, "workers"),
        ({"leave_base": ""}, "leave_base"),
    ],
)
def test_what_contradicts_itself_is_refused_beside_its_field(
    browser: Browser, changes: dict[str, str], field: str
) -> None:
    sent = filled(browser.open(EDIT)) | {"step": "check"}
    prefix = next(name for name in sent if name.endswith("-workers")).removesuffix("workers")
    sent |= {prefix + name: value for name, value in changes.items()}
    assert prefix + field in browser.refused(browser.post(EDIT, sent)).errors()


def test_what_being_late_adds_is_said_before_it_is_filed_and_is_what_is_owed(
    browser: Browser,
) -> None:
    browser.site.clock.go_to(date(2026, 12, 31))
    browser.enter(browser.site.office.scalars(select(Employer.member_number)).one())
    browser.site.office.rollback()
    type_in(browser)
    review = browser.open(REVIEW)
    text = review.text_of("//main").replace("\u00a0", " ")
    # 5 % for paying late; 15 % for declaring late, and 5 % for the month since.
    assert "12 960,00" in text and "51 840,00" in text and "324 000,00" in text
    browser.post(REVIEW, review.form())
    late = select(func.sum(Due.amount_centimes)).where(Due.kind != "contribution")
    assert browser.site.office.scalar(late) == 12_960_00 + 51_840_00
