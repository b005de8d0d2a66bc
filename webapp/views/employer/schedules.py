"""A payment schedule as the employer reads it, and accepts it with a fresh code."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import MandateNotInForce, ScheduleOvertaken
from webapp.services.enrolment import default_authorisation
from webapp.services.payment_schedules import own_schedule
from webapp.services.schedule_acceptance import accept_schedule
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer


@employer.get("/schedules/<reference>")
@open_to(Audience.EMPLOYER)
def schedule(reference: str) -> ResponseReturnValue:
    return _page(reference)


@employer.route("/schedules/<reference>/accept", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def accept(reference: str) -> ResponseReturnValue:
    own_schedule(desk.session(), desk.working_day(), desk.who().employer_id, reference)
    if request.method == "POST":
        answer = visitor.proof_wanted() or _accept(reference)
        if answer is not None:
            return answer
        return _page(reference, refused=True)
    return _page(reference)


def _accept(reference: str) -> ResponseReturnValue | None:
    """None where it cannot be accepted any more: the page then says why."""
    owner = desk.who().employer_id
    try:
        accept_schedule(
            desk.session(), desk.working_day(), desk.vault(), desk.tell(), owner, reference
        )
    except (ScheduleOvertaken, MandateNotInForce):
        return None
    flash("schedule_accepted")
    return redirect(url_for("employer.schedule", reference=reference))


def _page(reference: str, *, refused: bool = False) -> ResponseReturnValue:
    day, owner = desk.working_day(), desk.who().employer_id
    authorisation = default_authorisation(desk.session(), owner)
    values = {
        "schedule": own_schedule(desk.session(), day, owner, reference),
        "authorisation": authorisation,
        "may_sign": desk.who().may_sign,
        "missed_after_days": day.rules.missed_after_days,
    }
    return desk.form_page("employer/schedule.html", values, wrong=refused)
