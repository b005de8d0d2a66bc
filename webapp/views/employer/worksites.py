"""A worksite added on the way to a declaration."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.data.loader import load_wilayas
from webapp.forms.declaration import NewWorksiteForm
from webapp.languages import current_language
from webapp.services.worksites import add_worksite
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.visitor import what_was_typed


@employer.route("/declarations/<code>/worksite", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def new_worksite(code: str) -> ResponseReturnValue:
    period = period_of(code)
    form = NewWorksiteForm(what_was_typed())
    form.wilaya.choices = wilaya_choices()
    asked = request.method == "POST" and not desk.wants_other_language()
    if asked and form.validate():
        added = add_worksite(
            desk.session(), desk.who().employer_id, form.name.data, form.wilaya.data
        )
        return redirect(url_for("employer.declare", code=code, _anchor=f"w{added}"))
    values = {"form": form, "period": period, "code": code}
    return desk.form_page("employer/new_worksite.html", values, wrong=bool(form.errors))


def wilaya_choices() -> list[tuple[str, str]]:
    """The wilayas by their code, in the language of the page."""
    name = f"name_{current_language().code}"
    return [(one.code, getattr(one, name)) for one in load_wilayas().values()]
