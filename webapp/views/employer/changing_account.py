"""Another account in one step: what stays, what moves and when, the text, the code."""

from __future__ import annotations

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import AccountAlreadyCollecting, SameAccount
from webapp.forms.activation import AccountChangeForm
from webapp.forms.messages import sentence_for
from webapp.services.account_changes import (
    AccountChange,
    NewAccount,
    change_account,
    preview_change,
    refuse_account,
)
from webapp.services.authorisations import worksites_of
from webapp.services.enrolment import default_authorisation, prepare_enrolment
from webapp.services.signing import signed_with
from webapp.views import desk
from webapp.views.employer.activation import as_begun, begun_before, forget_begun, keep_begun
from webapp.views.employer.blueprint import employer
from webapp.views.employer.signing import (
    SIGNING,
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


@employer.get("/change-account")
@open_to(Audience.SIGNATORY)
def change_default_account() -> ResponseReturnValue:
    known = default_authorisation(desk.session(), desk.who().employer_id)
    if known is None:
        return redirect(url_for("employer.activate"))
    return redirect(url_for("employer.change_of_account", reference=known.reference))


@employer.route("/authorisations/<reference>/change-account", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def change_of_account(reference: str) -> ResponseReturnValue:
    done = _done(reference)
    if done is not None:
        return done
    step, begun = step_of_form(), begun_before()
    change = preview_change(desk.session(), desk.working_day(), desk.who().employer_id, reference)
    if step == "anew":
        return forget_begun(url_for("employer.change_of_account", reference=reference))
    form = AccountChangeForm(what_was_typed() or as_begun(begun))
    if step == "sign" and form.validate():
        signed = _sign(form, change)
        if signed is not None:
            return signed
    elif step in {"check", "resend"} and _account_is_fine(form, reference):
        keep_begun(form)
        send_code(form, again=step == "resend")
    return _page(form, change, begun)


def _done(reference: str) -> ResponseReturnValue | None:
    """Where the same form, sent twice, leads: to what the first one has signed."""
    if request.method != "POST":
        return None
    code = str(session.get(SIGNING, ""))
    signed = signed_with(desk.session(), desk.who().employer_id, code) if code else None
    if signed is None or signed == reference:
        return None
    return redirect(url_for("employer.authorisation", reference=signed))


def _account_is_fine(form: AccountChangeForm, reference: str) -> bool:
    if not form.account_is_fine():
        return False
    try:
        refuse_account(
            desk.session(), desk.vault(), desk.who().employer_id, reference, form.account.data
        )
    except (AccountAlreadyCollecting, SameAccount) as error:
        form.account.errors = [sentence_for(error)]
        return False
    return True


def _sign(form: AccountChangeForm, change: AccountChange) -> ResponseReturnValue | None:
    names = _names(change)
    if not text_was_shown(form, form.ceiling.data, names):
        return None
    new = NewAccount(
        signature_of(
            form, form.account.data, form.ceiling.data, names,
            covers_arrears=form.covers_arrears.data,
        ),
        change.mandate.reference,
        form.old_account_is_dead.data,
        request.form.get("seen", ""),
    )  # fmt: skip
    reference = sign(
        form,
        lambda: change_account(*desk.access(), desk.tell(), desk.who(), typed_code(form), new),
    )
    if reference is None:
        return None
    flash("account_changed")
    return redirect(url_for("employer.authorisation", reference=reference))


def _names(change: AccountChange) -> tuple[str, ...]:
    """The worksites of an exception, which its text names."""
    if change.mandate.is_default:
        return ()
    who = desk.who()
    return tuple(worksites_of(desk.session(), who.employer_id, change.mandate.reference).values())


def _page(form: AccountChangeForm, change: AccountChange, begun: object) -> ResponseReturnValue:
    values = {
        **account_values(form),
        **text_values(form.ceiling.data or None, _names(change)),
        "enrolment": prepare_enrolment(desk.session(), desk.working_day(), desk.who()),
        "change": change,
        "begun": begun,
        "quiet_hours": desk.working_day().rules.new_account_quiet_hours,
    }
    wrong = any(field.errors for field in form)
    return desk.form_page("employer/change_account.html", values, wrong=wrong)
