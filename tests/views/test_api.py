"""The programming interface: keys open it, declarations are filed by the rules of the pages."""

from __future__ import annotations

import json
from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from sqlalchemy import func, select, update

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.services.people import RULES, at
from tests.views.browser import Browser, Site
from tests.views.program import PROBLEM, Program, body, key_of, line
from tests.views.test_sheets import waiting
from webapp.audiences import Audience, audience_of
from webapp.domain.errors import IdempotencyKeyReused
from webapp.domain.rules import AccessRules, Limit
from webapp.models import (
    ApiKey,
    ApiRequest,
    Declaration,
    DeclarationDraft,
    DeclarationSheet,
    Due,
    Employer,
    Event,
)
from webapp.services.api_keys import revoke_key
from webapp.services.forgetting import forget_old
from webapp.views import desk
from webapp.views.api.problems import STATUSES

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
BOTH_LANGUAGES = pytest.mark.parametrize("language", ["ar", "fr"])


@pytest.fixture
def program(site: Site, owner: Employer) -> Program:
    return Program(site, key_of(site, owner))


def declarations(site: Site) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(Declaration)) or 0


# ── who is let in ────────────────────────────────────────────────────────────────────────────


def test_without_a_good_key_everything_is_refused_alike(
    site: Site, owner: Employer, program: Program
) -> None:
    assert program.key is not None
    wrong = program.key[:-1] + ("0" if program.key[-1] != "0" else "1")
    revoked = key_of(site, owner)
    day = builders.working_day(site.office, FILED)
    revoke_key(site.office, day, owner.id, revoked.split("_")[1])
    unknown = f"khatwa_KA00000000_{'0' * 48}"
    answers = [
        Program(site, shown).get("worksites")
        for shown in (wrong, revoked, unknown, "khatwa", "a_b", "", None, "é_\x7f_", "x" * 9000)
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.get_data() for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert answers[0].get_json()["code"] == "wrong_key"
    assert program.get("worksites").status_code == 200


def test_a_cookie_or_a_password_opens_nothing(browser: Browser, site: Site) -> None:
    for headers in ({}, {"Authorization": "Basic a2hhdHdhOng="}):
        answer = browser.client.get("/api/v1/worksites", headers=headers)
        assert answer.status_code == 401


def test_a_key_does_what_it_was_made_for(site: Site, owner: Employer) -> None:
    reader = Program(site, key_of(site, owner, may_file=False))
    filer = Program(site, key_of(site, owner, may_read=False))
    assert reader.get("periods").status_code == 200
    assert filer.get("periods").get_json()["code"] == "key_may_not"
    refused = reader.file(body())
    assert (refused.status_code, refused.get_json()["code"]) == (403, "key_may_not")
    assert filer.file(body()).status_code == 201


def test_no_form_of_ours_is_asked_for(site: Site, program: Program) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    assert program.file(body()).status_code == 201


@ONE_ENGINE
def test_a_key_is_used_within_its_limit_and_wrong_ones_shut_nobody_out(
    site: Site, owner: Employer, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(
        requests_per_key=Limit("requests of a key", 2, 5),
        wrong_keys_for_all=Limit("wrong keys", 1, 5),
    )
    monkeypatch.setattr(desk, "ACCESS", few)
    stranger = Program(site, "khatwa_KA00000000_0")
    assert [stranger.get("worksites").status_code for _ in range(3)] == [401, 429, 429]
    assert [program.get("worksites").status_code for _ in range(2)] == [200, 200]
    answer = program.get("worksites")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert Program(site, key_of(site, owner)).get("worksites").status_code == 200
    site.clock.wait(minutes=6)
    assert program.get("worksites").status_code == 200


@ONE_ENGINE
def test_all_keys_together_have_a_limit(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(requests_for_all=Limit("requests of keys", 1, 5))
    monkeypatch.setattr(desk, "ACCESS", few)
    assert [program.get("periods").status_code for _ in range(2)] == [200, 429]


@ONE_ENGINE
def test_what_one_key_asks_beyond_its_limit_is_not_counted_against_the_others(
    site: Site, owner: Employer, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = AccessRules(
        requests_per_key=Limit("requests of a key", 1, 5),
        requests_for_all=Limit("requests of keys", 2, 5),
    )
    monkeypatch.setattr(desk, "ACCESS", few)
    assert [program.get("periods").status_code for _ in range(4)] == [200, 429, 429, 429]
    assert Program(site, key_of(site, owner)).get("periods").status_code == 200


def test_the_last_use_of_a_key_is_remembered(site: Site, program: Program) -> None:
    program.get("worksites")
    site.office.rollback()
    assert site.office.scalars(select(ApiKey.last_used_at)).one() == site.clock.now


# ── filing ───────────────────────────────────────────────────────────────────────────────────


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
    browser.sign_in(owner.member_number)
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


# ── idempotency ──────────────────────────────────────────────────────────────────────────────


def test_the_same_key_and_body_gets_the_same_answer_and_files_once(
    site: Site, program: Program
) -> None:
    first = program.file(body(), "october")
    again = program.file(body(), "october")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    reordered = json.dumps(dict(reversed(body().items())), indent=3)
    assert program.file(reordered, "october").get_data() == first.get_data()
    assert declarations(site) == 1


def test_a_refusal_is_repeated_as_well(site: Site, program: Program) -> None:
    first = program.file(body(line("W1")), "october")
    site.office.execute(update(Employer).values(name_fr="meanwhile"))
    site.office.commit()
    again = program.file(body(line("W1")), "october")
    assert (again.status_code, again.get_data()) == (422, first.get_data())


def test_the_same_key_with_another_body_is_refused(site: Site, program: Program) -> None:
    program.file(body(), "october")
    other = program.file(body(line("W1", workers=5), line("W2")), "october")
    assert other.status_code == 422
    assert other.get_json()["code"] == IdempotencyKeyReused.code
    assert declarations(site) == 1


@ONE_ENGINE
@pytest.mark.parametrize("key", [None, "", "é", "a b", "x" * 65])
def test_nothing_is_filed_without_an_idempotency_key(
    site: Site, program: Program, key: str | None
) -> None:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    answer = program.ask("POST", "declarations", headers, json.dumps(body()))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_needed")
    assert declarations(site) == 0


def test_keys_are_apart_for_each_employer(site: Site, program: Program) -> None:
    stranger = builders.employer(site.office, worksites=2)
    site.office.refresh(stranger)
    site.office.expunge(stranger)
    program.file(body(), "october")
    other = Program(site, key_of(site, stranger)).file(body(), "october")
    assert (other.status_code, declarations(site)) == (201, 2)
    assert len(other.get_json()["dues"]) == 2


def test_answers_are_forgotten_after_seven_days_and_the_filing_is_not(
    site: Site, program: Program
) -> None:
    program.file(body(), "october")
    day = builders.working_day(site.office, FILED)
    for days, left in ((6, 1), (8, 0)):
        forget_old(site.office, at(day, site.clock.now + timedelta(days=days)))
        assert site.office.scalar(select(func.count()).select_from(ApiRequest)) == left
    site.clock.wait(days=8)
    assert program.file(body(), "october").get_json()["code"] == "month_already_declared"
    site.clock.go_to(date(2026, 12, 2))
    # That refusal is kept in its turn.
    assert program.file(body(period="2026-11"), "october").status_code == 422
    assert program.file(body(period="2026-11"), "november").status_code == 201


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def test_what_may_be_declared_is_told_with_its_days(site: Site, program: Program) -> None:
    periods = program.get("periods").get_json()["periods"]
    assert len(periods) == 12
    latest = periods[-1]
    assert (latest["period"], latest["expected"], latest["deadline"]) == (
        "2026-10", True, "2026-11-30",
    )  # fmt: skip
    assert [one["expected"] for one in periods[:-1]] == [False] * 11
    program.file(body())
    assert len(program.get("periods").get_json()["periods"]) == 11


def test_worksites_are_told(program: Program) -> None:
    assert program.get("worksites").get_json()["worksites"] == [
        {"code": "W1", "name": "ورشة 1", "wilaya": "16"},
        {"code": "W2", "name": "ورشة 2", "wilaya": "16"},
    ]


def test_a_debit_is_told_where_it_stands(site: Site, owner: Employer, program: Program) -> None:
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    site.office.rollback()
    expected = program.file(body()).get_json()["debit_day"]
    site.desk.run(ANNOUNCING)
    (debit,) = program.get("debits").get_json()["debits"]
    assert (debit["word"], debit["collect_on"], debit["amount"]) == (
        "scheduled", expected, "256200.00",
    )  # fmt: skip
    whole = program.get(f"debits/{debit['reference']}").get_json()
    assert [share["amount"] for share in whole["shares"]] == ["128100.00"] * 2
    told = program.get("declarations/2026-10").get_json()
    assert told["debit_day"] == expected
    assert {(due["word"], due["debit"]) for due in told["dues"]} == {
        ("scheduled", debit["reference"])
    }


def test_debits_are_paged_by_a_cursor(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch, owner: Employer
) -> None:
    monkeypatch.setattr("webapp.services.debit_history.DEBITS_ON_A_PAGE", 1)
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    builders.mandate(site.office, day, owner, worksites=("W2",))
    site.office.rollback()
    program.file(body())
    site.desk.run(ANNOUNCING)
    first = program.get("debits").get_json()
    second = program.get(f"debits?before={first['next']}").get_json()
    seen = [one["reference"] for one in first["debits"] + second["debits"]]
    assert len(set(seen)) == 2
    assert second["next"] is None


def test_the_records_of_another_are_missing(site: Site, program: Program, owner: Employer) -> None:
    stranger = builders.employer(site.office, worksites=2)
    site.office.refresh(stranger)
    site.office.expunge(stranger)
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    site.office.rollback()
    program.file(body())
    site.desk.run(ANNOUNCING)
    reference = program.get("debits").get_json()["debits"][0]["reference"]
    other = Program(site, key_of(site, stranger))
    for place in (
        f"debits/{reference}", f"debits?before={reference}", "declarations/2026-10",
        "declarations/x", "debits/x%00", "debits?before=%00", "declarations/2026-10%00",
    ):  # fmt: skip
        answer = other.get(place.replace("%00", "\0") if "?" not in place else place)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), place
    assert other.get("debits").get_json()["debits"] == []


# ── the description ──────────────────────────────────────────────────────────────────────────


def test_the_description_is_valid_and_holds_every_route(site: Site) -> None:
    described = site.app.test_client().get("/api/v1/openapi.json").get_json()
    validate(described)
    paths = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert paths == {
        (path, method)
        for path, found in described["paths"].items()
        for method in found
        if method != "parameters"
    }
    assert "cdn" not in json.dumps(described)


def test_the_description_holds_every_error(site: Site) -> None:
    described = site.app.test_client().get("/api/v1/openapi.json").get_json()
    told = {
        text
        for found in described["paths"].values()
        for operation in found.values()
        if isinstance(operation, dict)
        for answer in operation["responses"].values()
        for text in answer["description"].splitlines()
    }
    codes = described["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    for kind in STATUSES:
        assert kind.code in codes
        assert any(text.startswith(f"`{kind.code}`") for text in told), kind.code


def test_every_route_is_for_programs_alone_but_the_description(site: Site) -> None:
    for rule in site.app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            audience = audience_of(site.app, rule.endpoint)
            if rule.endpoint == "api.openapi":
                assert audience is Audience.PUBLIC
            else:
                assert audience in {Audience.PROGRAM_READS, Audience.PROGRAM_FILES}


@BOTH_LANGUAGES
def test_what_is_not_there_is_told_to_a_program_as_json(site: Site, language: str) -> None:
    client = site.app.test_client()
    headers = {"Accept-Language": language}
    for method, address, status in (
        ("GET", "/api/v1/nothing", 404), ("GET", "/api/v2", 404), ("PUT", "/api/v1/debits", 405),
    ):  # fmt: skip
        answer = client.open(address, method=method, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
        assert answer.get_json()["status"] == status
        assert ("\u0627" in answer.get_json()["message"]) is (language == "ar")


def test_a_fault_of_ours_has_a_number_and_tells_nothing_else(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError("the secrets of the house")

    monkeypatch.setattr("webapp.views.api.periods.open_worksites", fail)
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = program.get("worksites")
    assert answer.status_code == 500
    assert len(answer.get_json()["incident"]) == 8
    assert "secrets" not in answer.text


# ── whatever is sent ─────────────────────────────────────────────────────────────────────────

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["W1", "W2", "2026-10", "1000000.00", "0", "-1", "\0", "1.234", "\ud800"])
)  # fmt: skip
NAMES = st.sampled_from(["period", "lines", "nil", "worksite", "workers", "leave_base"]) | st.text(
    max_size=8
)
LINES = st.lists(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("worksite", "workers", "leave_base", "weather_base", "x"), SCALARS),
    )
    | SCALARS,
    max_size=4,
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
NEAR = st.fixed_dictionaries(
    {}, optional={"period": st.just("2026-10") | SCALARS, "lines": LINES | SCALARS, "nil": SCALARS}
)


@ONE_ENGINE
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=NEAR | ANYTHING, key=st.text(min_size=1, max_size=8))
@example(sent={"period": "\ud800", "lines": [{"worksite": "\ud800"}]}, key="a")
@example(sent={"lines": {"0": {"workers": 1}}, "\ud800": 1}, key="a")
def test_any_body_is_answered_as_described(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch, sent: object, key: str
) -> None:
    monkeypatch.setattr(desk, "ACCESS", AccessRules(requests_per_key=Limit("k", 10**6, 5)))
    answer = program.file(json.dumps(sent), "".join(f"{ord(sign):x}" for sign in key)[:64])
    assert answer.status_code in {201, 409, 422}
    assert RULES.requests_per_key.tries < 10**6


def test_dues_are_not_told_twice(site: Site, program: Program) -> None:
    program.file(body())
    site.office.rollback()
    assert site.office.scalar(select(func.count()).select_from(Due)) == 2
