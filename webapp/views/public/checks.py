"""Whether a printed authorisation is genuine: the page that the code on it leads to."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import NotFound
from webapp.languages import current_language
from webapp.services.checking import check_paper, proof_of
from webapp.views import desk
from webapp.views.public.blueprint import public


@public.get("/check/<reference>/<proof>")
@open_to(Audience.PUBLIC)
def check(reference: str, proof: str) -> ResponseReturnValue:
    if "\0" in reference or not proof.isascii():
        raise NotFound(kind="paper", reference=reference)
    paper = check_paper(*desk.access(), reference, proof)
    return render_template("public/check.html", paper=paper)


def check_address(reference: str) -> str:
    """The address of a paper's check, as it is reached from outside."""
    config: Config = current_app.config["KHATWA"]
    path = url_for(
        "public.check",
        language=current_language().code,
        reference=reference,
        proof=proof_of(desk.vault(), reference),
    )
    return f"{config.public_address or request.url_root.rstrip('/')}{path}"
