"""One's own sessions: where one is signed in, and how to end that."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.services.staff.sessions import end_one, end_others, list_sessions
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff

LONGEST_ID = 15


@staff.get("/account/sessions")
@open_to(Audience.STAFF)
def sessions() -> ResponseReturnValue:
    who = visitor.who()
    found = list_sessions(desk.session(), desk.moment().now, visitor.RULES, who.staff_id)
    return render_template("staff/sessions.html", sessions=found, own=who.session_id)


@staff.post("/account/sessions")
@open_to(Audience.STAFF)
def end_session() -> ResponseReturnValue:
    who, which = visitor.who(), request.form.get("session", "")
    if which == "others":
        end_others(desk.session(), desk.working_day(), who)
    elif which.isascii() and which.isdigit() and len(which) <= LONGEST_ID:
        end_one(desk.session(), desk.working_day(), who, int(which))
    else:
        raise NotFound(kind="session", reference=which)
    flash("session_ended_there")
    return redirect(url_for("staff.sessions"))
