"""When a page cannot be shown, the visitor reads why in their language and finds the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from tests.views.pages import open_page
from webapp import create_app
from webapp.audiences import Audience, open_to
from webapp.config import TestConfig

HEADINGS = {
    ("ar", 404): "الصفحة غير موجودة",
    ("fr", 404): "Page introuvable",
    ("ar", 405): "لا يمكن فتح هذه الصفحة بهذه الطريقة",
    ("fr", 405): "Cette page ne s'ouvre pas de cette façon",
    ("ar", 413): "لم يُقبل الطلب",
    ("fr", 413): "La demande n'a pas été acceptée",
    ("ar", 500): "حدث خلل من جهتنا",
    ("fr", 500): "Une panne est survenue de notre côté",
    ("ar", 503): "حدث خلل من جهتنا",
    ("fr", 503): "Une panne est survenue de notre côté",
}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """An application with a page that fails as it is told."""
    app = create_app(TestConfig.under(tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/<language>/fails/<int:status>")
    @open_to(Audience.PUBLIC)
    def fails(language: str, status: int) -> str:
        if status == 500:
            raise ZeroDivisionError(language)
        abort(status)

    return app.test_client()


@pytest.mark.parametrize(("language", "status"), HEADINGS)
def test_an_error_is_told_in_the_language_of_the_page(
    client: FlaskClient, language: str, status: int
) -> None:
    page = open_page(client, f"/{language}/fails/{status}", status=status)
    assert page.heading == HEADINGS[language, status]
    assert page.heading in page.title
    assert page.root.xpath("//main//a/@href") == [f"/{language}/"]
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_page_that_only_shows_refuses_to_take(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/{language}/", status=405, method="PUT")
    assert "GET" in page.response.headers["Allow"]


def test_a_failure_is_recorded(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/ar/fails/500")
    assert "ZeroDivisionError" in caplog.text


def test_a_failure_tells_the_visitor_nothing_of_the_inside(client: FlaskClient) -> None:
    assert "ZeroDivisionError" not in client.get("/ar/fails/500").text


def test_an_address_without_its_last_stroke_leads_to_the_page(app: Flask) -> None:
    assert app.test_client().get("/ar", follow_redirects=True).status_code == 200
