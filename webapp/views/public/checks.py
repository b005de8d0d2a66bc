"""Whether a printed authorisation is genuine: the page that the code on it leads to."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import NotFound
from webapp.services.checking import check_paper
from webapp.views import desk
from webapp.views.public.blueprint import public

NOT_FOR_SEARCH_ENGINES = {"X-Robots-Tag": "noindex"}


@public.get("/check/<reference>/<proof>")
@open_to(Audience.PUBLIC)
def check(reference: str, proof: str) -> ResponseReturnValue:
    try:
        paper = check_paper(*desk.access(), reference, proof)
    except NotFound:
        # The same words for a wrong proof and for a reference that nobody has.
        return render_template("public/check_failed.html"), 404, NOT_FOR_SEARCH_ENGINES
    return render_template("public/check.html", paper=paper), NOT_FOR_SEARCH_ENGINES


def address_from_outside() -> str:
    """How the service is reached from outside; where nobody has said it, as it was asked now."""
    config: Config = current_app.config["KHATWA"]
    return config.public_address or request.url_root.rstrip("/")
