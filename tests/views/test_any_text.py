"""Whatever is sent, in whatever field, is answered by a page that says what is wrong with it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Browser, Site
from webapp.domain.sheet_lines import HEADINGS
from webapp.models import Employer

# For each engine; other texts in every run, and what once failed is tried again first. Each costs
# some pages: what is rare is found by the runs of many days.
EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
EDIT = "declarations/2026-10/edit"
LINES = "declarations/2026-10/sheet/lines"
SHEET = ";".join(HEADINGS["fr"].values())
RIB = builders.account().digits
# Any text, and texts that come near to what is asked for.
NEAR = st.text("0123456789٠١٢٣٤٥٦٧٨٩۰۱ ,.٫٬،/-+eEDAدج\u00a0\u200f\u202f\u2067\t\n\r\0", max_size=30)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LONG = st.builds(lambda one, times: one * times, st.sampled_from("1ش0 a"), st.integers(100, 5000))
TEXT = NEAR | ANY | LONG
STEPS = st.sampled_from(["check", "sign", "resend", "show", "add", "nil", "send", "same"]) | TEXT


@pytest.fixture
def visitor(site: Site) -> Iterator[Browser]:
    yield site.browser("fr")


@pytest.fixture
def browser(visitor: Browser, owner: Employer) -> Browser:
    visitor.enter(owner.member_number)
    return visitor


def proof_in_cookie(browser: Browser) -> str:
    with browser.client.session_transaction() as cookie:
        return str(cookie["csrf_token"])


@pytest.fixture
def token(browser: Browser) -> Iterator[str]:
    """The proof that their forms are ours, read once: nothing that is sent here changes it."""
    found, before = browser.token_of_session(), proof_in_cookie(browser)
    yield found
    assert proof_in_cookie(browser) == before


def check(browser: Browser, response: TestResponse, sent: Mapping[str, str]) -> None:
    """Never a fault of ours; a refusal names its fields and keeps what was typed."""
    assert response.status_code < 500
    if response.status_code != 422:
        return
    page = browser.refused(response)
    for name, typed in sent.items():
        for control in page.root.xpath(
            "//main//input[not(@type='hidden')][@name=$name]", name=name
        ):
            if control.get("type") == "checkbox" or not typed.isprintable():
                continue
            assert control.get("value", "") == typed, name


@ONE_ENGINE
@EXAMPLES
@given(number=TEXT)
def test_any_member_number(visitor: Browser, number: str) -> None:
    sent = {"csrf_token": visitor.token(), "member_number": number}
    check(visitor, visitor.post("sign-in", sent), sent)


@ONE_ENGINE
@EXAMPLES
@given(code=TEXT, step=STEPS)
def test_any_code(visitor: Browser, code: str, step: str) -> None:
    with visitor.client.session_transaction() as cookie:
        asked = "attempt" in cookie
    if not asked:
        visitor.ask_for_code("16/1")
    token = visitor.open("sign-in/code").form()["csrf_token"]
    sent = {"csrf_token": token, "code": code, "step": step}
    check(visitor, visitor.post("sign-in/code", sent), sent)


@EXAMPLES
@given(
    account=st.just(RIB) | TEXT, ceiling=TEXT, arrears=TEXT, entitled=TEXT, code=TEXT, text=TEXT,
    step=STEPS, quality=TEXT,
)  # fmt: skip
def test_any_activation(
    browser: Browser, token: str, account: str, ceiling: str, arrears: str, entitled: str,
    code: str, text: str, step: str, quality: str,
) -> None:  # fmt: skip
    sent = {
        "csrf_token": token, "account": account, "ceiling": ceiling,
        "covers_arrears": arrears, "entitled": entitled, "code": code, "text": text, "step": step,
        "quality": quality,
    }  # fmt: skip
    check(browser, browser.post("activate", sent), sent)


@EXAMPLES
@given(workers=TEXT, leave=TEXT, weather=TEXT, step=STEPS)
def test_any_declaration(
    browser: Browser, workers: str, leave: str, weather: str, step: str
) -> None:
    form = browser.open(EDIT).form()
    values = {"workers": workers, "leave_base": leave, "weather_base": weather}
    typed = {name: values.get(name.rpartition("-")[2], value) for name, value in form.items()}
    sent = typed | {"step": step}
    response = browser.post(EDIT, sent)
    check(browser, response, sent)
    kept = browser.open(EDIT).form()
    if step != "nil":
        assert all(
            kept[name] == typed[name]
            for name in typed
            if name.startswith("w") and typed[name].isprintable()
        )


@EXAMPLES
@given(
    workers=TEXT, theirs=st.just("") | TEXT, keep=st.sampled_from(["mine", "theirs"]) | TEXT,
    step=st.sampled_from(["mine", "theirs", "chosen", "totals"]) | STEPS,
)  # fmt: skip
def test_any_choice_between_two_versions(
    browser: Browser, workers: str, theirs: str, keep: str, step: str
) -> None:
    form = browser.open(EDIT).form()
    name = next(name for name in form if name.endswith("-workers"))
    browser.post(EDIT, form | {name: "5", "step": "show"})
    id_ = name.removeprefix("w").removesuffix("-workers")
    sent = form | {name: workers, "theirs": theirs, f"keep-{id_}": keep, "step": step}
    for place in (EDIT, "declarations/2026-10/both"):
        response = browser.post(place, sent | {"seen": theirs, "page": keep})
        assert response.status_code in {200, 302, 409}
        if response.status_code == 409:
            browser.page(response)
    assert browser.open(EDIT).form()[name] == "5", "what is not the version that is there"


@EXAMPLES
@given(
    place=st.sampled_from(["declarations/2026-10/worksite", "worksites/new"]),
    name=TEXT,
    wilaya=st.sampled_from(["16", "31"]) | TEXT,
)
def test_any_worksite(browser: Browser, token: str, place: str, name: str, wilaya: str) -> None:
    sent = {"csrf_token": token, "name": name, "wilaya": wilaya}
    check(browser, browser.post(place, sent), sent)


@EXAMPLES
@given(content=st.binary(max_size=300) | TEXT.map(lambda text: f"{SHEET}\n{text}".encode()))
def test_any_sheet(browser: Browser, token: str, content: bytes) -> None:
    sent = {"csrf_token": token, "sheet": (io.BytesIO(content), "x.csv")}
    response = browser.post("declarations/2026-10/sheet", sent)  # type: ignore[arg-type]
    assert response.status_code in {302, 422}
    if response.status_code == 422:
        assert set(browser.refused(response).errors()) == {"sheet"}


@EXAMPLES
@given(workers=TEXT, base=TEXT, chosen=st.sampled_from(["", "new"]) | TEXT, name=TEXT, step=STEPS)
def test_any_line_of_a_sheet(
    browser: Browser, token: str, workers: str, base: str, chosen: str, name: str, step: str
) -> None:
    file = (io.BytesIO(f"{SHEET}\n;Autre;x;y;z".encode()), "x.csv")
    browser.post("declarations/2026-10/sheet", {"csrf_token": token, "sheet": file})  # type: ignore[dict-item]
    values = {"workers": workers, "base": base, "belongs_to": chosen, "name": name, "wilaya": name}
    form = browser.open(LINES).form()
    sent = {field: values.get(re.split("[-_]", field)[-1], text) for field, text in form.items()}
    sent |= {"l2-belongs_to": chosen, "step": step, "seen": form["seen"]}
    response = browser.post(LINES, sent)
    assert response.status_code in {302, 422}
    if response.status_code == 422:
        assert browser.refused(response).form()["l2-workers"] is not None


@EXAMPLES
@given(key=TEXT, digest=TEXT)
def test_any_review(browser: Browser, token: str, key: str, digest: str) -> None:
    browser.post(EDIT, {"csrf_token": token, "step": "nil"})
    sent = {"csrf_token": token, "form_key": key, "digest": digest}
    missing = "\0" in key
    found = browser.post("declarations/2026-10/review", sent).status_code
    assert found == (404 if missing else 302)


@pytest.fixture
def authorisation(browser: Browser, owner: Employer) -> str:
    """The address of a mandate of theirs."""
    day = builders.working_day(browser.site.office, FILED)
    reference = builders.mandate(browser.site.office, day, owner)
    browser.site.office.rollback()
    return f"authorisations/{reference}"


@EXAMPLES
@given(
    part=st.sampled_from(["change-account", "suspend", "ceiling", "exceptions"]),
    values=st.tuples(*[TEXT] * 7), account=st.just(RIB) | TEXT,
    step=STEPS | st.sampled_from(["confirm", "anew"]),
)  # fmt: skip
def test_any_change_of_an_authorisation(
    browser: Browser, token: str, authorisation: str, part: str, values: tuple[str, ...],
    account: str, step: str,
) -> None:  # fmt: skip
    names = ("ceiling", "from_on", "until_on", "quality", "code", "seen", "worksites")
    sent = {
        "csrf_token": token, "account": account, "step": step,
        **dict(zip(names, values, strict=True)),
    }  # fmt: skip
    place = "exceptions/new" if part == "exceptions" else f"{authorisation}/{part}"
    response = browser.post(place, sent)
    typed = {name: sent[name] for name in ("account", "ceiling")} if part != "suspend" else {}
    check(browser, response, typed)


@EXAMPLES
@given(value=TEXT, name=TEXT)
def test_any_language_switch_and_any_field_that_no_form_has(
    browser: Browser, token: str, value: str, name: str
) -> None:
    name = "".join(sign for sign in name if sign.isprintable())
    sent = {name: value, "csrf_token": token, "language": value}
    for place in ("activate", EDIT, "declarations/2026-10/worksite"):
        check(browser, browser.post(place, sent), sent)


@EXAMPLES
@given(before=TEXT)
def test_any_place_in_the_list_of_debits(browser: Browser, before: str) -> None:
    response = browser.client.get(browser.address("debits"), query_string={"before": before})
    assert response.status_code == 404


@EXAMPLES
@given(part=TEXT, page=st.sampled_from(["", "/edit", "/review", "/worksite", "/document"]))
def test_any_reference_or_period_in_an_address(browser: Browser, part: str, page: str) -> None:
    for noun in ("debits", "authorisations", "declarations", "schedules"):
        response = browser.client.get(browser.address(f"{noun}/{part}{page}"))
        assert response.status_code < 500


def test_a_zero_byte_in_an_address_is_a_page_that_does_not_exist(browser: Browser) -> None:
    for place in (
        "debits/%00", "debits?before=%00", "authorisations/KM%00", "authorisations/%00/document",
        "declarations/2026-10%00",
    ):  # fmt: skip
        browser.open(place, status=404)


def test_before_the_first_debit_the_list_is_empty(site: Site, browser: Browser) -> None:
    site.desk.file_one()
    site.desk.run(ANNOUNCING)
    assert not browser.open("debits").root.xpath("//table")
