"""The accessibility statement: what holds, what does not yet, and how to say so."""

from __future__ import annotations

from flask import Response

from webapp.audiences import Audience, open_to
from webapp.views.public.blueprint import public, show


@public.get("/accessibility")
@open_to(Audience.PUBLIC)
def accessibility() -> Response:
    return show("public/accessibility.html")
