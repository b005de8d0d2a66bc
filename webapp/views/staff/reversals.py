"""Debits made in error: asking for the money to go back, and debiting it after all."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoLongerPossible
from webapp.forms.money import AskForm
from webapp.services.staff import reversal_requests
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted
from webapp.views.staff.money import open_page


@staff.route(f"/money/<{ID}:employer_id>/debits/<reference>/give-back", methods=["GET", "POST"])
@open_to(Audience.MONEY)
def ask_for_reversal(employer_id: int, reference: str) -> ResponseReturnValue:
    form, found = AskForm(), open_page(employer_id)
    debits = reversal_requests.collected_debits(desk.session(), visitor.who().scope, employer_id)
    debit = next((one for one in debits if one.reference == reference), None)
    if debit is None or not debit.can_be:
        flash("no_longer_possible")
        return _back(employer_id)
    if submitted(form):
        done = _asked(employer_id, reference, form.reason.data)
        flash("asked" if done else "no_longer_possible")
        return _back(employer_id)
    return show("staff/ask_reversal.html", form, money=found, debit=debit)


@staff.post(f"/money/<{ID}:employer_id>/dues/<{ID}:due_id>/due-again")
@open_to(Audience.MONEY)
def collect_again(employer_id: int, due_id: int) -> ResponseReturnValue:
    scope = visitor.who().scope
    try:
        reversal_requests.collect_again(desk.session(), desk.working_day(), scope, due_id)
    except NoLongerPossible:
        flash("no_longer_possible")
    else:
        flash("due_again")
    return _back(employer_id)


def _asked(employer_id: int, reference: str, reason: str) -> bool:
    scope = visitor.who().scope
    try:
        reversal_requests.ask_for_reversal(
            desk.session(), desk.working_day(), desk.vault(), scope, employer_id, reference, reason
        )
    except NoLongerPossible:
        return False
    return True


def _back(employer_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff.money", employer_id=employer_id))
