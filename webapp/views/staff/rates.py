"""The contribution rates and what being late costs: the lists, and new ones from a day on."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidRateDay
from webapp.domain.late import LateKind
from webapp.domain.rates import percent_as_typed
from webapp.forms.messages import sentence_for
from webapp.forms.rates import LateRuleForm, RatesForm
from webapp.services.late_rules import list_late_rules, set_late_rule
from webapp.services.staff.rates import RatesPreview, list_rates, preview_rates, set_rates
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/rates")
@open_to(Audience.ADMINISTRATION)
def rates() -> ResponseReturnValue:
    return render_template(
        "staff/rates.html",
        rates=list_rates(desk.session()),
        late_rules=list_late_rules(desk.session()),
        kinds={kind.value: kind for kind in LateKind},
        today=desk.working_day().today,
    )


@staff.route("/rates/new", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def new_rates() -> ResponseReturnValue:
    form = RatesForm()
    preview = _preview(form) if submitted(form) else None
    seen = str(form.rates()) if preview else ""
    if preview and request.form.get("seen") == seen:
        set_rates(desk.session(), desk.working_day(), visitor.who().staff_id, form.rates())
        flash("rates_changed")
        return redirect(url_for("staff.rates"))
    if request.method == "GET":
        _fill(form)
    return show("staff/new_rates.html", form, preview=preview, seen=seen)


@staff.route("/rates/late", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def new_late_rule() -> ResponseReturnValue:
    form = LateRuleForm()
    if submitted(form):
        try:
            set_late_rule(desk.session(), desk.working_day(), visitor.who().staff_id, form.rule())
            flash("late_rule_changed")
            return redirect(url_for("staff.rates"))
        except InvalidRateDay as error:
            form.valid_from.errors = [sentence_for(error)]
    return show("staff/new_late_rule.html", form)


def _fill(form: RatesForm) -> None:
    """Most often one of the three changes: start from the latest."""
    latest = list_rates(desk.session())[0]
    for field, rate in (
        (form.leave, latest.leave),
        (form.weather_employer, latest.weather_employer),
        (form.weather_worker, latest.weather_worker),
    ):
        field.typed = percent_as_typed(rate)


def _preview(form: RatesForm) -> RatesPreview | None:
    try:
        return preview_rates(desk.session(), desk.working_day(), form.rates())
    except InvalidRateDay as error:
        form.valid_from.errors = [sentence_for(error)]
        return None
