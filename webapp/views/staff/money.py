"""What an employer owes and has paid elsewhere: finding it, entering a payment, asking."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoLongerPossible, PaymentKnown
from webapp.forms.messages import sentence_for
from webapp.forms.money import AskForm, PaymentForm
from webapp.forms.staff_desk import SearchForm
from webapp.models import RequestKind
from webapp.services.payments import NewPayment, enter_payment
from webapp.services.staff import office_requests
from webapp.services.staff.employer_money import EmployerMoney, open_money
from webapp.services.staff.employers import find_employers
from webapp.services.staff.reversal_requests import collected_debits
from webapp.views import desk
from webapp.views.ids import ID, asked_id
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/money", methods=["GET", "POST"])
@open_to(Audience.MONEY)
def money_search() -> ResponseReturnValue:
    form = SearchForm()
    if submitted(form):
        return redirect(url_for("staff.money_search", wanted=form.wanted.data))
    wanted = request.args.get("wanted", "")
    found, more = find_employers(desk.session(), visitor.who().scope, wanted, asked_id("after"))
    if wanted and not form.wanted.typed:
        form.wanted.typed = wanted
    return show("staff/money_search.html", form, wanted=wanted, found=found, more=more)


@staff.get(f"/money/<{ID}:employer_id>")
@open_to(Audience.MONEY)
def money(employer_id: int) -> ResponseReturnValue:
    money = open_page(employer_id)
    debits = collected_debits(desk.session(), visitor.who().scope, employer_id)
    return render_template("staff/money.html", money=money, debits=debits)


@staff.route(f"/money/<{ID}:employer_id>/payment", methods=["GET", "POST"])
@open_to(Audience.MONEY)
def enter_payment_elsewhere(employer_id: int) -> ResponseReturnValue:
    form, found, day = PaymentForm(), open_page(employer_id), desk.working_day()
    form.offer(due.period for due in found.dues if due.amount > 0)
    if submitted(form) and form.fits(day.today) and _entered(form, employer_id):
        return redirect(url_for("staff.money", employer_id=employer_id))
    limit = day.rules.second_person_above
    return show("staff/enter_payment.html", form, money=found, limit=limit, today=day.today)


@staff.route(f"/money/<{ID}:employer_id>/dues/<{ID}:due_id>/waiver", methods=["GET", "POST"])
@open_to(Audience.SUPERVISION)
def ask_for_waiver(employer_id: int, due_id: int) -> ResponseReturnValue:
    return _ask(employer_id, due_id, RequestKind.WAIVER)


@staff.route(f"/money/<{ID}:employer_id>/dues/<{ID}:due_id>/refund", methods=["GET", "POST"])
@open_to(Audience.MONEY)
def ask_for_refund(employer_id: int, due_id: int) -> ResponseReturnValue:
    return _ask(employer_id, due_id, RequestKind.REFUND)


def _ask(employer_id: int, due_id: int, kind: RequestKind) -> ResponseReturnValue:
    form, found = AskForm(), open_page(employer_id)
    due = next((one for one in found.dues if one.id == due_id), None)
    back = redirect(url_for("staff.money", employer_id=employer_id))
    if due is None or due.can_be is not kind or due.asked:
        flash("no_longer_possible")
        return back
    if submitted(form):
        flash("asked" if _asked(kind, due_id, form.reason.data) else "no_longer_possible")
        return back
    return show("staff/ask.html", form, money=found, due=due, kind=kind)


def _asked(kind: RequestKind, due_id: int, reason: str) -> bool:
    scope = visitor.who().scope
    try:
        office_requests.ask(
            desk.session(), desk.working_day(), desk.vault(), scope, kind, due_id, reason
        )
    except NoLongerPossible:
        return False
    return True


def open_page(employer_id: int) -> EmployerMoney:
    """The money of an employer; that it was opened is recorded."""
    return open_money(desk.session(), desk.working_day(), visitor.who().scope, employer_id)


def _entered(form: PaymentForm, employer_id: int) -> bool:
    new = NewPayment(
        form.way.data, form.number.data, form.paid_on.data, form.amount.data, form.period.data
    )
    try:
        _, status = enter_payment(
            desk.session(), desk.working_day(), desk.vault(), desk.tell(), visitor.who().scope,
            employer_id, new,
        )  # fmt: skip
    except PaymentKnown as error:
        form.number.errors = [sentence_for(error)]
        return False
    flash(f"payment_{status}")
    return True
