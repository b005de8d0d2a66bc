"""A program files by the rules and in the words of the pages."""

from __future__ import annotations

from time import perf_counter

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.views.browser import Browser, Site
from tests.views.program import Program, body, key_of, line
from tests.views.test_sheets import waiting
from webapp.models import Declaration, DeclarationDraft, DeclarationSheet, Employer, Event

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ar", "fr"])


def declarations(site: Site) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(Declaration)) or 0


def test_a_declaration_is_filed_as_from_the_page(
    site: Site, owner: Employer, program: Program
) -> None:
    answer = program.file(body())
    assert answer.status_code == 201, answer.get_json()
    assert answer.headers["Location"] == "/api/v1/declarations/2026-10"
    told = answer.get_json()
    assert (told["status"], told["revision"], told["debit_day"]) == ("filed", 1, None)
    assert told["lines"][0] == {
        "worksite": "W1", "name": "ورشة 1", "workers": 4, "leave_base": "1000000.00",
        "weather_base": "800000.00", "contributions": "128100.00",
    }  # fmt: skip
    assert [(due["amount"], due["word"]) for due in told["dues"]] == [("128100.00", "declared")] * 2
    assert program.get("declarations/2026-10").get_json() == told
    actor = f"api:{(program.key or '').split('_')[1]}"
    site.office.rollback()
    filed = site.office.scalars(select(Event).where(Event.target == "filed")).one()
    assert filed.actor == actor
    assert len(actor) <= 60


def test_a_weather_base_that_is_left_out_is_the_leave_base(program: Program) -> None:
    lines = [
        line("W1", weather_base=None),
        {k: v for k, v in line("W2").items() if k != "weather_base"},
    ]
    told = program.file(body(*lines)).get_json()
    assert [one["weather_base"] for one in told["lines"]] == ["1000000.00"] * 2


def test_nil_is_filed_as_the_page_files_it(site: Site, program: Program) -> None:
    told = program.file({"period": "2026-10", "nil": True}).get_json()
    assert [(one["workers"], one["leave_base"]) for one in told["lines"]] == [(0, "0.00")] * 2
    assert told["dues"] == []


def test_a_filed_declaration_takes_the_draft_and_the_sheet_of_the_page_with_it(
    site: Site, browser: Browser, program: Program
) -> None:
    edit = "declarations/2026-10/edit"
    browser.post(edit, browser.open(edit).form() | {"step": "check"})
    waiting(browser, "W1;;beaucoup;1000;")
    assert program.file(body()).status_code == 201
    site.office.rollback()
    for typed in (DeclarationDraft, DeclarationSheet):
        assert not site.office.scalars(select(typed.period)).all()


@BOTH_LANGUAGES
def test_every_wrong_line_is_told_at_once_and_nothing_is_written(
    site: Site, program: Program, language: str
) -> None:
    program.language = language
    wrong = body(
        line("W1", workers=-1, leave_base="1.234"),
        line("W9"),
        line("W1"),
        {"worksite": "W2", "leave_base": "12.00", "weather_base": "13.00", "wage": "1"},
    )
    answer = program.file(wrong)
    assert answer.status_code == 422
    told = answer.get_json()
    assert told["code"] == "wrong_body"
    assert [(one["line"], one["field"], one["code"]) for one in told["errors"]] == [
        (1, "leave_base", "invalid_amount"),
        (1, "workers", "invalid_input"),
        (2, "worksite", "unknown_worksite"),
        (3, "worksite", "worksite_twice"),
        (4, "wage", "unknown_field"),
        (4, "weather_base", "invalid_input"),
        (4, "workers", "invalid_input"),
    ]
    assert told["errors"][0]["worksite"] == "W1"
    assert told["errors"][0]["pointer"] == "/lines/0/leave_base"
    arabic = [
        any("\u0600" <= sign <= "\u06ff" for sign in one["message"]) for one in told["errors"]
    ]
    assert all(arabic) if language == "ar" else not any(arabic)
    assert declarations(site) == 0


@BOTH_LANGUAGES
def test_what_is_wrong_is_said_in_the_words_of_the_page(
    site: Site, program: Program, owner: Employer, language: str
) -> None:
    """The same amounts, typed into the page and sent by a program."""
    program.language = language
    browser = site.browser(language)
    browser.enter(owner.member_number)
    edit = "declarations/2026-10/edit"
    form = browser.open(edit).form()
    names = [name for name in form if name.startswith("w")]
    tries = {"workers": "x", "leave_base": "1.234", "weather_base": "-5"}
    typed = {name: tries[name.rpartition("-")[2]] for name in names}
    page = browser.refused(browser.post(edit, form | typed | {"step": "check"}))
    texts = {
        text.strip() for text in page.root.xpath("//*[@id='errors']//a/text()") if text.strip()
    }
    said = program.file(
        body(*(line(code, leave_base="1.234", weather_base="-5") for code in ("W1", "W2")))
    )
    messages = {one["message"] for one in said.get_json()["errors"]}
    assert len(messages) == 2
    for message in messages:
        assert any(message in text for text in texts), (message, texts)


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (body(period="2026-11"), 409, "not_declarable"),
        (body(period="2026-Q3"), 409, "not_declarable"),
        (body(period="last month"), 409, "not_declarable"),
        ({"period": "2026-10"}, 422, "nothing_declared"),
        ({"period": "2026-10", "lines": []}, 422, "nothing_declared"),
        ({"lines": [line()]}, 422, "wrong_body"),
        (body(line("W1")), 422, "wrong_body"),
        (body(nil=True), 422, "wrong_body"),
        (body(period=10), 422, "wrong_body"),
        ([], 422, "wrong_body"),
        ("{", 400, "not_json"),
        ("[" * 100_000, 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (f'{{"period": "{"x" * 600_000}"}}', 413, "too_large"),
    ],
)  # fmt: skip
@ONE_ENGINE
def test_what_cannot_be_filed_is_refused_with_a_code(
    site: Site, program: Program, sent: object, status: int, code: str
) -> None:
    answer = program.file(sent)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert declarations(site) == 0


@ONE_ENGINE
def test_amounts_are_texts_and_workers_are_numbers(program: Program) -> None:
    wrong = program.file(
        body(line("W1", leave_base=1000000, workers="4"), line("W2", workers=True))
    )
    told = wrong.get_json()["errors"]
    assert [(one["line"], one["field"], one["code"]) for one in told] == [
        (1, "leave_base", "wrong_type"), (1, "workers", "wrong_type"), (2, "workers", "wrong_type"),
    ]  # fmt: skip


@ONE_ENGINE
def test_a_form_is_not_json(program: Program) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert program.file("period=2026-10", **kind).status_code == 415


def test_a_declared_period_is_refused(site: Site, program: Program) -> None:
    program.file(body())
    again = program.file(body())
    assert (again.status_code, again.get_json()["code"]) == (409, "month_already_declared")
    assert declarations(site) == 1


@ONE_ENGINE
def test_four_hundred_lines_are_filed_quickly(site: Site) -> None:
    owner = builders.employer(site.office, worksites=400)
    site.office.refresh(owner)
    site.office.expunge(owner)
    program = Program(site, key_of(site, owner))
    began = perf_counter()
    answer = program.file(body(*(line(f"W{number}") for number in range(1, 401))))
    took = perf_counter() - began
    assert answer.status_code == 201
    assert len(answer.get_json()["lines"]) == 400
    assert took < 3, took  # some 0.8 s, the check of the answer included, on a busy machine
