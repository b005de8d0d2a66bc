"""A fresh code before an act of weight: asked for, typed, and on to where it was wanted."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import CodeExpired, TooManyTries, WrongCode
from webapp.forms.messages import sentence_for
from webapp.forms.sign_in import CodeForm
from webapp.languages import current_language
from webapp.models import CodePurpose
from webapp.services.codes import ask_for_another_code
from webapp.services.proofs import prove_again
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer

# In the cookie: the reference of the code that was sent.
CONFIRMING = "confirming"


@employer.route("/confirm", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def confirm() -> ResponseReturnValue:
    form = CodeForm()
    step = "show" if desk.wants_other_language() else request.form.get("step", "show")
    if step in {"ask", "resend"}:
        _send_code(form, again=step == "resend")
    elif step == "confirm" and form.validate():
        answer = _confirmed(form)
        if answer is not None:
            return answer
    values = {"form": form, "code_sent": CONFIRMING in session}
    return desk.form_page("employer/confirm.html", values, wrong=bool(form.code.errors))


def _send_code(form: CodeForm, *, again: bool) -> None:
    who = desk.who()
    form.code.errors = []
    try:
        asked = ask_for_another_code(
            *desk.access(),
            CodePurpose.CONFIRM,
            who.member_number,
            current_language().code,
            session.get(CONFIRMING),
            wanted=again,
            person_id=who.person_id,
        )
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
        return
    if asked is not None:
        session[CONFIRMING] = asked.reference
        desk.send_when_answered(asked.message)


def _confirmed(form: CodeForm) -> ResponseReturnValue | None:
    try:
        token = prove_again(*desk.access(), desk.who(), session.get(CONFIRMING, ""), form.code.data)
    except (WrongCode, CodeExpired, TooManyTries) as error:
        form.code.errors = [sentence_for(error)]
        return None
    visitor.renew(token)
    session.pop(CONFIRMING, None)
    return redirect(session.pop(visitor.PROVING_FOR, None) or url_for("employer.home"))
