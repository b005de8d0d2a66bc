"""Documents as PDF: the same bytes for the same values, nothing fetched, and what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError

from webapp.adapters import documents
from webapp.adapters.documents import Documents
from webapp.domain.errors import DocumentsUnavailable


def paper(folder: Path, html: str) -> Documents:
    return Documents(DictLoader({"documents/x.html": html}), folder)


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    documents._weasyprint.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    yield
    documents._weasyprint.cache_clear()


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    page = paper(tmp_path, "<html lang='ar'><title>{{ t }}</title><p>{{ t }}</p>")
    first = page.render_pdf("x.html", {"t": "أ"})
    assert first.startswith(b"%PDF-") and first == page.render_pdf("x.html", {"t": "أ"})
    assert first != page.render_pdf("x.html", {"t": "ب"})


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x.png", "file:///etc/passwd", "../employer/home.html",
        "%2e%2e/employer/home.html", "ftp://evil.example/x", "//evil.example/x.png",
    ],
)  # fmt: skip
def test_nothing_is_fetched_but_what_lies_beside_the_papers(tmp_path: Path, address: str) -> None:
    outside = tmp_path / "employer"
    outside.mkdir()
    (outside / "home.html").write_text("secret")
    (inside := tmp_path / "documents").mkdir()
    with pytest.raises(BaseException, match="not one of our own files"):
        paper(inside, f'<img src="{address}"><p>x</p>').render_pdf("x.html", {})


def test_what_lies_beside_them_is(tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("p { color: #123456 }")
    html = '<link rel="stylesheet" href="x.css"><p>x</p>'
    styled = paper(tmp_path, html).render_pdf("x.html", {})
    (tmp_path / "x.css").write_text("p { font-size: 40pt }")
    assert paper(tmp_path, html).render_pdf("x.html", {}) != styled


def test_a_value_that_is_missing_is_a_fault_and_not_a_gap(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        paper(tmp_path, "<p>{{ t }}</p>").render_pdf("x.html", {})


def test_a_machine_without_pango_says_what_to_install(tmp_path: Path, without_pango: None) -> None:
    with pytest.raises(DocumentsUnavailable, match="libpango"):
        paper(tmp_path, "<p>x</p>").render_pdf("x.html", {})
