"""The banks that ask for the stamped paper of an authorisation."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.data.loader import load_banks
from webapp.forms.papers import BankForm
from webapp.languages import current_language
from webapp.services.confirming_banks import ask_for_paper_as, confirming_banks
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/banks", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def banks() -> ResponseReturnValue:
    form = BankForm()
    name = f"name_{current_language().code}"
    form.offer([(one.code, getattr(one, name)) for one in load_banks().values()])
    if submitted(form):
        ask_for_paper_as(
            desk.session(), desk.working_day(), visitor.who().staff_id, form.bank.data,
            form.days.data or None,
        )  # fmt: skip
        flash("banks_changed")
        return redirect(url_for("staff.banks"))
    return show("staff/banks.html", form, asking=confirming_banks(desk.session()))
