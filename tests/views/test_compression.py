"""What is sent compressed: files and open pages; never a page that holds a secret."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from webapp.audiences import Audience, open_to
from webapp.views.public import public

PHONE = {"Accept-Encoding": "gzip, deflate, br, zstd"}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
FILES = ("/static/css/site.css?v=1", "/static/js/khatwa.js?v=1", "/static/favicon.svg?v=1")
OPEN_PAGES = ("/ar/", "/fr/", "/ar/help", "/fr/privacy", "/ar/accessibility")


@pytest.mark.parametrize("address", [*FILES, *OPEN_PAGES])
@pytest.mark.parametrize(
    ("accepted", "sent"), [(PHONE, "br"), ({"Accept-Encoding": "gzip"}, "gzip")]
)
def test_files_and_open_pages_are_compressed_for_who_takes_it(
    client: FlaskClient, address: str, accepted: dict[str, str], sent: str
) -> None:
    plain = client.get(address, buffered=True)
    packed = client.get(address, headers=accepted, buffered=True)
    assert packed.headers["Content-Encoding"] == sent
    assert "Content-Encoding" not in plain.headers
    assert UNPACK[sent](packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data)
    for response in (plain, packed):
        assert "accept-encoding" in {name.lower() for name in response.vary}


@pytest.mark.parametrize("address", ["/ar/sign-in", "/fr/sign-in", "/ar/home", "/ar/nothing", "/"])
def test_a_form_or_a_page_of_somebody_never_is(client: FlaskClient, address: str) -> None:
    assert "Content-Encoding" not in client.get(address, headers=PHONE).headers


def test_no_route_but_the_files_and_the_open_pages_compresses(app: Flask) -> None:
    """Also of one who is signed in: any other route, whoever may open it, is sent as it is."""
    for rule in [one for one in app.url_map.iter_rules() if "GET" in (one.methods or ())]:
        with app.test_request_context("/", headers=PHONE) as context:
            context.request.url_rule = rule
            response = app.process_response(Response("a page " * 100, mimetype="text/html"))
        is_open = rule.endpoint == "static" or rule.endpoint.startswith(f"{public.name}.")
        assert ("Content-Encoding" in response.headers) is is_open, rule.endpoint


def test_no_open_page_holds_a_form(client: FlaskClient) -> None:
    for address in OPEN_PAGES:
        assert "csrf_token" not in client.get(address).text


def test_a_route_of_nobody_s_in_particular_is_not_compressed(own_app: Flask) -> None:
    own_app.add_url_rule(
        "/plain", endpoint="f", view_func=open_to(Audience.PUBLIC)(lambda: "x" * 999)
    )
    assert "Content-Encoding" not in own_app.test_client().get("/plain", headers=PHONE).headers


def test_fonts_are_compressed_already(client: FlaskClient) -> None:
    address = "/static/fonts/khatwa-sans-regular.woff2"
    assert "Content-Encoding" not in client.get(address, headers=PHONE, buffered=True).headers


def test_a_compressed_file_may_be_kept_and_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(FILES[0], headers=PHONE, buffered=True)
    assert first.cache_control.immutable and first.cache_control.max_age == 365 * 24 * 3600
    again = {**PHONE, "If-None-Match": first.headers["ETag"]}
    response = client.get(FILES[0], headers=again, buffered=True)
    assert (response.status_code, response.data) == (304, b"")
    plain = client.get(FILES[0], buffered=True)
    assert plain.headers["ETag"] != first.headers["ETag"]


def test_a_part_of_a_file_is_sent_as_it_is(client: FlaskClient) -> None:
    whole = client.get(FILES[0], buffered=True).data
    part = client.get(FILES[0], headers={**PHONE, "Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole[10:20])
    assert "Content-Encoding" not in part.headers
