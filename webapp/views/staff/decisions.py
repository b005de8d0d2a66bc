"""What waits for a second person: payments, waivers, refunds, debits to give back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoLongerPossible, SecondPersonNeeded
from webapp.domain.verdicts import Verdict
from webapp.forms.money import DecisionForm
from webapp.outside import Vault
from webapp.services import payments
from webapp.services.staff import office_requests, request_lists
from webapp.services.staff.employer_money import find_payment, waiting_payments
from webapp.services.telling import Tell
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/decisions")
@open_to(Audience.MONEY)
def decisions() -> ResponseReturnValue:
    scope = visitor.who().scope
    return render_template(
        "staff/decisions.html",
        payments=waiting_payments(desk.session(), scope),
        requests=request_lists.open_requests(desk.session(), desk.vault(), scope),
    )


@staff.route("/payments/<reference>", methods=["GET", "POST"])
@open_to(Audience.MONEY)
@visitor.needs_proof
def payment(reference: str) -> ResponseReturnValue:
    form, scope = DecisionForm(), visitor.who().scope
    found = find_payment(desk.session(), scope, reference)
    if submitted(form):
        booked = form.verdict.data is Verdict.GRANTED
        return _done(lambda: payments.decide_payment(*_tools(), scope, reference, booked=booked))
    own = found.entered_by == desk.working_day().actor
    return show("staff/payment.html", form, payment=found, own=own)


@staff.post("/payments/<reference>/reverse")
@open_to(Audience.MONEY)
@visitor.needs_proof
def reverse_payment(reference: str) -> ResponseReturnValue:
    day, scope = desk.working_day(), visitor.who().scope
    return _done(lambda: payments.reverse_payment(desk.session(), day, scope, reference))


@staff.route("/requests/<reference>", methods=["GET", "POST"])
@open_to(Audience.MONEY)
@visitor.needs_proof
def office_request(reference: str) -> ResponseReturnValue:
    form, scope = DecisionForm(), visitor.who().scope
    found = request_lists.find_request(desk.session(), desk.vault(), scope, reference)
    if submitted(form):
        granted = form.verdict.data is Verdict.GRANTED
        return _done(lambda: office_requests.decide(*_tools(), scope, reference, granted=granted))
    own = found.asked_by == desk.working_day().actor
    return show("staff/office_request.html", form, request_=found, own=own)


@staff.post("/requests/<reference>/withdraw")
@open_to(Audience.MONEY)
def withdraw_request(reference: str) -> ResponseReturnValue:
    day, scope = desk.working_day(), visitor.who().scope
    return _done(lambda: office_requests.withdraw(desk.session(), day, scope, reference))


def _done(act: Callable[[], None]) -> ResponseReturnValue:
    """Do it, and say what became of it on the page of what waits."""
    try:
        act()
    except SecondPersonNeeded:
        flash("second_person_needed")
    except NoLongerPossible:
        flash("no_longer_possible")
    else:
        flash("decided")
    return redirect(url_for("staff.decisions"))


def _tools() -> tuple[Session, WorkingDay, Vault, Tell]:
    return desk.session(), desk.working_day(), desk.vault(), desk.tell()
