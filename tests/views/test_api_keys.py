"""The pages of the keys: made after a fresh code, shown once, listed without it, revoked."""

from __future__ import annotations

import pytest

from tests.views.browser import Browser, Site
from tests.views.program import Program
from tests.views.test_trust import act, let_in, person_at


def make(browser: Browser, **ticks: str) -> str:
    """Make a key through the pages; return it as it is shown."""
    page = browser.open("api-keys/new")
    fields = {name: value for name, value in page.form().items() if not name.startswith("may_")}
    answer = browser.post(
        "api-keys/new", fields | {"name": "Sage Paie"} | (ticks or {"may_file": "y"})
    )
    assert answer.status_code == 200
    shown = browser.page(answer).root.xpath("//code[@class='whole']/text()")
    assert answer.headers["Cache-Control"] == "no-store"
    return str(shown[0])


def test_a_key_is_shown_once_and_opens(site: Site, browser: Browser) -> None:
    key = make(browser, may_read="y", may_file="y")
    assert Program(site, key).get("worksites").status_code == 200
    page = browser.open("api-keys")
    assert key.split("_")[1] in page.root.text_content()
    assert key.split("_")[2] not in page.root.text_content()
    assert "Sage Paie" in page.root.text_content()


def test_a_key_is_revoked_at_once(site: Site, browser: Browser) -> None:
    key = make(browser, may_read="y")
    page = browser.open("api-keys")
    (address,) = page.root.xpath("//a[contains(@href, '/revoke')]/@href")
    assert browser.send(address).location == browser.address("api-keys")
    assert Program(site, key).get("worksites").status_code == 401
    assert not browser.open("api-keys").root.xpath("//a[contains(@href, '/revoke')]")
    assert browser.get(address).status_code == 404


def test_a_key_asks_for_a_fresh_code_and_keeps_what_was_typed(site: Site, browser: Browser) -> None:
    site.clock.wait(minutes=11)
    form = browser.open("api-keys/new").form() | {"name": "Sage Paie", "may_file": "y"}
    assert browser.post("api-keys/new", form).location == browser.address("confirm")
    page = browser.open("confirm")
    browser.post("confirm", page.form() | {"step": "ask"})
    page = browser.open("confirm")
    done = browser.post("confirm", page.form() | {"step": "confirm", "code": site.last_code()})
    assert done.location == browser.address("api-keys/new")
    page = browser.open("api-keys/new")
    assert page.form()["name"] == "Sage Paie"
    assert browser.post("api-keys/new", page.form()).status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"name": ""}, "name"), ({"name": "Sage", "may_read": ""}, "may_file")]
)
def test_a_key_has_a_name_and_a_right(browser: Browser, fields: dict[str, str], wrong: str) -> None:
    form = browser.open("api-keys/new").form()
    form = {name: value for name, value in form.items() if name != "may_read"} | {"may_read": "y"}
    sent = {name: value for name, value in (form | fields).items() if value or name == "name"}
    page = browser.refused(browser.post("api-keys/new", sent))
    assert list(page.errors()) == [wrong]


def test_who_acts_for_the_employer_makes_no_key(site: Site, browser: Browser) -> None:
    let_in(browser, may_sign=True)
    person = person_at(site, browser.language)
    act(person)
    for place in ("api-keys", "api-keys/new"):
        person.open(place, status=403)


def test_what_a_software_did_stands_among_the_looks(site: Site, browser: Browser) -> None:
    key = make(browser)
    sent = {"period": "2026-10", "nil": True}
    assert Program(site, key).file(sent).status_code == 201
    rows = browser.open("my-data/looks").root.xpath("//tbody/tr")
    assert any("Sage Paie" in row.text_content() for row in rows)
