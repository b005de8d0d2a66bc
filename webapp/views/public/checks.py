"""Whether a paper of the fund is genuine: its code is typed here, or scanned and leads here."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.check_codes import CheckCode
from webapp.domain.errors import InvalidCheckCode, NotFound
from webapp.forms.checks import CheckForm
from webapp.services.checking import check_paper
from webapp.services.paper_checks import Checked, check_code
from webapp.views import desk
from webapp.views.public.blueprint import public

NOT_FOR_SEARCH_ENGINES = {"X-Robots-Tag": "noindex"}


@public.route("/check", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def check_form() -> ResponseReturnValue:
    form = CheckForm()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        return redirect(url_for("public.check_typed", code=form.code.data.grouped))
    return desk.form_page("public/check_form.html", {"form": form}, wrong=bool(form.errors))


@public.get("/check/<code>")
@open_to(Audience.PUBLIC)
def check_typed(code: str) -> ResponseReturnValue:
    try:
        return _found(check_code(*desk.access(), CheckCode.parse(code)))
    except (NotFound, InvalidCheckCode):
        return _not_found()


@public.get("/check/<reference>/<proof>")
@open_to(Audience.PUBLIC)
def check(reference: str, proof: str) -> ResponseReturnValue:
    """The longer address in the squares of papers that were printed before."""
    try:
        return _found(check_paper(*desk.access(), reference, proof))
    except NotFound:
        return _not_found()


def address_from_outside() -> str:
    """How the service is reached from outside; where nobody has said it, as it was asked now."""
    config: Config = current_app.config["KHATWA"]
    return config.public_address or request.url_root.rstrip("/")


def _found(paper: Checked) -> ResponseReturnValue:
    """A page for each kind of paper."""
    page = f"public/check_{paper.kind.name.lower()}.html"
    shown = render_template(page, paper=paper, today=desk.moment().today)
    return shown, NOT_FOR_SEARCH_ENGINES


def _not_found() -> ResponseReturnValue:
    """The same words for a wrong proof and for a paper that nobody has."""
    return render_template("public/check_failed.html"), 404, NOT_FOR_SEARCH_ENGINES
