"""The privacy notice: which data, why, how they are kept, and the rights over them."""

from __future__ import annotations

from flask import Response

from webapp.audiences import Audience, open_to
from webapp.views.public.blueprint import public, show


@public.get("/privacy")
@open_to(Audience.PUBLIC)
def privacy() -> Response:
    return show("public/privacy.html")
