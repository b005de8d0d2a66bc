"""Corrections that employers ask for, and the answers of their agency."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.papers import AnswerForm
from webapp.services.corrections import (
    ROWS_OF_A_PAGE,
    answer_correction,
    find_correction,
    open_corrections,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import asked_id, show, staff, submitted


@staff.get("/corrections")
@open_to(Audience.DESK)
def corrections() -> ResponseReturnValue:
    agency = visitor.who().scope.agency_id
    found = open_corrections(desk.session(), desk.vault(), agency, asked_id("after") or 0)
    return render_template(
        "staff/corrections.html", corrections=found, more=len(found) == ROWS_OF_A_PAGE
    )


@staff.route("/corrections/<reference>", methods=["GET", "POST"])
@open_to(Audience.DESK)
def correction(reference: str) -> ResponseReturnValue:
    who, form = visitor.who(), AnswerForm()
    found = find_correction(desk.session(), desk.vault(), who.scope.agency_id, reference)
    if submitted(form):
        answer_correction(
            desk.session(), desk.working_day(), desk.vault(), who.staff_id, who.scope.agency_id,
            reference, form.answer.data, done=form.verdict.data == "done",
        )  # fmt: skip
        flash("correction_answered")
        return redirect(url_for("staff.corrections"))
    return show("staff/correction.html", form, correction=found)
