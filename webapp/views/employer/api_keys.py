"""Software that acts for the employer: its keys listed, made, shown once, and revoked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound, TooManyKeys
from webapp.forms.messages import sentence_for
from webapp.forms.trust import ApiKeyForm
from webapp.services.api_keys import list_keys, make_key, revoke_key
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer


@employer.get("/api-keys")
@open_to(Audience.OWNER)
def api_keys() -> ResponseReturnValue:
    found = list_keys(desk.session(), desk.who().employer_id)
    return render_template("employer/api_keys.html", keys=found)


@employer.route("/api-keys/new", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def new_api_key() -> ResponseReturnValue:
    form = ApiKeyForm(visitor.what_was_typed())
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        answer = visitor.proof_wanted() or _made(form)
        if answer is not None:
            return answer
    return desk.form_page("employer/new_api_key.html", {"form": form}, wrong=bool(form.errors))


@employer.route("/api-keys/<reference>/revoke", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def revoke_api_key(reference: str) -> ResponseReturnValue:
    found = list_keys(desk.session(), desk.who().employer_id)
    key = next((one for one in found if one.reference == reference and not one.revoked_at), None)
    if key is None:
        raise NotFound(kind="api_key", reference=reference)
    if request.method == "GET":
        return render_template("employer/revoke_api_key.html", key=key)
    revoke_key(desk.session(), desk.working_day(), desk.who().employer_id, reference)
    flash("key_revoked")
    return redirect(url_for("employer.api_keys"))


def _made(form: ApiKeyForm) -> ResponseReturnValue | None:
    """The page that shows the key, this once; nothing of it is kept, here or in the browser."""
    read, file = form.may_read.data, form.may_file.data
    try:
        key = make_key(*desk.access(), desk.who(), form.name.data, may_read=read, may_file=file)
    except TooManyKeys as error:
        form.name.errors = [sentence_for(error)]
        return None
    return render_template("employer/api_key_made.html", key=key, name=form.name.data)
