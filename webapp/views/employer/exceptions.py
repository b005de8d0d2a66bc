"""Exceptions: another account for chosen worksites, and a worksite back to the main account."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    LastWorksite,
    SameAccount,
    UnknownWorksite,
)
from webapp.forms.activation import ExceptionForm
from webapp.forms.messages import sentence_for
from webapp.services.account_changes import refuse_account
from webapp.services.authorisations import list_authorisations
from webapp.services.enrolment import (
    default_authorisation,
    find_authorisation,
    prepare_enrolment,
)
from webapp.services.exceptions import (
    ExceptionPreview,
    PlacedWorksite,
    move_back,
    placed_worksites,
    preview_exception,
    sign_exception,
)
from webapp.services.open_debits import digest_of
from webapp.services.signing import signed_with
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


@employer.get("/authorisations")
@open_to(Audience.EMPLOYER)
def authorisations() -> ResponseReturnValue:
    listed = list_authorisations(desk.session(), desk.who().employer_id)
    return desk.form_page("employer/authorisations.html", {"listed": listed}, wrong=False)


@employer.route("/exceptions/new", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def new_exception() -> ResponseReturnValue:
    session, owner = desk.session(), desk.who().employer_id
    default = default_authorisation(session, owner)
    if default is None:
        return redirect(url_for("employer.activate"))
    form, step = ExceptionForm(what_was_typed()), step_of_form()
    placed = placed_worksites(session, owner)
    chosen = _chosen(form, placed)
    if step == "sign" and form.validate():
        signed = _sign(form, chosen)
        if signed is not None:
            return signed
    elif step in {"check", "resend"} and _is_fine(form, chosen, default.reference):
        send_code(form, again=step == "resend")
    return _page(form, placed, chosen)


@employer.post("/authorisations/<reference>/worksites/<code>/back")
@open_to(Audience.SIGNATORY)
def move_worksite_back(reference: str, code: str) -> ResponseReturnValue:
    try:
        move_back(desk.session(), desk.working_day(), desk.who().employer_id, reference, code)
    except LastWorksite:
        return redirect(url_for("employer.revoke", reference=reference))
    flash("worksite_moved")
    return redirect(url_for("employer.authorisation", reference=reference))


def _chosen(form: ExceptionForm, placed: list[PlacedWorksite]) -> list[PlacedWorksite]:
    """The worksites that are ticked and free, in the order of the register."""
    wanted = set(form.worksites.data or ())
    return [one for one in placed if one.code in wanted and one.exception is None]


def _is_fine(form: ExceptionForm, chosen: list[PlacedWorksite], default: str) -> bool:
    if not all([form.account_is_fine(), _some_are_chosen(form, chosen)]):
        return False
    session, owner = desk.session(), desk.who().employer_id
    try:
        refuse_account(session, desk.vault(), owner, default, form.account.data)
    except (AccountAlreadyCollecting, SameAccount) as error:
        form.account.errors = [sentence_for(error)]
        return False
    return True


def _sign(form: ExceptionForm, chosen: list[PlacedWorksite]) -> ResponseReturnValue | None:
    code, seen = typed_code(form), request.form.get("seen", "")
    done = signed_with(desk.session(), desk.who().employer_id, code.reference)
    if done is not None:  # the same form, sent twice: its worksites are taken by itself
        return redirect(url_for("employer.authorisation", reference=done))
    names = tuple(one.name for one in chosen)
    if not _some_are_chosen(form, chosen) or not text_was_shown(form, form.ceiling.data, names):
        return None
    codes = tuple(one.code for one in chosen)
    what = signature_of(form, form.account.data, form.ceiling.data, names, worksites=codes)
    reference = sign(form, lambda: sign_exception(*desk.access(), desk.who(), code, what, seen))
    if reference is None:
        return None
    if find_authorisation(desk.session(), desk.who().employer_id, reference).in_force:
        flash("exception_signed")
    return redirect(url_for("employer.authorisation", reference=reference))


def _some_are_chosen(form: ExceptionForm, chosen: list[PlacedWorksite]) -> bool:
    if not chosen:
        form.worksites.errors = [sentence_for(UnknownWorksite(worksite=""))]
    return bool(chosen)


def _page(
    form: ExceptionForm, placed: list[PlacedWorksite], chosen: list[PlacedWorksite]
) -> ResponseReturnValue:
    codes = [one.code for one in chosen]
    preview: ExceptionPreview | None = None
    if codes:
        preview = preview_exception(desk.session(), desk.who().employer_id, codes)
    values = {
        **account_values(form, complete=bool(chosen)),
        **text_values(form.ceiling.data or None, [one.name for one in chosen]),
        "enrolment": prepare_enrolment(desk.session(), desk.working_day(), desk.who()),
        "placed": placed,
        "chosen": codes,
        "preview": preview,
        "digest": digest_of(preview.debits) if preview else "",
    }
    wrong = any(field.errors for field in form)
    return desk.form_page("employer/new_exception.html", values, wrong=wrong)
