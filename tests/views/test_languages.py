"""Which language a visitor gets, and how to change it without losing the page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.views.pages import open_page


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "/ar/"),
        ("en-US,en;q=0.9", "/ar/"),
        ("fr", "/fr/"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "/fr/"),
        ("ar-DZ,ar;q=0.9,fr;q=0.8", "/ar/"),
        ("en-GB,en;q=0.9,fr;q=0.5", "/fr/"),
        ("nonsense;;;q=x", "/ar/"),
    ],
)
def test_the_first_visit_follows_the_browser_and_is_arabic_by_default(
    client: FlaskClient, asked: str, given: str
) -> None:
    response = client.get("/", headers={"Accept-Language": asked})
    assert (response.status_code, response.location) == (302, given)
    assert {"accept-language", "cookie"} <= {name.lower() for name in response.vary}


def test_the_language_chosen_once_is_kept_against_the_browser(client: FlaskClient) -> None:
    french = {"Accept-Language": "fr"}
    assert client.get("/", headers=french).location == "/fr/"
    client.get("/ar/", headers=french)
    assert client.get("/", headers=french).location == "/ar/"


def test_a_language_cookie_that_means_nothing_is_ignored(client: FlaskClient) -> None:
    client.set_cookie("language", "../evil")
    assert client.get("/").location == "/ar/"


def test_the_language_cookie_is_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/fr/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/ar/", "/fr/"),
        ("/fr/", "/ar/"),
        ("/ar/?page=2&sort=%D8%A7", "/fr/?page=2&sort=%D8%A7"),
    ],
)
def test_the_language_link_stays_on_the_page(client: FlaskClient, address: str, other: str) -> None:
    page = open_page(client, address)
    (link,) = page.root.xpath("//header//a[@hreflang]")
    assert link.get("href") == other
    assert link.get("lang") == link.get("hreflang") == other[1:3]


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/ar/عنوان قديم", "/fr/%D8%B9%D9%86%D9%88%D8%A7%D9%86%20%D9%82%D8%AF%D9%8A%D9%85"),
        ("/fr//evil.example/", "/ar//evil.example/"),
    ],
)
def test_the_language_link_of_a_missing_page_stays_on_this_site(
    client: FlaskClient, address: str, other: str
) -> None:
    page = open_page(client, address, status=404)
    assert page.root.xpath("//header//a[@hreflang]/@href") == [other]


def test_a_page_outside_both_languages_is_missing_in_the_visitor_s_language(
    client: FlaskClient,
) -> None:
    response = client.get("/en/", headers={"Accept-Language": "fr"})
    assert response.status_code == 404
    assert '<html lang="fr" dir="ltr">' in response.text
    assert 'href="/ar/"' in response.text
