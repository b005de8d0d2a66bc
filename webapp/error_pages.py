"""What a visitor sees when a page cannot be shown: what happened, and where to go on."""

from __future__ import annotations

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

PAGES = {404: "errors/not_found.html", 405: "errors/not_allowed.html"}


def init_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, _show)


def _show(error: HTTPException) -> Response:
    """A page of our own in place of Werkzeug's English one; status and headers stay."""
    answer = error.get_response()
    default = "errors/refused.html" if answer.status_code < 500 else "errors/failed.html"
    page = render_template(PAGES.get(answer.status_code, default))
    headers = answer.headers
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers.pop("Content-Length", None)
    return Response(page, answer.status_code, headers)
