"""The people who act for an employer: listed, let in, and let go."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import AlreadyActs, NotFound
from webapp.forms.messages import sentence_for
from webapp.forms.trust import DelegateForm
from webapp.languages import current_language
from webapp.services.delegations import delegations, end, grant
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer


@employer.get("/delegates")
@open_to(Audience.OWNER)
def delegates() -> ResponseReturnValue:
    found = delegations(desk.session(), desk.who().employer_id)
    return render_template("employer/delegates.html", delegates=found)


@employer.route("/delegates/new", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def new_delegate() -> ResponseReturnValue:
    form = DelegateForm(visitor.what_was_typed())
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        answer = visitor.proof_wanted() or _let_in(form)
        if answer is not None:
            return answer
    return desk.form_page("employer/new_delegate.html", {"form": form}, wrong=bool(form.errors))


@employer.route("/delegates/<reference>/end", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def end_delegate(reference: str) -> ResponseReturnValue:
    found = delegations(desk.session(), desk.who().employer_id)
    trusted = next((one for one in found if one.reference == reference and not one.ended_at), None)
    if trusted is None:
        raise NotFound(kind="delegation", reference=reference)
    if request.method == "GET":
        return render_template("employer/end_delegate.html", delegate=trusted)
    end(desk.session(), desk.working_day(), desk.vault(), desk.who(), reference)
    flash("delegate_ended")
    return redirect(url_for("employer.delegates"))


def _let_in(form: DelegateForm) -> ResponseReturnValue | None:
    try:
        grant(
            desk.session(),
            desk.working_day(),
            desk.vault(),
            desk.who(),
            form.name.data,
            form.email.data,
            current_language().code,
            may_sign=form.may_sign.data,
        )
    except AlreadyActs as error:
        form.email.errors = [sentence_for(error)]
        return None
    flash("delegate_added")
    return redirect(url_for("employer.delegates"))
