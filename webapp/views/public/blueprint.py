"""The pages for everyone, as one blueprint, and the one way in which they are shown."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from webapp.languages import PREFIX, prefix_with_language

public = Blueprint("public", __name__, url_prefix=PREFIX)
prefix_with_language(public)


def show(template: str, **values: object) -> Response:
    """The page of `template`, which must hold nothing about anybody."""
    response = make_response(render_template(template, **values))
    # Nothing personal stands here, so a browser may keep it as long as it asks for a newer one.
    response.cache_control.no_cache = True
    return response
