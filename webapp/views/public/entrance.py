"""The bare address: sends the visitor on to the first page in a language."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from webapp.audiences import Audience, open_to
from webapp.languages import language_of_visitor

entrance = Blueprint("entrance", __name__)


@entrance.get("/")
@open_to(Audience.PUBLIC)
def choose_language() -> Response:
    response = redirect(url_for("public.home", language=language_of_visitor().code))
    response.vary.update(("Accept-Language", "Cookie"))
    return response
