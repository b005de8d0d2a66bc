"""Taking up an invitation: a password and an app, then the codes for the day it is lost."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvitationNotOpen, WeakPassword, WrongCredentials
from webapp.forms.messages import sentence_for
from webapp.forms.staff import WRONG_CODE, AcceptForm
from webapp.services.staff.arrivals import Arrival, accept, setup_purpose
from webapp.services.staff.invitations import find_invitation
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.account import setup_for
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/invitations/<token>", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def invitation(token: str) -> ResponseReturnValue:
    try:
        found = find_invitation(desk.session(), desk.working_day(), token)
        form = AcceptForm()
        arrival = _arrival(form, token) if submitted(form) else None
    except InvitationNotOpen:
        return render_template("staff/invitation_over.html"), 410
    if arrival is not None:
        visitor.open_session(arrival.token)
        return render_template("staff/recovery_codes.html", codes=arrival.recovery_codes)
    setup = setup_for(setup_purpose(found), found.email, form)
    return show("staff/invitation.html", form, invitation=found, setup=setup)


def _arrival(form: AcceptForm, token: str) -> Arrival | None:
    """Take what was typed; or None, and the fields say why not."""
    typed = form.password.data or "", form.setup.data or "", form.code.data
    tools = desk.session(), desk.working_day(), desk.vault()
    try:
        return accept(*tools, token, *typed, visitor.device())
    except WeakPassword as error:
        form.password.errors = [sentence_for(error)]
    except WrongCredentials:
        form.code.errors = [WRONG_CODE]
    return None
