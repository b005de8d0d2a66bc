"""When a page cannot be shown, the visitor reads why in their language and finds the way back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from tests.views.pages import open_page
from webapp import create_app
from webapp.audiences import Audience, open_to
from webapp.config import TestConfig
from webapp.domain.errors import BooksUnbalanced, NotFound, SentNotReconciled, TooManyTries
from webapp.error_pages import INCIDENT_ALPHABET
from webapp.extensions import db

HEADINGS = {
    ("ar", 403): "لا يمكنكم الدخول إلى هذه الصفحة",
    ("fr", 403): "Vous n'avez pas accès à cette page",
    ("ar", 404): "الصفحة غير موجودة",
    ("fr", 404): "Page introuvable",
    ("ar", 405): "لا يمكن فتح هذه الصفحة بهذه الطريقة",
    ("fr", 405): "Cette page ne s'ouvre pas de cette façon",
    ("ar", 413): "ما أرسلتموه كبير جدا",
    ("fr", 413): "Votre envoi est trop volumineux",
    ("ar", 418): "لم يُقبل الطلب",
    ("fr", 418): "La demande n'a pas été acceptée",
    ("ar", 429): "تجاوزتم عدد المحاولات المسموح به",
    ("fr", 429): "Trop de tentatives",
    ("ar", 500): "حدث خلل من جهتنا",
    ("fr", 500): "Une panne est survenue de notre côté",
    ("ar", 503): "الخدمة غير متوفرة مؤقتا",
    ("fr", 503): "Service momentanément indisponible",
}
WAITS = {
    ("ar", 1): "بعد دقيقة واحدة",
    ("ar", 61): "بعد دقيقتين",
    ("ar", 600): "بعد 10 دقائق",
    ("ar", 3600): "بعد 60 دقيقة",
    ("fr", 1): "dans 1 minute.",
    ("fr", 600): "dans 10 minutes.",
}
FORM_EXPIRED = {"ar": "تعذّر قبول الاستمارة", "fr": "Le formulaire n'a pas pu être accepté"}
LANGUAGES = ("ar", "fr")


def database_away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("the password of the database"))


@pytest.fixture
def failing_app(tmp_path: Path) -> Flask:
    """An application as visitors meet it: faults are shown as pages, not raised at the tester."""
    app = create_app(TestConfig.under(tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/<language>/fails/<int:status>")
    @open_to(Audience.PUBLIC)
    def fails(language: str, status: int) -> str:
        if status == 500:
            raise ZeroDivisionError(language)
        abort(status)

    @app.post("/<language>/form")
    @open_to(Audience.PUBLIC)
    def form(language: str) -> str:
        return language

    return app


@pytest.fixture
def client(failing_app: Flask) -> FlaskClient:
    return failing_app.test_client()


@pytest.fixture
def raising(failing_app: Flask) -> Callable[[Exception], FlaskClient]:
    """A browser for an application whose page /<language>/raises raises the given error."""

    def raise_there(error: Exception) -> FlaskClient:
        @failing_app.get("/<language>/raises")
        @open_to(Audience.PUBLIC)
        def raises(language: str) -> str:
            raise error

        return failing_app.test_client()

    return raise_there


@pytest.mark.parametrize(("language", "status"), HEADINGS)
def test_an_error_is_told_in_the_language_of_the_page(
    client: FlaskClient, language: str, status: int
) -> None:
    page = open_page(client, f"/{language}/fails/{status}", status=status)
    assert page.heading == HEADINGS[language, status]
    assert page.heading in page.title
    assert page.root.xpath("//main//a/@href") == [f"/{language}/"]
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_only_shows_refuses_to_take(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/{language}/", status=405, method="PUT")
    assert "GET" in page.response.headers["Allow"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_its_token_is_refused_with_what_to_do(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/form", status=400, method="POST")
    assert page.heading == FORM_EXPIRED[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_belongs_to_somebody_else_looks_like_what_does_not_exist(
    raising: Callable[[Exception], FlaskClient], language: str
) -> None:
    client = raising(NotFound(kind="mandate", reference="KM7Q2X9D4R"))
    page = open_page(client, f"/{language}/raises", status=404)
    assert page.heading == HEADINGS[language, 404]
    assert "KM7Q2X9D4R" not in page.response.text


# ── to wait ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("language", "seconds"), WAITS)
@pytest.mark.parametrize("by_us", [True, False])
def test_who_tried_too_often_reads_how_long_to_wait(
    raising: Callable[[Exception], FlaskClient], language: str, seconds: int, by_us: bool
) -> None:
    ours, werkzeug_s = TooManyTries(what="codes", seconds=seconds), TooManyRequests()
    werkzeug_s.retry_after = seconds
    client = raising(ours if by_us else werkzeug_s)
    page = open_page(client, f"/{language}/raises", status=429)
    assert WAITS[language, seconds] in page.text_of("//main")
    assert page.response.headers["Retry-After"] == str(seconds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_knows_how_long_to_wait_no_figure_is_given(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/fails/429", status=429)
    assert "Retry-After" not in page.response.headers
    assert not re.search("[0-9]", page.text_of("//main"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_database_that_does_not_answer_is_told_as_a_pause(
    raising: Callable[[Exception], FlaskClient], language: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = open_page(raising(database_away()), f"/{language}/raises", status=503)
    assert page.heading == HEADINGS[language, 503]
    assert page.response.headers["Retry-After"] == "30"
    assert "the password of the database" in caplog.text
    assert "password" not in page.response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_error_page_asks_the_database(
    client: FlaskClient, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise database_away()

    monkeypatch.setattr(db.session, "execute", away)
    monkeypatch.setattr(db.session, "connection", away)
    monkeypatch.setattr("sqlalchemy.engine.Engine.connect", away)
    for status in {status for _, status in HEADINGS}:
        open_page(client, f"/{language}/fails/{status}", status=status)


# ── faults of ours ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_incident_number_on_the_page_is_the_one_in_the_log(
    client: FlaskClient, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = open_page(client, f"/{language}/fails/500", status=500)
    number = page.text_of("//main//bdi[@dir='ltr']")
    assert re.fullmatch(f"[{INCIDENT_ALPHABET}]{{8}}", number)
    (record,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
    assert number in record.getMessage()
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError


def test_two_faults_have_two_numbers(client: FlaskClient) -> None:
    pages = [open_page(client, "/ar/fails/500", status=500) for _ in range(2)]
    assert len({page.text_of("//main//bdi") for page in pages}) == 2


def test_an_incident_number_read_out_is_not_mistaken() -> None:
    assert len(INCIDENT_ALPHABET) == 32
    assert not set("ILOU") & set(INCIDENT_ALPHABET)


def test_an_error_that_no_page_stands_for_is_a_fault_of_ours(
    raising: Callable[[Exception], FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    open_page(raising(BooksUnbalanced(pair="F7")), "/ar/raises", status=500)
    assert "books_unbalanced: pair=F7" in caplog.text


def test_a_failure_tells_the_visitor_nothing_of_the_inside(client: FlaskClient) -> None:
    assert "ZeroDivisionError" not in client.get("/ar/fails/500").text


def test_a_fault_is_raised_at_whoever_tests_or_debugs(failing_app: Flask) -> None:
    failing_app.config["PROPAGATE_EXCEPTIONS"] = None
    with pytest.raises(ZeroDivisionError):
        failing_app.test_client().get("/ar/fails/500")


def test_an_address_without_its_last_stroke_leads_to_the_page(app: Flask) -> None:
    assert app.test_client().get("/ar", follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("language", "what"),
    [("ar", "المعالجة والإرسال متوقفان"), ("fr", "Les traitements et les envois")],
)
def test_after_a_return_to_a_backup_a_page_says_what_to_do(
    raising: Callable[[Exception], FlaskClient], language: str, what: str
) -> None:
    client = raising(SentNotReconciled(backup_at="yesterday"))
    page = open_page(client, f"/{language}/raises", status=409)
    assert page.heading.startswith(what)
