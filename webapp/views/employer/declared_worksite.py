"""A worksite added on the way to a declaration."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.worksites import WorksiteForm
from webapp.services.worksites import add_worksite
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.employer.worksites import wilayas
from webapp.views.visitor import what_was_typed


@employer.route("/declarations/<code>/worksite", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def new_worksite(code: str) -> ResponseReturnValue:
    period = period_of(code)
    form = WorksiteForm(what_was_typed())
    form.offer(wilayas())
    asked = request.method == "POST" and not desk.wants_other_language()
    if asked and form.validate():
        added = add_worksite(
            desk.session(), desk.working_day(), desk.who().employer_id, form.name.data,
            form.wilaya.data,
        )  # fmt: skip
        return redirect(url_for("employer.declare", code=code, _anchor=f"w{added}"))
    values = {"form": form, "period": period, "code": code}
    return desk.form_page("employer/new_worksite.html", values, wrong=bool(form.errors))
