"""The ceiling of an authorisation: lowered with a button, raised or removed with a code."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.domain.errors import ShownChanged
from webapp.domain.rib import Rib
from webapp.forms.activation import CeilingForm
from webapp.forms.fields import as_typed
from webapp.forms.messages import sentence_for
from webapp.services.authorisations import worksites_of
from webapp.services.ceilings import CeilingChange, lower_ceiling, preview_ceiling, sign_ceiling
from webapp.services.enrolment import prepare_enrolment
from webapp.services.open_debits import digest_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.signing import (
    code_is_sent,
    send_code,
    sign,
    signature_of,
    step_of_form,
    text_values,
    text_was_shown,
    typed_code,
)
from webapp.views.visitor import what_was_typed

# The account of the mandate stays: a new ceiling is signed without one, and keeps none.
NO_ACCOUNT = Rib.of("007", "99999", "0000000001")


@employer.route("/authorisations/<reference>/ceiling", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def ceiling(reference: str) -> ResponseReturnValue:
    step, form = step_of_form(), _form(reference)
    if not form.ceiling_is_fine():
        return _page(form, reference, None)
    change = preview_ceiling(desk.session(), desk.who().employer_id, reference, form.ceiling.data)
    if not change.changes and step in {"check", "confirm", "sign"}:
        return redirect(url_for("employer.authorisation", reference=reference))
    if step in {"check", "resend"} and change.needs_code:
        send_code(form, again=step == "resend")
    done = (step == "confirm" and _lower(form, change)) or (step == "sign" and _sign(form, change))
    if done:
        flash("ceiling_set")
        return redirect(url_for("employer.authorisation", reference=reference))
    return _page(form, reference, change if request.method == "POST" else None)


def _form(reference: str) -> CeilingForm:
    """What was typed, or the ceiling of now."""
    typed = what_was_typed()
    if typed is not None:
        return CeilingForm(typed)
    known = preview_ceiling(desk.session(), desk.who().employer_id, reference, None).mandate
    now = "" if known.ceiling is None else as_typed(known.ceiling)
    return CeilingForm(MultiDict({"ceiling": now}))


def _lower(form: CeilingForm, change: CeilingChange) -> bool:
    if change.needs_code:
        return False
    seen, owner = request.form.get("seen", ""), desk.who().employer_id
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell()
    try:
        lower_ceiling(*tools, owner, change.mandate.reference, change.ceiling, seen)
    except ShownChanged as error:
        form.ceiling.errors = [sentence_for(error)]
        return False
    return True


def _sign(form: CeilingForm, change: CeilingChange) -> bool:
    names = _names(change)
    if (
        not change.needs_code
        or not form.validate()
        or not text_was_shown(form, change.ceiling, names)
    ):
        return False
    what = signature_of(form, NO_ACCOUNT, change.ceiling, names)
    seen, reference = request.form.get("seen", ""), change.mandate.reference
    code = typed_code(form)

    def act() -> str:
        return sign_ceiling(*desk.access(), desk.tell(), desk.who(), code, reference, what, seen)

    return sign(form, act) is not None


def _names(change: CeilingChange) -> tuple[str, ...]:
    owner, reference = desk.who().employer_id, change.mandate.reference
    return tuple(worksites_of(desk.session(), owner, reference).values())


def _page(form: CeilingForm, reference: str, change: CeilingChange | None) -> ResponseReturnValue:
    values: dict[str, object] = {
        "form": form, "change": change, "code_sent": code_is_sent(), "reference": reference,
    }  # fmt: skip
    if change is not None:
        values |= text_values(change.ceiling, _names(change))
        values |= {
            "digest": digest_of(change.debits),
            "enrolment": prepare_enrolment(desk.session(), desk.working_day(), desk.who()),
        }
        if change.needs_code and not code_is_sent():
            form.ceiling.errors = [*form.ceiling.errors, *form.code.errors]
            form.code.errors = []
    wrong = any(field.errors for field in form)
    return desk.form_page("employer/ceiling.html", values, wrong=wrong)
