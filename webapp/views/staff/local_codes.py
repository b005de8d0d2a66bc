"""The codes of banks: what each means, those that nobody knows, and refusals that can go on."""

from __future__ import annotations

import hashlib

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.data.loader import load_reasons
from webapp.forms.local_codes import LocalCodeForm, RemoveCodeForm
from webapp.languages import current_language
from webapp.reason_words import SENTENCES
from webapp.services import local_codes as services
from webapp.services.channels import list_channels
from webapp.services.unknown_codes import follow_up_code, unknown_codes, waiting_refusals
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted

ONE = f"/local-codes/<{ID}:local_code_id>"


@staff.get("/local-codes")
@open_to(Audience.CALENDAR)
def local_codes() -> ResponseReturnValue:
    session = desk.session()
    return render_template(
        "staff/local_codes.html",
        unknown=unknown_codes(session),
        waiting=waiting_refusals(session),
        codes=services.list_local_codes(session),
        changes=services.changes_of_codes(session),
        channels=_channels(),
    )


@staff.route("/local-codes/set", methods=["GET", "POST"])
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def set_local_code() -> ResponseReturnValue:
    form = _form()
    looked = None
    if submitted(form):
        what = form.channel.data, form.code.data, form.means.data
        looked = services.look_at(desk.session(), *what)
        if _was_seen(looked):
            who = visitor.who().staff_id
            services.set_local_code(desk.session(), desk.working_day(), who, *what)
            return _done("local_code_set")
    seen = _mark(looked)
    return show("staff/local_code.html", form, looked=looked, seen=seen, channels=_channels())


@staff.route(f"{ONE}/remove", methods=["GET", "POST"])
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def remove_local_code(local_code_id: int) -> ResponseReturnValue:
    there, form = services.find_local_code(desk.session(), local_code_id), RemoveCodeForm()
    looked = services.look_at(desk.session(), there.channel_code, there.code, there.means)
    if submitted(form) and _was_seen(looked):
        who = visitor.who().staff_id
        services.remove_local_code(desk.session(), desk.working_day(), who, local_code_id)
        return _done("local_code_removed")
    seen = _mark(looked)
    values = {"looked": looked, "seen": seen, "channels": _channels()}
    return show("staff/remove_local_code.html", form, **values)


@staff.post(f"{ONE}/follow-up")
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def follow_up_local_code(local_code_id: int) -> ResponseReturnValue:
    who = visitor.who().staff_id
    told = follow_up_code(desk.session(), desk.working_day(), who, local_code_id)
    return _done("local_code_followed" if told["found"] else "nobody_waits")


def _form() -> LocalCodeForm:
    """The form with what there is to choose from; opened, with what its address says."""
    form, language = LocalCodeForm(), current_language().code
    form.channel.offer(list(_channels().items()), language)
    meanings = [(code, f"\u2066{code}\u2069 – {SENTENCES[code]}") for code in load_reasons()]
    form.means.offer(meanings, language)
    if request.method == "GET":
        form.fill(*(request.args.get(name, "") for name in ("channel", "code", "means")))
    return form


def _channels() -> dict[str, str]:
    """The institutions by the codes of their channels, in the language of the page."""
    name = f"institution_{current_language().code}"
    return {one.code: getattr(one, name) for one in list_channels(desk.session())}


def _mark(looked: services.CodeLook | None) -> str:
    """What was looked at: the code, its meanings, and how many have it."""
    return hashlib.sha256(repr(looked).encode()).hexdigest() if looked else ""


def _was_seen(looked: services.CodeLook) -> bool:
    return request.form.get("seen") == _mark(looked)


def _done(told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("staff.local_codes"))
