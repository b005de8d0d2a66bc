"""What did not arrive: the debits that nobody was told of, and other messages."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoSuchContact
from webapp.services.undeliverable import (
    ROWS_OF_A_PAGE,
    announce_again,
    lost_messages,
    put_aside,
    retry_message,
    untold_debits,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import ID, asked_id, staff


@staff.get("/undelivered")
@open_to(Audience.DESK)
def undelivered() -> ResponseReturnValue:
    agency, session = visitor.who().scope.agency_id, desk.session()
    return render_template(
        "staff/undelivered.html",
        debits=untold_debits(session, agency, asked_id("debits_before")),
        messages=lost_messages(
            session, desk.working_day(), desk.vault(), agency, asked_id("messages_before")
        ),
        rows_of_a_page=ROWS_OF_A_PAGE,
    )


@staff.post(f"/undelivered/debits/<{ID}:debit_id>/again")
@open_to(Audience.DESK)
def notice_again(debit_id: int) -> ResponseReturnValue:
    agency = visitor.who().scope.agency_id
    announce_again(desk.session(), desk.working_day(), agency, debit_id)
    return _told("notice_again")


@staff.post(f"/undelivered/messages/<{ID}:message_id>/again")
@open_to(Audience.DESK)
def message_again(message_id: int) -> ResponseReturnValue:
    agency = visitor.who().scope.agency_id
    try:
        reference = retry_message(
            desk.session(), desk.working_day(), desk.vault(), agency, message_id
        )
    except NoSuchContact:
        return _told("message_to_nobody")
    desk.when_answered(reference)
    return _told("message_again")


@staff.post(f"/undelivered/messages/<{ID}:message_id>/done")
@open_to(Audience.DESK)
def message_done(message_id: int) -> ResponseReturnValue:
    put_aside(desk.session(), desk.working_day(), visitor.who().scope.agency_id, message_id)
    return _told("message_done")


def _told(what: str) -> ResponseReturnValue:
    flash(what)
    return redirect(url_for("staff.undelivered"))
