"""Showing the whole account number of a mandate, once, for a reason that is written down."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.staff_desk import ReasonForm
from webapp.services.staff.accounts import find_account, show_account
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/mandates/<reference>/account", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def account_number(reference: str) -> ResponseReturnValue:
    scope, form = visitor.who().scope, ReasonForm()
    masked = find_account(desk.session(), scope, reference)
    if submitted(form):
        shown = show_account(
            desk.session(), desk.working_day(), desk.vault(), scope, reference, form.reason.data
        )
        return render_template("staff/account_shown.html", masked=masked, account=shown.account)
    return show("staff/account_number.html", form, masked=masked)
