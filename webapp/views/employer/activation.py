"""The one step: account number, what will happen, the text, the code, one signature."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.domain.errors import MandateAlreadyActive
from webapp.forms.activation import AccountForm, ActivationForm
from webapp.forms.fields import as_typed
from webapp.services.enrolment import default_authorisation, prepare_enrolment, sign_with_code
from webapp.services.mandate_drafts import BegunMandate, find_draft, save_draft, start_anew
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.signing import (
    account_values,
    send_code,
    sign,
    signature_of,
    step_of_form,
    text_values,
    text_was_shown,
    typed_code,
)
from webapp.views.visitor import what_was_typed


@employer.route("/activate", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def activate() -> ResponseReturnValue:
    known = default_authorisation(desk.session(), desk.who().employer_id)
    if known is not None and not known.suspended_by_bank:
        return redirect(url_for("employer.authorisation", reference=known.reference))
    step, begun = step_of_form(), begun_before()
    if step == "anew":
        return forget_begun(url_for("employer.activate"))
    form = ActivationForm(what_was_typed() or as_begun(begun))
    if step == "sign" and form.validate():
        signed = _sign(form)
        if signed is not None:
            return signed
    elif step in {"check", "resend"} and form.account_is_fine():
        keep_begun(form)
        send_code(form, again=step == "resend")
    return _page(form, begun)


def begun_before() -> BegunMandate | None:
    """What the employer had begun, on a page that is opened; not while they are typing."""
    if request.method == "POST":
        return None
    return find_draft(*desk.access(), desk.who().employer_id)


def as_begun(begun: BegunMandate | None) -> MultiDict[str, str] | None:
    """The fields as they had been typed."""
    if begun is None:
        return None
    ceiling = "" if begun.ceiling is None else as_typed(begun.ceiling)
    return MultiDict({"account": begun.account.grouped, "ceiling": ceiling})


def keep_begun(form: AccountForm) -> None:
    owner = desk.who().employer_id
    save_draft(
        desk.session(), desk.working_day(), desk.vault(), owner, form.account.data,
        form.ceiling.data,
    )  # fmt: skip


def forget_begun(address: str) -> ResponseReturnValue:
    start_anew(desk.session(), desk.who().employer_id)
    return redirect(address)


def _sign(form: ActivationForm) -> ResponseReturnValue | None:
    """Sign with the code and go to what was signed; None when a field says why not."""
    if not text_was_shown(form, form.ceiling.data):
        return None
    what = signature_of(
        form, form.account.data, form.ceiling.data, covers_arrears=form.covers_arrears.data
    )
    code = typed_code(form)

    def act() -> str:
        return sign_with_code(*desk.access(), desk.who(), code.reference, code.digits, what)

    try:
        reference = sign(form, act)
    except MandateAlreadyActive:
        return redirect(url_for("employer.activate"))
    if reference is None:
        return None
    return redirect(url_for("employer.authorisation", reference=reference))


def _page(form: ActivationForm, begun: BegunMandate | None) -> ResponseReturnValue:
    values = {
        **account_values(form),
        **text_values(form.ceiling.data or None),
        "enrolment": prepare_enrolment(desk.session(), desk.working_day(), desk.who()),
        "begun": begun,
    }
    wrong = any(field.errors for field in form)
    return desk.form_page("employer/activate.html", values, wrong=wrong)
