"""An employer's own data: who looked at them, what should be corrected, and where all of it is."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import TooManyOpen
from webapp.forms.messages import sentence_for
from webapp.forms.trust import CorrectionForm
from webapp.models import CorrectionSubject
from webapp.services.corrections import ask_for_correction, corrections_of
from webapp.services.looks import LOOKS_ON_A_PAGE, looks
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer
from webapp.views.ids import asked_id


@employer.get("/my-data")
@open_to(Audience.EMPLOYER)
def my_data() -> ResponseReturnValue:
    return render_template("employer/my_data.html", own=desk.who().person_id is None)


@employer.get("/my-data/looks")
@open_to(Audience.EMPLOYER)
def who_looked() -> ResponseReturnValue:
    found = looks(desk.session(), desk.who().employer_id, asked_id("before"))
    return render_template(
        "employer/who_looked.html",
        looks=found[:LOOKS_ON_A_PAGE],
        more=len(found) > LOOKS_ON_A_PAGE,
    )


@employer.route("/my-data/corrections", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def corrections() -> ResponseReturnValue:
    form = CorrectionForm(visitor.what_was_typed())
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        answer = _ask(form)
        if answer is not None:
            return answer
    asked = corrections_of(desk.session(), desk.vault(), desk.who().employer_id)
    values = {"form": form, "corrections": asked}
    return desk.form_page("employer/corrections.html", values, wrong=bool(form.errors))


def _ask(form: CorrectionForm) -> ResponseReturnValue | None:
    try:
        ask_for_correction(
            desk.session(),
            desk.working_day(),
            desk.vault(),
            desk.who().employer_id,
            CorrectionSubject(form.subject.data),
            form.wish.data,
        )
    except TooManyOpen as error:
        form.wish.errors = [sentence_for(error)]
        return None
    flash("correction_asked")
    return redirect(url_for("employer.corrections"))
