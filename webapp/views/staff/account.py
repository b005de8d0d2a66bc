"""One's own access: the password, the app, the recovery codes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.domain.errors import TooManyTries, WeakPassword, WrongCredentials
from webapp.forms.messages import sentence_for
from webapp.forms.staff import (
    WRONG_CODE,
    WRONG_OLD_PASSWORD,
    AppForm,
    PasswordChangeForm,
)
from webapp.services.staff.second_factor import (
    Setup,
    begin_setup,
    continue_setup,
    prove_again,
    recovery_codes_left,
    renew_recovery_codes,
    replace_app,
)
from webapp.services.staff.sign_in import change_password
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/account")
@open_to(Audience.STAFF)
def account() -> ResponseReturnValue:
    left = recovery_codes_left(desk.session(), visitor.who().staff_id)
    return render_template("staff/account.html", codes_left=left)


@staff.route("/account/password", methods=["GET", "POST"])
@open_to(Audience.STAFF)
def password() -> ResponseReturnValue:
    form = PasswordChangeForm()
    if submitted(form) and _changed(form):
        flash("password_changed")
        return redirect(url_for("staff.account"))
    return show("staff/password.html", form)


@staff.route("/account/app", methods=["GET", "POST"])
@open_to(Audience.STAFF)
@visitor.needs_proof
def app() -> ResponseReturnValue:
    form, who = AppForm(), visitor.who()
    if submitted(form):
        try:
            codes = replace_app(
                desk.session(), desk.working_day(), desk.vault(), who, form.setup.data or "",
                form.code.data,
            )  # fmt: skip
            return render_template("staff/recovery_codes.html", codes=codes)
        except WrongCredentials:
            form.code.errors = [WRONG_CODE]
    return show("staff/app.html", form, setup=setup_for(who.reference, who.email, form))


@staff.route("/account/recovery-codes", methods=["GET", "POST"])
@open_to(Audience.STAFF)
@visitor.needs_proof
def recovery_codes() -> ResponseReturnValue:
    who = visitor.who()
    if request.method == "POST":
        codes = renew_recovery_codes(desk.session(), desk.working_day(), desk.vault(), who)
        return render_template("staff/recovery_codes.html", codes=codes)
    left = recovery_codes_left(desk.session(), who.staff_id)
    return render_template("staff/renew_codes.html", codes_left=left)


def setup_for(purpose: str, email: str, form: AppForm) -> Setup:
    """The app to set up: the one that the form showed before, or a new one."""
    title = _("QR code for the authenticator app")
    if form.setup.data:
        return continue_setup(desk.vault(), purpose, email, title, form.setup.data)
    return begin_setup(desk.vault(), purpose, email, title)


def _changed(form: PasswordChangeForm) -> bool:
    """Change the password; or the fields say why not. The code first: it is used up."""
    who = visitor.who()
    try:
        prove_again(*visitor.tools(), who, form.code.data)
        change_password(*visitor.tools(), who, form.old.data or "", form.password.data or "")
    except WeakPassword as error:
        form.password.errors = [sentence_for(error)]
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
    except WrongCredentials:
        proved = visitor.present()
        fresh = proved is not None and proved.proved_at == desk.moment().now
        wrong, text = (form.old, WRONG_OLD_PASSWORD) if fresh else (form.code, WRONG_CODE)
        wrong.errors = [text]
    return not any(field.errors for field in form)
