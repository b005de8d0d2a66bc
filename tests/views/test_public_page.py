"""The first page says in both languages what the service does."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from tests.views.pages import open_page

SAYS = {
    "ar": ("تسديد اشتراكاتكم في موعدها، دون تنقّل", "قبل الاقتطاع بـ5 أيام عمل بنكية على الأقل"),
    "fr": ("Vos cotisations payées à l'échéance, sans déplacement", "Au moins 5 jours ouvrés"),
}


@pytest.mark.parametrize("language", SAYS)
def test_the_first_page_says_what_the_service_does(client: FlaskClient, language: str) -> None:
    heading, notice = SAYS[language]
    page = open_page(client, f"/{language}/")
    assert page.heading == heading
    assert notice in " ".join(page.own_words().split())


@pytest.mark.parametrize("language", SAYS)
def test_the_example_adds_up(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/{language}/")
    shares = page.root.xpath("//dl//dd//bdi/text()")
    centimes = [int(share.replace("\u00a0", "").replace(",", "")) for share in shares]
    assert sum(centimes[:-1]) == centimes[-1] == 1_296_000_00


@pytest.mark.parametrize("language", SAYS)
def test_the_first_page_is_light_enough_for_a_slow_phone(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/")
    style_sheet = client.get(page.root.xpath("//link[@rel='stylesheet']/@href")[0], buffered=True)
    assert len(gzip.compress(page.response.data)) + len(gzip.compress(style_sheet.data)) < 20_000


def test_the_page_carries_no_cookie_for_a_visitor_who_reads_arabic(client: FlaskClient) -> None:
    assert "Set-Cookie" not in open_page(client, "/ar/").response.headers


def test_fonts_and_style_sheets_may_be_kept_for_a_year(client: FlaskClient) -> None:
    page = open_page(client, "/ar/")
    kept = page.root.xpath("//link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href")
    assert len(kept) == 4
    for address in kept:
        response = client.get(address, buffered=True)
        assert response.cache_control.max_age == 365 * 24 * 3600
        assert response.cache_control.immutable


def test_a_file_without_its_fingerprint_is_asked_for_again(client: FlaskClient) -> None:
    assert not client.get("/static/css/site.css", buffered=True).cache_control.max_age
