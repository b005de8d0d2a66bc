"""What a visitor sees when a page cannot be shown: what happened, and where to go on.

None of these pages asks the database for anything: it may be what failed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from string import ascii_uppercase, digits

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug import exceptions
from werkzeug.datastructures import Headers

from webapp.domain import errors

# A person reads an incident number out on the phone: nothing to mistake for 1, 0 or V.
INCIDENT_ALPHABET = "".join(sign for sign in digits + ascii_uppercase if sign not in "ILOU")
INCIDENT_LENGTH = 8
SECONDS_UNTIL_THE_DATABASE_ANSWERS = 30
PLACE_OF_PROGRAMS = "/api/"


@dataclass(frozen=True)
class ErrorPage:
    """The page of an error and its status; without one, the error has its own."""

    template: str
    status: int | None = None


# Of an error and its parents, the nearest one counts. An error that stands nowhere here is a
# fault of ours: InternalServerError.
PAGE_OF_ERROR: Mapping[type[Exception], ErrorPage] = {
    exceptions.HTTPException: ErrorPage("errors/refused.html"),
    CSRFError: ErrorPage("errors/form_expired.html", 400),
    exceptions.Forbidden: ErrorPage("errors/forbidden.html", 403),
    errors.MayNotSign: ErrorPage("errors/may_not_sign.html", 403),
    errors.OwnAffair: ErrorPage("errors/own_affair.html", 403),
    exceptions.NotFound: ErrorPage("errors/not_found.html", 404),
    errors.NotFound: ErrorPage("errors/not_found.html", 404),
    exceptions.MethodNotAllowed: ErrorPage("errors/not_allowed.html", 405),
    exceptions.RequestEntityTooLarge: ErrorPage("errors/too_large.html", 413),
    exceptions.TooManyRequests: ErrorPage("errors/too_many_tries.html", 429),
    errors.RuleRefused: ErrorPage("errors/overtaken.html", 409),
    errors.SentNotReconciled: ErrorPage("errors/not_reconciled.html", 409),
    errors.TooManyTries: ErrorPage("errors/too_many_tries.html", 429),
    exceptions.InternalServerError: ErrorPage("errors/failed.html", 500),
    errors.DocumentsUnavailable: ErrorPage("errors/no_documents.html", 503),
    exceptions.ServiceUnavailable: ErrorPage("errors/unavailable.html", 503),
    OperationalError: ErrorPage("errors/unavailable.html", 503),
}


# What a program gets instead of a page: from the status, the headers and the incident's number.
Refuse = Callable[[int, Headers, str], Response]
REFUSE_PROGRAMS = "khatwa refusals of programs"


def init_error_pages(app: Flask, refuse_programs: Refuse) -> None:
    """Pages for people; programs, at their own addresses, get what `refuse_programs` makes."""
    app.extensions[REFUSE_PROGRAMS] = refuse_programs
    for kind in PAGE_OF_ERROR:
        app.register_error_handler(kind, _show)
    app.register_error_handler(OperationalError, _show_that_the_database_is_away)
    app.register_error_handler(exceptions.InternalServerError, _show_incident)
    # Flask would write the traceback once more, without the number that the visitor sees.
    app.log_exception = _leave_to_the_page  # type: ignore[method-assign]


def _leave_to_the_page(exc_info: object) -> None:
    """Logs nothing: `_show_incident` does, and follows at once."""


def new_incident_number() -> str:
    return "".join(secrets.choice(INCIDENT_ALPHABET) for _ in range(INCIDENT_LENGTH))


def _show_incident(error: exceptions.InternalServerError) -> Response:
    """A fault of ours: the visitor gets the number under which its traceback was logged."""
    incident = new_incident_number()
    current_app.logger.error("incident %s", incident, exc_info=error.original_exception or error)
    return _show(error, incident)


def _show_that_the_database_is_away(error: OperationalError) -> Response:
    current_app.logger.exception("the database did not answer")
    return _show(error)


def _show(error: Exception, incident: str = "") -> Response:
    """A page of our own in place of Werkzeug's English one; status and headers stay."""
    page = _page_of(error)
    wait = _seconds_to_wait(error)
    headers = _headers_of(error)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    status = page.status or getattr(error, "code", None) or 500
    if request.path.startswith(PLACE_OF_PROGRAMS):
        refuse: Refuse = current_app.extensions[REFUSE_PROGRAMS]
        return refuse(status, headers, incident)
    text = render_template(
        page.template,
        incident=incident,
        wait_minutes=None if wait is None else ceil(wait / 60),
        largest_megabytes=current_app.config["MAX_CONTENT_LENGTH"] // 1024**2,
    )
    return Response(text, status, headers)


def _page_of(error: Exception) -> ErrorPage:
    nearest = next(kind for kind in type(error).__mro__ if kind in PAGE_OF_ERROR)
    return PAGE_OF_ERROR[nearest]


def _headers_of(error: Exception) -> Headers:
    """What the error itself tells the browser, such as the methods that a page allows."""
    headers = Headers()
    if isinstance(error, exceptions.HTTPException):
        headers = error.get_response().headers
        headers.pop("Content-Length", None)
    headers["Content-Type"] = "text/html; charset=utf-8"
    return headers


def _seconds_to_wait(error: Exception) -> int | None:
    """After how long trying again makes sense; None when nobody knows."""
    if isinstance(error, errors.TooManyTries):
        return error.seconds
    wait = getattr(error, "retry_after", None)
    if isinstance(wait, int):
        return wait
    away = isinstance(error, OperationalError | exceptions.ServiceUnavailable)
    return SECONDS_UNTIL_THE_DATABASE_ANSWERS if away else None
