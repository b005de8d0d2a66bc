"""Signing in without a password: the member number, then a code that was sent; and signing out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.audiences import Audience, open_to
from webapp.domain.errors import CodeExpired, NoLongerPossible, NotFound, TooManyTries, WrongCode
from webapp.forms.messages import sentence_for
from webapp.forms.sign_in import CodeForm, MemberNumberForm, PersonForm
from webapp.languages import PREFIX, current_language, prefix_with_language
from webapp.models import CodePurpose, DeviceMode
from webapp.services.codes import ask_for_another_code, refuse_early_resend
from webapp.services.open_days.cases import begin_alone
from webapp.services.persons import ask_person_for_code
from webapp.services.web_sessions import sign_in as open_with_code
from webapp.views import desk, device_cookie, visitor

sign_in = Blueprint("sign_in", __name__, url_prefix=PREFIX)
prefix_with_language(sign_in)

SIGN_OUT = "sign_in.sign_out"
# In the cookie: the number or address that was typed, and the reference of the code for it.
NUMBER, EMAIL, ATTEMPT = "member_number", "email", "attempt"


@sign_in.before_request
def _know_the_device() -> ResponseReturnValue | None:
    """A kiosk shows its own head on these pages, and resets itself; on a tablet nobody signs in."""
    found = device_cookie.present()
    if found is None or found.mode is DeviceMode.SELF_SERVICE or request.endpoint == SIGN_OUT:
        return None
    return redirect(url_for("device.start"))


@sign_in.route("/sign-in", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def member_number() -> ResponseReturnValue:
    if current_user.is_authenticated and current_user.may_go_on:
        return redirect(url_for("employer.home"))
    form = MemberNumberForm()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        try:
            _send_code(form.member_number.data)
            return redirect(url_for("sign_in.code"))
        except TooManyTries as error:
            form.member_number.errors = [sentence_for(error)]
    return _page("sign_in/member_number.html", form)


@sign_in.route("/sign-in/person", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def person() -> ResponseReturnValue:
    if g.device is not None:  # a kiosk serves employers themselves
        return redirect(url_for("sign_in.member_number"))
    if current_user.is_authenticated and current_user.may_go_on:
        return redirect(url_for("person.employers"))
    form = PersonForm()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        try:
            asked = ask_person_for_code(*desk.access(), form.email.data, current_language().code)
        except TooManyTries as error:
            form.email.errors = [sentence_for(error)]
        else:
            session[EMAIL], session[ATTEMPT] = form.email.data, asked.reference
            session.pop(NUMBER, None)
            desk.send_when_answered(asked.message)
            return redirect(url_for("sign_in.code"))
    return _page("sign_in/person.html", form)


@sign_in.route("/sign-in/code", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def code() -> ResponseReturnValue:
    if ATTEMPT not in session:
        return redirect(url_for("sign_in.member_number"))
    form = CodeForm()
    if request.method == "POST" and not desk.wants_other_language():
        if request.form.get("step") == "resend":
            return _resend(form)
        if form.validate() and _opened(form):
            return redirect(_landing())
    return _page("sign_in/code.html", form)


@sign_in.post("/sign-out")
@open_to(Audience.PUBLIC)
def sign_out() -> ResponseReturnValue:
    visitor.close_session()
    flash("signed_out")
    return desk.forgotten(redirect(url_for("sign_in.member_number")))


def _send_code(number: str, *, again: bool = False) -> None:
    asked = ask_for_another_code(
        *desk.access(),
        CodePurpose.SIGN_IN,
        number,
        current_language().code,
        session.get(ATTEMPT) if again else None,
        wanted=again,
    )
    if asked is not None:
        session[NUMBER], session[ATTEMPT] = number, asked.reference
        session.pop(EMAIL, None)
        desk.send_when_answered(asked.message)


def _resend(form: CodeForm) -> ResponseReturnValue:
    try:
        if NUMBER in session:
            _send_code(session[NUMBER], again=True)
        else:
            _send_code_to_person()
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
        return _page("sign_in/code.html", form)
    flash("code_sent")
    return redirect(url_for("sign_in.code"))


def _send_code_to_person() -> None:
    access = desk.access()
    refuse_early_resend(access[0], access[1], access[3], session[ATTEMPT])
    asked = ask_person_for_code(*access, session[EMAIL], current_language().code)
    session[ATTEMPT] = asked.reference
    desk.send_when_answered(asked.message)


def _opened(form: CodeForm) -> bool:
    """Try the code; a session is open afterwards, or the field says why not."""
    try:
        token = open_with_code(*desk.access(), session[ATTEMPT], form.code.data, desk.device())
    except (WrongCode, CodeExpired, TooManyTries) as error:
        form.code.errors = [sentence_for(error)]
        return False
    address = visitor.address_to_go_on()
    visitor.open_session(token)
    session[visitor.NEXT] = address or url_for("employer.home")
    if device_cookie.present() is not None:
        return _served_by_device(form, token)
    return True


def _served_by_device(form: CodeForm, token: str) -> bool:
    """At a kiosk the session is bound to its case; the field says when it serves another."""
    try:
        begin_alone(desk.session(), desk.working_day(), g.device, token)
    except (NoLongerPossible, NotFound) as error:
        visitor.close_session()
        form.code.errors = [sentence_for(error)]
        return False
    session[visitor.NEXT] = url_for("employer.activate")
    return True


def _landing() -> str:
    address: str = session.pop(visitor.NEXT)
    return address


def _page(template: str, form: MemberNumberForm | PersonForm | CodeForm) -> ResponseReturnValue:
    wrong = bool(form.errors) or any(field.errors for field in form)
    return desk.form_page(template, {"form": form}, wrong=wrong)
