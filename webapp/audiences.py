"""Who may open a page. Deny by default: a route that declares no audience is served to nobody."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    PUBLIC = "public"


# Routes that Flask makes by itself.
AUDIENCES_OF_FLASK = {"static": Audience.PUBLIC}


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declare above a view who may open it."""

    def declare(view: View) -> View:
        view.audience = audience  # type: ignore[attr-defined]
        return view

    return declare


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    declared: Audience | None = getattr(app.view_functions[endpoint], "audience", None)
    return AUDIENCES_OF_FLASK.get(endpoint, declared)


def init_audiences(app: Flask) -> None:
    app.before_request(_refuse_strangers)


def _refuse_strangers() -> None:
    """A page that is open to nobody looks like one that does not exist."""
    if request.endpoint is not None and audience_of(current_app, request.endpoint) is None:
        current_app.logger.error("no audience declared for %s", request.endpoint)
        abort(404)
