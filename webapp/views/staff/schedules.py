"""Payment schedules at the agency: proposed by its supervisor, looked at, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.domain.errors import IllegalMove, InvalidSchedule, ScheduleStands, ShownChanged
from webapp.domain.instalments import draft_parts
from webapp.domain.money import Centimes
from webapp.domain.roles import Right
from webapp.forms.messages import sentence_for
from webapp.forms.schedules import ScheduleForm
from webapp.services.payment_schedules import schedule_in_scope, takeable_dues
from webapp.services.schedule_proposals import Proposal, propose_schedule, withdraw_schedule
from webapp.services.scheduled_dues import PrincipalDue
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff

Dues = Sequence[PrincipalDue]


@staff.route(f"/employers/<{ID}:employer_id>/schedules/new", methods=["GET", "POST"])
@open_to(Audience.SUPERVISION)
def new_schedule(employer_id: int) -> ResponseReturnValue:
    day, form = desk.working_day(), ScheduleForm(desk.working_day().rules)
    found = takeable_dues(desk.session(), day, visitor.who().scope, employer_id)
    chosen: Dues = found
    if request.method == "POST":
        form.read_parts(request.form)
        chosen = [due for due in found if str(due.id) in (form.dues.data or ())]
        step = "" if desk.wants_other_language() else request.form.get("step", "divide")
        if step == "divide":
            _divide(form, chosen)
        elif step == "propose" and (reference := _propose(form, employer_id, chosen)):
            flash("schedule_proposed")
            return redirect(url_for("staff.schedule", reference=reference))
    return _page(form, employer_id, found, chosen)


@staff.get("/schedules/<reference>")
@open_to(Audience.DESK)
def schedule(reference: str) -> ResponseReturnValue:
    who = visitor.who()
    found = schedule_in_scope(desk.session(), desk.working_day(), who.scope, reference)
    may_agree = Right.AGREE_SCHEDULES in who.rights
    return render_template("staff/schedule.html", schedule=found, may_agree=may_agree)


@staff.post("/schedules/<reference>/withdraw")
@open_to(Audience.SUPERVISION)
def withdraw(reference: str) -> ResponseReturnValue:
    scope = visitor.who().scope
    try:
        withdraw_schedule(desk.session(), desk.working_day(), scope, reference)
    except IllegalMove:  # The employer has accepted it a moment ago.
        flash("schedule_accepted_already")
        return redirect(url_for("staff.schedule", reference=reference))
    flash("schedule_withdrawn")
    return redirect(url_for("staff.schedule", reference=reference))


def _divide(form: ScheduleForm, chosen: Dues) -> None:
    """Suggest instalments in the place of those on the page."""
    form.parts = []
    if not all([form.validate(), _some_are_chosen(form, chosen)]):
        return
    day, principal = desk.working_day(), _sum(chosen)
    try:
        form.suggest(
            draft_parts(principal, form.number.data, form.first_on.data, day.calendar, day.rules)
        )
    except InvalidSchedule as error:
        form.refuse(error)
    except (ValueError, OverflowError):  # A day at the end of the calendar.
        form.first_on.errors = [sentence_for(InvalidSchedule(reason="too_far", number=0))]


def _propose(form: ScheduleForm, employer_id: int, chosen: Dues) -> str | None:
    if not all([form.validate(), form.parts_are_fine(), _some_are_chosen(form, chosen)]):
        return None
    proposal = Proposal(
        employer_id, tuple(due.id for due in chosen), tuple(one.part for one in form.parts)
    )
    try:
        return propose_schedule(
            desk.session(), desk.working_day(), desk.vault(), desk.tell(), visitor.who().scope,
            proposal,
        )  # fmt: skip
    except InvalidSchedule as error:
        form.refuse(error)
    except (ScheduleStands, ShownChanged) as error:
        form.dues.errors = [sentence_for(error)]
    return None


def _some_are_chosen(form: ScheduleForm, chosen: Dues) -> bool:
    """What was ticked, and all of it as it was shown."""
    if not chosen:
        form.dues.errors = [_("Please choose what is divided.")]
    elif len(chosen) != len(set(form.dues.data or ())):
        form.dues.errors = [sentence_for(ShownChanged())]
    return not form.dues.errors


def _page(form: ScheduleForm, employer_id: int, found: Dues, chosen: Dues) -> ResponseReturnValue:
    day = desk.working_day()
    values = {
        "form": form,
        "employer_id": employer_id,
        "found": found,
        "chosen": {due.id for due in chosen},
        "principal": _sum(chosen),
        "rules": day.rules,
        "first_possible_on": day.feasible_on,
    }
    wrong = any(field.errors for one in form.wrong_forms for field in one)
    return desk.form_page("staff/new_schedule.html", values, wrong=wrong)


def _sum(dues: Dues) -> Centimes:
    return Centimes(sum(due.amount for due in dues))
