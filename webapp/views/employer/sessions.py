"""The sessions that are open, and their end."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.open_sessions import end_one, end_others, open_sessions
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.ids import ID


@employer.get("/sessions")
@open_to(Audience.EMPLOYER)
def sessions() -> ResponseReturnValue:
    found = open_sessions(desk.session(), desk.moment().now, desk.ACCESS, desk.who())
    return render_template("employer/sessions.html", sessions=found)


@employer.post(f"/sessions/<{ID}:session_id>/end")
@open_to(Audience.EMPLOYER)
def end_session(session_id: int) -> ResponseReturnValue:
    end_one(desk.session(), desk.working_day(), desk.who(), session_id)
    flash("one_session_ended")
    return redirect(url_for("employer.sessions"))


@employer.post("/sessions/end-others")
@open_to(Audience.EMPLOYER)
def end_other_sessions() -> ResponseReturnValue:
    end_others(desk.session(), desk.working_day(), desk.who())
    flash("other_sessions_ended")
    return redirect(url_for("employer.sessions"))
