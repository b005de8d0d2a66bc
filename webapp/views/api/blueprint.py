"""The blueprint of programs: who is let in, in which language they are told, what is described."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request
from flask_smorest import Api, Blueprint
from werkzeug.datastructures import Headers

from webapp.catalogs import ARABIC, LANGUAGES
from webapp.domain.errors import InvalidInput, KeyMayNot, NotFound, RuleRefused, WrongKey
from webapp.services.api_keys import KeyHolder, find_holder, mark_used
from webapp.services.throttling import spend_try
from webapp.views import desk
from webapp.views.api.problems import Problem, refuse, refuse_by_status

ABOUT = """\
File declarations for an employer, read what became of them, and read its debits.

Amounts are dinars as texts with two decimals, days are YYYY-MM-DD in Algiers, instants are UTC.
Messages are in Arabic or French, by Accept-Language. The rules and their messages are those of
the pages of the service."""

api = Blueprint("api", __name__, url_prefix="/api/v1", description="All that a key may do.")


class Interface(Api):
    """The library as we use it: it describes and writes; errors are answered in our own way."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leaves every error to `webapp/error_pages.py` and to this blueprint."""


def init_interface(app: Flask) -> None:
    """Serve the programming interface, and describe every route of it."""
    described: dict[str, Any] = {
        "title": "Khatwa",
        "version": "1.0.0",
        "openapi_version": "3.1.0",
        "info": {"description": ABOUT},
    }
    interface = Interface(app, spec_kwargs=described)
    app.cli.commands.pop("openapi", None)  # the description has its address
    scheme = {"type": "http", "scheme": "bearer", "description": "A key made by the employer."}
    interface.spec.components.security_scheme("key", scheme)
    interface.register_blueprint(api)


def reading_gate() -> None:
    """Let a program through whose key may read."""
    if not _enter().may_read:
        raise KeyMayNot(right="may_read")


def filing_gate() -> None:
    """Let a program through whose key may file."""
    if not _enter().may_file:
        raise KeyMayNot(right="may_file")


def _enter() -> KeyHolder:
    """Who shows a key; what shows a wrong one is counted apart, and shuts out nobody else."""
    _choose_language()
    request.max_content_length = desk.ACCESS.largest_body
    opened, rules = (desk.session(), desk.working_day(), desk.vault()), desk.ACCESS
    try:
        holder = find_holder(desk.session(), _shown())
    except WrongKey:
        spend_try(*opened, rules.wrong_keys_for_all)
        raise
    # Its own limit first: what one key asks beyond it is not counted against the others.
    spend_try(*opened, rules.requests_per_key, holder.reference)
    spend_try(*opened, rules.requests_for_all)
    mark_used(desk.session(), desk.moment().now, holder)
    g.program = holder
    g.pop("working_day", None)  # from here on it is the program that acts
    return holder


def _shown() -> str:
    shown = request.authorization
    return (shown.token or "") if shown is not None and shown.type == "bearer" else ""


def _choose_language() -> None:
    """As the program asks, and as no cookie says: programs have none."""
    g.language = LANGUAGES.get(request.accept_languages.best_match(LANGUAGES) or "", ARABIC)


def refuse_program(status: int, headers: Headers, incident: str) -> Response:
    """What a program gets in place of an error page."""
    _choose_language()
    return refuse_by_status(status, headers, incident)


for kind in (InvalidInput, RuleRefused, NotFound):
    api.register_error_handler(kind, refuse)
