"""The first page: what the service does, for someone who has never heard of it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from webapp.audiences import Audience, open_to
from webapp.domain.rules import CollectionRules
from webapp.languages import PREFIX, prefix_with_language

public = Blueprint("public", __name__, url_prefix=PREFIX)
prefix_with_language(public)

EXAMPLE_AMOUNTS_CENTIMES = (648_000_00, 388_800_00, 259_200_00)


@public.get("/")
@open_to(Audience.PUBLIC)
def home() -> Response:
    page = render_template(
        "public/home.html",
        notice_bank_days=CollectionRules().notice_bank_days,
        example_amounts=EXAMPLE_AMOUNTS_CENTIMES,
    )
    response = make_response(page)
    # Nothing personal stands here, so a browser may keep it as long as it asks for a newer one.
    response.cache_control.no_cache = True
    return response
