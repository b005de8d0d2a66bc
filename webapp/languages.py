"""The language of a page: its address (/ar/, /fr/), its filters, and who gets which first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, g, has_request_context, request, session

from webapp import (
    calendar_words,
    due_words,
    formatting,
    message_words,
    open_days_words,
    reason_words,
    retention_words,
    statement_words,
    wording,
)
from webapp.catalogs import ARABIC, FOLDER_OF_CATALOGS, FRENCH, LANGUAGES, Language, catalog
from webapp.domain.words import word_for
from webapp.extensions import babel

PREFIX = f"/<any({', '.join(LANGUAGES)}):language>"
REMEMBERED = "language"


def current_language() -> Language:
    """The language of this page, which its address names; Arabic outside a request."""
    if not has_request_context():
        return ARABIC
    if "language" not in g:
        g.language = LANGUAGES.get(request.path.split("/")[1]) or language_of_visitor()
    language: Language = g.language
    return language


def language_of_visitor() -> Language:
    """What the visitor read last, else the first of our languages that the browser asks for."""
    code = session.get(REMEMBERED) or request.accept_languages.best_match(LANGUAGES)
    return LANGUAGES.get(code or "", ARABIC)


def other_language() -> Language:
    return FRENCH if current_language() is ARABIC else ARABIC


def same_page_in(language: Language) -> str:
    """The address of the page on screen in `language`; the first page where there is none."""
    _, prefix, *rest = request.path.split("/")
    if prefix not in LANGUAGES:
        return f"{request.root_path}/{language.code}/"
    address = f"{request.root_path}/{language.code}/{quote('/'.join(rest))}"
    query = request.query_string.decode("ascii", "ignore")
    return f"{address}?{query}" if query else address


def prefix_with_language(blueprint: Blueprint) -> None:
    """Let the views of `blueprint`, served under PREFIX, neither take nor give the language."""

    @blueprint.url_value_preprocessor
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is not None:
            g.language = LANGUAGES[values.pop("language")]

    @blueprint.url_defaults
    def give(_endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("language", current_language().code)


def init_languages(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER_OF_CATALOGS)
    babel.init_app(
        app,
        default_locale=ARABIC.locale,
        default_timezone="Africa/Algiers",
        locale_selector=lambda: current_language().locale,
    )
    # Flask-Babel looks for the language anew at every text of a page; our catalogs are at hand.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its i18n extension
        gettext=lambda text: catalog(current_language()).gettext(text),
        ngettext=lambda one, many, number: catalog(current_language()).ngettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    # A sentence may be broken over lines in a template; the catalogs hold it on one.
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.context_processor(_for_every_page)
    app.jinja_env.filters["ltr"] = formatting.ltr
    for name, write in formatting.IN_A_PAGE.items():
        app.jinja_env.filters[name] = _in_current_language(write)
    app.jinja_env.filters["reckoning"] = _in_current_language(due_words.reckoning_line)
    app.jinja_env.filters["movement"] = _in_current_language(statement_words.movement_line)
    app.jinja_env.filters["entry"] = _in_current_language(calendar_words.entry_line)
    app.jinja_env.filters["entry_note"] = _in_current_language(calendar_words.note_text)
    app.jinja_env.filters["difference"] = statement_words.difference_in_words
    app.jinja_env.filters["origin"] = lambda origin, of: due_words.origin_line(
        origin, of, current_language()
    )
    app.jinja_env.filters["act"] = wording.act_in_words
    app.jinja_env.filters["in_words"] = wording.in_words
    app.jinja_env.filters["in_both"] = open_days_words.in_both
    app.jinja_env.filters["hold_at_office"] = wording.hold_at_office
    app.jinja_env.filters["message"] = message_words.message_in_words
    app.jinja_env.filters["reason"] = reason_words.explain_reason
    app.jinja_env.filters["qualifier"] = wording.qualifier_in_words
    app.jinja_env.filters["span"] = retention_words.span_in_words
    app.jinja_env.filters["why_refused"] = wording.why_refused
    app.jinja_env.filters["word"] = word_for
    app.jinja_env.filters["device"] = wording.device_in_words
    app.jinja_env.globals["look_in_words"] = wording.look_in_words
    app.jinja_env.globals["acts"] = wording.ACTS
    app.after_request(_remember)


def _for_every_page() -> dict[str, Any]:
    return {
        "language": current_language(),
        "other_language": other_language(),
        "same_page_in": same_page_in,
    }


def _in_current_language(write: Callable[[Any, Language], str]) -> Callable[[Any], str]:
    @wraps(write)
    def written(value: Any) -> str:
        return write(value, current_language())

    return written


def _remember(response: Response) -> Response:
    """Keep in the session a language that is not the one `/` would choose for this visitor."""
    is_page = response.status_code == 200 and response.mimetype == "text/html"
    if is_page and current_language() is not language_of_visitor():
        session[REMEMBERED] = current_language().code
    return response
