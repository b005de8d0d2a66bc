"""A declaration by a sheet: good lines are kept, wrong ones are put right on the page."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import AMOUNT
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from tests.views.test_query_counts import counting
from webapp.domain.period import Period
from webapp.domain.sheet_lines import HEADINGS
from webapp.models import Declaration, DeclarationSheet, Due, Employer, Worksite
from webapp.services.drafts import load_draft

ONE_ENGINE = pytest.mark.parametrize(
    ("site_url", "visitor"), [("sqlite", "ar"), ("sqlite", "fr")], indirect=True
)
PERIOD = "declarations/2026-10"
EDIT, SHEET, LINES, REVIEW = (
    f"{PERIOD}/{part}" for part in ("edit", "sheet", "sheet/lines", "review")
)
MOST = 20


def csv(*lines: str) -> bytes:
    return "\n".join([";".join(HEADINGS["fr"].values()), *lines]).encode()


def upload(browser: Browser, content: bytes, name: str = "wages.csv") -> TestResponse:
    sent = browser.open(SHEET).form() | {"sheet": (io.BytesIO(content), name)}
    return browser.post(SHEET, sent)  # type: ignore[arg-type]


def waiting(browser: Browser, *lines: str) -> Page:
    """The page of the lines that wait, after a sheet with these."""
    assert upload(browser, csv(*lines)).location == browser.address(LINES)
    return browser.open(LINES)


def put_right(browser: Browser, step: str = "check", **typed: str) -> TestResponse:
    sent = browser.open(LINES).form()
    named = {name.replace("__", "-"): text for name, text in typed.items()}
    assert set(named) <= set(sent)
    return browser.post(LINES, sent | named | {"step": step})


def count(site: Site, model: type) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(model)) or 0


def drafted(browser: Browser, owner: Employer) -> dict[str, str]:
    browser.site.office.rollback()
    draft = load_draft(browser.site.office, owner.id, Period.parse("2026-10"))
    return dict(draft.typed) if draft else {}


def worksites(site: Site, owner: Employer) -> list[Worksite]:
    site.office.rollback()
    mine = select(Worksite).where(Worksite.employer_id == owner.id).order_by(Worksite.id)
    return list(site.office.scalars(mine))


def test_a_firm_with_400_worksites_and_three_wrong_lines_loses_none_of_the_others(
    site: Site, visitor: Browser
) -> None:
    owner = builders.employer(site.office, worksites=400)
    visitor.enter(owner.member_number)
    lines = [f"W{number};ورشة {number};5;1 000 000,00;" for number in range(1, 401)]
    lines[10] = "W11;ورشة 11;beaucoup;1 000 000,00;"
    lines[20] = "W21;ورشة 21;5;1.234;"
    lines[30] = "W31;ورشة 31;5;1 000 000,00;2 000 000,00"
    page = waiting(visitor, *lines)
    assert set(page.errors()) == {"l12-workers", "l22-leave_base", "l32-weather_base"}
    assert len(drafted(visitor, owner)) == 3 * 397
    assert visitor.get(REVIEW).location == visitor.address(LINES)
    typed = {"l12__workers": "٥", "l22__leave_base": "1000000", "l32__weather_base": ""}
    assert put_right(visitor, **typed).location == visitor.address(REVIEW)
    assert (count(site, Declaration), count(site, DeclarationSheet)) == (0, 0)
    review = visitor.open(REVIEW)
    assert review.root.xpath("//*[@role='status']")
    visitor.post(REVIEW, review.form())
    assert count(site, Declaration) == 1
    assert site.office.scalars(select(Due.amount_centimes)).all() == [AMOUNT] * 400


WESTERN = str.maketrans("٥۵٠١٫", "5501,", "٬")
ARABIC_SHEET = "\r\n".join(
    [
        ";".join(HEADINGS["ar"].values()),
        "W1;ورشة 1;٥;١٬٠٠٠٬٠٠٠٫٠٠;",
        "W2;ورشة 2;۵;1.000.000,00;٥٠٠٠٠٠",
    ]
)


@ONE_ENGINE
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ARABIC_SHEET, "utf-8-sig"),
        (ARABIC_SHEET, "utf-16"),
        (ARABIC_SHEET.translate(WESTERN), "cp1256"),
        (csv("W1;Éboulis;5;1 000 000,00;", "W2;Béni;5;1,000,000.00;500000").decode(), "cp1252"),
    ],
)  # fmt: skip
def test_figures_are_read_in_every_style_and_letters(
    visitor: Browser, owner: Employer, text: str, encoding: str
) -> None:
    visitor.enter(owner.member_number)
    assert upload(visitor, text.encode(encoding)).location == visitor.address(REVIEW)
    visitor.post(REVIEW, visitor.open(REVIEW).form())
    owed = visitor.site.office.scalars(select(Due.amount_centimes).order_by(Due.worksite_id))
    assert owed.all() == [AMOUNT, 12_585_000]


@ONE_ENGINE
def test_a_wrong_cell_is_shown_with_its_place_its_value_and_what_is_wrong(
    browser: Browser,
) -> None:
    page = waiting(browser, "W1;;5;12 000;", 'W2;;"=SUM(A1:A9)";-5;')
    assert set(page.errors()) == {"l3-workers", "l3-leave_base"}
    said = page.text_of("//*[@id='line3']")
    for shown in ("C3", "=SUM(A1:A9)", "D3", "-5"):
        assert shown in said
    assert page.form()["l3-workers"] == "=SUM(A1:A9)"
    again = browser.refused(browser.post(LINES, page.form() | {"l3-workers": "vingt"}))
    assert again.form()["l3-workers"] == "vingt"
    assert "=SUM(A1:A9)" in again.text_of("//*[@id='line3']")
    assert browser.open(LINES).form()["l3-workers"] == "vingt"


def test_what_was_typed_for_other_worksites_stays(browser: Browser, owner: Employer) -> None:
    sent = browser.open(EDIT).form()
    first, second = (one.id for one in worksites(browser.site, owner))
    browser.post(EDIT, sent | {f"w{first}-workers": "7", f"w{second}-workers": "8", "step": "show"})
    assert upload(browser, csv("W2;;9;10;")).location == browser.address(REVIEW)
    draft = drafted(browser, owner)
    assert draft[f"w{first}-workers"] == "7" and draft[f"w{second}-workers"] == "9"
    assert count(browser.site, Declaration) == 0


@ONE_ENGINE
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_our_sheet_filled_in_and_sent_back_is_the_declaration(
    browser: Browser, owner: Employer, kind: str
) -> None:
    content = browser.get(f"{SHEET}/empty.{kind}").data
    if kind == "csv":
        assert HEADINGS[browser.language]["name"] in content.decode()  # type: ignore[index]
        filled = content.replace(b",,,\r\n", b',5,"1 000 000,00",\r\n')
    else:
        book = load_workbook(io.BytesIO(content))
        assert book.worksheets[0].sheet_view.rightToLeft is (browser.language == "ar")
        for row in (2, 3):
            book.worksheets[0].cell(row, 3, 5)
            book.worksheets[0].cell(row, 4, 1_000_000)
        out = io.BytesIO()
        book.save(out)
        filled = out.getvalue()
    assert upload(browser, filled, f"x.{kind}").location == browser.address(REVIEW)
    review = browser.open(REVIEW)
    assert "259\u00a0200,00" in review.text_of("//main").replace(" ", "\u00a0")


@ONE_ENGINE
def test_an_unknown_worksite_is_added_chosen_or_left_out(browser: Browser, owner: Employer) -> None:
    page = waiting(browser, ";Cité 500;5;10;", ";Chantier B;6;11;", ";Total;11;21;", "W1;;1;1;")
    assert set(page.errors()) == {"l2-belongs_to", "l3-belongs_to", "l4-belongs_to"}
    assert page.form()["l2-name"] == "Cité 500"
    offered = page.root.xpath("//select[@name='l3-belongs_to']/option/@value")
    second = worksites(browser.site, owner)[1].id
    assert offered == ["", "new", str(second)]
    refused = browser.refused(put_right(browser, l2__belongs_to="new", l3__belongs_to=str(second)))
    assert set(refused.errors()) == {"l2-wilaya", "l4-belongs_to"}
    assert len(worksites(browser.site, owner)) == 2
    added = put_right(browser, l2__wilaya="31", l2__name="Cité 500 Oran")
    assert set(browser.refused(added).errors()) == {"l4-belongs_to"}
    new = worksites(browser.site, owner)[-1]
    assert (new.name, new.wilaya_code) == ("Cité 500 Oran", "31")
    assert put_right(browser, "drop-4").location == browser.address(REVIEW)
    draft = drafted(browser, owner)
    assert [draft[f"w{id_}-workers"] for id_ in (second, new.id)] == ["6", "5"]


@ONE_ENGINE
def test_the_same_worksite_twice_is_wrong_until_one_line_goes(
    browser: Browser, owner: Employer
) -> None:
    page = waiting(browser, "W1;;5;10;", ";ورشة 1;6;11;", "W2;;7;12;")
    assert set(page.errors()) == {"l2-belongs_to", "l3-belongs_to"}
    assert "3" in page.errors()["l2-belongs_to"] and "2" in page.errors()["l3-belongs_to"]
    first = worksites(browser.site, owner)[0].id
    assert f"w{first}-workers" not in drafted(browser, owner)
    assert put_right(browser, "drop-2").location == browser.address(REVIEW)
    assert drafted(browser, owner)[f"w{first}-workers"] == "6"


@ONE_ENGINE
def test_a_worksite_that_the_sheet_has_filled_in_is_not_filled_in_again(
    browser: Browser, owner: Employer
) -> None:
    first = worksites(browser.site, owner)[0].id
    waiting(browser, "W1;;5;10;", ";Autre;6;11;")
    page = browser.refused(put_right(browser, l3__belongs_to=""))
    sent = page.form() | {"l3-belongs_to": str(first), "step": "check"}
    assert "2" in browser.refused(browser.post(LINES, sent)).errors()["l3-belongs_to"]
    assert drafted(browser, owner)[f"w{first}-workers"] == "5"


@ONE_ENGINE
def test_a_line_that_cannot_be_read_is_shown_whole_and_typed_again(
    browser: Browser, owner: Employer
) -> None:
    page = waiting(browser, 'W1;"Cité;5;10;', "W2;;5;10;;;9")
    assert {"l2-belongs_to", "l2-workers", "l3-leave_base"} <= set(page.errors())
    assert "Cité;5;10" in page.text_of("//*[@id='line2']")
    typed = {f"l{line}__{name}": "5" for line in (2, 3) for name in ("workers", "leave_base")}
    first = worksites(browser.site, owner)[0].id
    answer = put_right(browser, l2__belongs_to=str(first), **typed)
    assert answer.location == browser.address(REVIEW)


@ONE_ENGINE
def test_all_wrong_lines_may_be_left_out_at_once(browser: Browser) -> None:
    waiting(browser, "W1;;x;10;", "W2;;y;10;")
    assert put_right(browser, "drop-all").location == browser.address(REVIEW)
    assert count(browser.site, DeclarationSheet) == 0


@ONE_ENGINE
def test_twenty_wrong_lines_are_shown_and_the_others_follow(site: Site, visitor: Browser) -> None:
    owner = builders.employer(site.office, worksites=25)
    visitor.enter(owner.member_number)
    page = waiting(visitor, *(f"W{number};;x;10;" for number in range(1, 26)))
    assert len(page.errors()) == 20
    put_right(visitor, **{f"l{number}__workers": "5" for number in range(2, 22)})
    assert len(visitor.open(LINES).errors()) == 5


@ONE_ENGINE
def test_a_page_of_a_sheet_that_was_replaced_changes_nothing(
    browser: Browser, owner: Employer
) -> None:
    old = waiting(browser, "W1;;x;10;").form()
    waiting(browser, "W2;;y;10;")
    answer = browser.post(LINES, old | {"l2-workers": "5", "step": "check"})
    assert answer.location == browser.address(LINES)
    assert browser.open(LINES).root.xpath("//*[@role='status']")
    assert not drafted(browser, owner)


@ONE_ENGINE
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04xx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a;b\n1;2", b"\0\1"]
)
def test_what_is_no_sheet_is_refused_beside_the_field(browser: Browser, content: bytes) -> None:
    page = browser.refused(upload(browser, content))
    assert set(page.errors()) == {"sheet"}
    assert count(browser.site, DeclarationSheet) == 0


@ONE_ENGINE
def test_without_a_file_or_a_waiting_line_nothing_happens(browser: Browser) -> None:
    browser.refused(browser.post(SHEET, browser.open(SHEET).form()))
    assert browser.get(LINES).location == browser.address(REVIEW)
    assert browser.open(EDIT).root.xpath("//button[@form='form'][@value='sheet']")


@ONE_ENGINE
def test_the_language_of_the_lines_changes_and_what_was_typed_stays(browser: Browser) -> None:
    page = waiting(browser, "W1;;x;10;")
    other = {"ar": "fr", "fr": "ar"}[browser.language]
    sent = page.form() | {"l2-workers": "12", "language": other}
    response = browser.post(f"/{other}/{LINES}", sent)
    assert browser.page(response).form()["l2-workers"] == "12"


def test_an_upload_asks_the_database_as_often_for_400_lines_as_for_four(site: Site) -> None:
    counts = []
    for size in (4, 400):
        owner = builders.employer(site.office, worksites=size)
        browser = site.browser()
        browser.enter(owner.member_number)
        lines = [f"W{number};;5;10;" for number in range(1, size)]
        sent = browser.open(SHEET).form()
        content = csv(*lines, f"W{size};;x;10;")
        with counting(site) as told:
            sent_file = {"sheet": (io.BytesIO(content), "x.csv")}
            browser.post(SHEET, sent | sent_file)  # type: ignore[arg-type]
        counts.append(len(told))
    assert counts[0] == counts[1] <= MOST, counts
