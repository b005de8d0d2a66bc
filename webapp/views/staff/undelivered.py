"""What did not arrive: the debits that wait for a contact, and other messages."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.undeliverable import (
    announce_again,
    put_aside,
    undelivered_messages,
    undelivered_notices,
)
from webapp.views import desk
from webapp.views.ids import ID, asked_id
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff


@staff.get("/undelivered")
@open_to(Audience.DESK)
def undelivered() -> ResponseReturnValue:
    agency, session = visitor.who().scope.agency_id, desk.session()
    return render_template(
        "staff/undelivered.html",
        notices=undelivered_notices(session, agency, asked_id("notices_before")),
        messages=undelivered_messages(session, agency, asked_id("messages_before")),
    )


@staff.post(f"/undelivered/notices/<{ID}:notice_id>/again")
@open_to(Audience.DESK)
def notice_again(notice_id: int) -> ResponseReturnValue:
    agency = visitor.who().scope.agency_id
    announce_again(desk.session(), desk.working_day(), agency, notice_id)
    flash("notice_again")
    return redirect(url_for("staff.undelivered"))


@staff.post(f"/undelivered/messages/<{ID}:message_id>/done")
@open_to(Audience.DESK)
def message_done(message_id: int) -> ResponseReturnValue:
    put_aside(desk.session(), visitor.who().scope.agency_id, message_id)
    flash("message_done")
    return redirect(url_for("staff.undelivered"))
