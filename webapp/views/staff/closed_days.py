"""The closed days of the banks: the list, and changes after a look at what moves with them."""

from __future__ import annotations

import hashlib
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.calendar import RestDay
from webapp.domain.errors import InvalidClosedDay, NotFound
from webapp.forms.closed_days import ClosedDayForm, OpenDayForm
from webapp.forms.messages import sentence_for
from webapp.services import closed_days as services
from webapp.services.closing_effects import ClosingEffect, preview_change
from webapp.services.replanning import replan
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/closed-days")
@open_to(Audience.CALENDAR)
def closed_days() -> ResponseReturnValue:
    day = desk.working_day()
    return render_template(
        "staff/closed_days.html",
        days=services.list_closed_days(desk.session(), day),
        today=day.today,
        last_day=services.last_day(day),
    )


@staff.route("/closed-days/new", methods=["GET", "POST"])
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def new_closed_day() -> ResponseReturnValue:
    form = ClosedDayForm()
    effect = _effect(form, None) if submitted(form) else None
    if effect is not None and _was_seen(form.closed_day(), effect):
        return _done(
            services.close_day(desk.session(), desk.working_day(), form.closed_day()), "day_closed"
        )
    return _show(form, effect, None)


@staff.route("/closed-days/<on>/move", methods=["GET", "POST"])
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def move_closed_day(on: str) -> ResponseReturnValue:
    there, form = _find(on), ClosedDayForm()
    effect = _effect(form, there) if submitted(form) else None
    if effect is not None and _was_seen(form.closed_day(), effect):
        new = form.closed_day()
        return _done(
            services.move_day(desk.session(), desk.working_day(), there.day, new), "day_moved"
        )
    if request.method == "GET":
        form.fill(there)
    return _show(form, effect, there)


@staff.route("/closed-days/<on>/open", methods=["GET", "POST"])
@open_to(Audience.CALENDAR)
@visitor.needs_proof
def open_closed_day(on: str) -> ResponseReturnValue:
    there, form = _find(on), OpenDayForm()
    effect = preview_change(desk.session(), desk.working_day(), None, there.day)
    if submitted(form) and _was_seen(there, effect):
        return _done(services.open_day(desk.session(), desk.working_day(), there.day), "day_opened")
    seen = _mark(there, effect)
    return show("staff/open_closed_day.html", form, there=there, effect=effect, seen=seen)


def _find(on: str) -> RestDay:
    """The closed day of the address that may still be changed; any other leads nowhere."""
    try:
        return services.find_closed_day(desk.session(), desk.working_day(), date.fromisoformat(on))
    except (ValueError, InvalidClosedDay):
        raise NotFound(kind="closed_day", reference=on) from None


def _effect(form: ClosedDayForm, there: RestDay | None) -> ClosingEffect | None:
    """What would follow from the form; none, with the reason beside the day, when it cannot be."""
    new, opened = form.day.data, there.day if there else None
    day = desk.working_day()
    try:
        services.may_be_closed(desk.session(), day, new, opened)
    except InvalidClosedDay as error:
        form.day.errors = [sentence_for(error)]
        return None
    return preview_change(desk.session(), day, new, None if new == opened else opened)


def _show(
    form: ClosedDayForm, effect: ClosingEffect | None, there: RestDay | None
) -> ResponseReturnValue:
    seen = _mark(form.closed_day(), effect) if effect is not None else ""
    return show("staff/change_closed_day.html", form, effect=effect, there=there, seen=seen)


def _mark(what: RestDay, effect: ClosingEffect) -> str:
    """What was looked at: the day as typed, and everything that would move."""
    return hashlib.sha256(repr((what, effect)).encode()).hexdigest()


def _was_seen(what: RestDay, effect: ClosingEffect) -> bool:
    return request.form.get("seen") == _mark(what, effect)


def _done(day: WorkingDay, told: str) -> ResponseReturnValue:
    replan(desk.session(), day)
    flash(told)
    return redirect(url_for("staff.closed_days"))
