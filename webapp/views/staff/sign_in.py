"""Signing in of the staff: the password, then the second factor; and signing out."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import TooManyTries, WrongCredentials
from webapp.forms.messages import sentence_for
from webapp.forms.staff import WRONG_CODE, WRONG_PASSWORD, FactorForm, SignInForm
from webapp.services.staff.second_factor import TOTP
from webapp.services.staff.sessions import StaffSignedIn
from webapp.services.staff.sign_in import give_factor, give_password
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/sign-in", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def sign_in() -> ResponseReturnValue:
    present = visitor.present()
    if present is not None and not present.waiting and request.method == "GET":
        return redirect(url_for("staff.home"))
    form = SignInForm()
    if submitted(form) and _password_fits(form):
        return redirect(url_for("staff.factor"))
    return show("staff/sign_in.html", form)


@staff.route("/sign-in/code", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def factor() -> ResponseReturnValue:
    waiting = visitor.present()
    if waiting is None:
        return redirect(url_for("staff.sign_in"))
    if not waiting.waiting:
        return redirect(url_for("staff.home"))
    form = FactorForm()
    if submitted(form) and _factor_fits(form, waiting):
        return redirect(visitor.landing())
    return show("staff/factor.html", form)


@staff.post("/sign-out")
@open_to(Audience.PUBLIC)
def sign_out() -> ResponseReturnValue:
    visitor.leave()
    flash("signed_out")
    return desk.forgotten(redirect(url_for("staff.sign_in")))


def _password_fits(form: SignInForm) -> bool:
    typed = form.email.data, form.password.data or ""
    try:
        token = give_password(*visitor.tools(), *typed, visitor.device())
    except WrongCredentials:
        form.password.errors = [WRONG_PASSWORD]
    except TooManyTries as error:
        form.password.errors = [sentence_for(error)]
    else:
        visitor.open_session(token)
    return not form.password.errors


def _factor_fits(form: FactorForm, waiting: StaffSignedIn) -> bool:
    code = form.code.data
    try:
        token = give_factor(*visitor.tools(), waiting, code, visitor.device())
    except WrongCredentials:
        form.code.errors = [WRONG_CODE]
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
    else:
        visitor.open_session(token)
        if not TOTP.fullmatch(code):
            flash("recovery_code_used")
    return not form.code.errors
