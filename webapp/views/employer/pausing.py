"""Suspending an authorisation from a day on, with what follows from it, and resuming it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidPause, ShownChanged
from webapp.forms.messages import sentence_for
from webapp.forms.pause import PauseForm
from webapp.services.open_debits import Shown, digest_of
from webapp.services.own_mandates import MandateRow
from webapp.services.pauses import pausable_mandate, pause_mandate, preview_pause, resume_mandate
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.signing import step_of_form
from webapp.views.visitor import what_was_typed


@employer.route("/authorisations/<reference>/suspend", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def suspend(reference: str) -> ResponseReturnValue:
    form, owner = PauseForm(what_was_typed()), desk.who().employer_id
    mandate = pausable_mandate(desk.session(), owner, reference)
    if mandate.pause is not None:
        return redirect(url_for("employer.authorisation", reference=reference))
    step = step_of_form()
    if step not in {"check", "confirm"} or not _is_fine(form):
        return _page(form, mandate, None)
    shown = preview_pause(desk.session(), owner, reference, form.pause)
    if step == "confirm" and _suspend(form, reference):
        return redirect(url_for("employer.authorisation", reference=reference))
    return _page(form, mandate, shown)


@employer.post("/authorisations/<reference>/resume")
@open_to(Audience.SIGNATORY)
def resume(reference: str) -> ResponseReturnValue:
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell()
    resume_mandate(*tools, desk.who().employer_id, reference)
    flash("resumed")
    return redirect(url_for("employer.authorisation", reference=reference))


def _is_fine(form: PauseForm) -> bool:
    if not form.validate():
        return False
    try:
        form.pause.check(desk.moment().today, desk.working_day().rules)
    except InvalidPause as error:
        form[error.field or "from_on"].errors = [sentence_for(error)]
        return False
    return True


def _suspend(form: PauseForm, reference: str) -> bool:
    seen, owner = request.form.get("seen", ""), desk.who().employer_id
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell()
    try:
        pause_mandate(*tools, owner, reference, form.pause, seen)
    except ShownChanged as error:
        form.from_on.errors = [sentence_for(error)]
        return False
    flash("pause_set")
    return True


def _page(form: PauseForm, mandate: MandateRow, shown: Shown | None) -> ResponseReturnValue:
    values = {
        "form": form,
        "mandate": mandate,
        "shown": shown,
        "digest": digest_of(shown.debits) if shown else "",
        "today": desk.moment().today,
    }
    return desk.form_page("employer/suspend.html", values, wrong=bool(form.errors))
