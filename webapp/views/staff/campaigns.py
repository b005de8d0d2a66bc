"""Open days of an agency: the list, one with its devices, planning, changing and ending them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidCampaign, NotFound
from webapp.domain.open_days import Standing
from webapp.domain.roles import Right
from webapp.forms.messages import sentence_for
from webapp.forms.open_days import CampaignForm, EndForm
from webapp.services.open_days import campaigns as services
from webapp.services.open_days.campaign_list import (
    CampaignPage,
    Colleague,
    find_campaign,
    list_campaigns,
    people_of,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted

ONE = "/open-days/<reference>"


@staff.get("/open-days")
@open_to(Audience.DESK)
def campaigns() -> ResponseReturnValue:
    me, today = visitor.who(), desk.moment().today
    found = list_campaigns(desk.session(), me.scope, me.staff_id)
    by = {state: [one for one in found if one.standing(today) is state] for state in Standing}
    holds = me.may(Right.HOLD_OPEN_DAYS)
    return render_template(
        "staff/campaigns.html", by=by, holds=holds, plans=holds and me.agency_id is not None
    )


@staff.route("/open-days/new", methods=["GET", "POST"])
@open_to(Audience.SUPERVISION)
def new_campaign() -> ResponseReturnValue:
    agency_id = visitor.who().agency_id
    if agency_id is None:
        raise NotFound(kind="agency", reference="none")
    form, people = CampaignForm(), people_of(desk.session(), agency_id)
    form.staff.offered = [one.id for one in people]
    if submitted(form):
        reference = _made(form, agency_id)
        if reference is not None:
            flash("campaign_made")
            return redirect(url_for("staff.campaign", reference=reference))
    return show("staff/plan_campaign.html", form, people=people, there=None)


@staff.route(f"{ONE}/edit", methods=["GET", "POST"])
@open_to(Audience.SUPERVISION)
def change_campaign(reference: str) -> ResponseReturnValue:
    there, people = _still_open(reference)
    form = CampaignForm()
    form.staff.offered = [one.id for one in people]
    if submitted(form) and _changed(form, reference):
        flash("campaign_changed")
        return redirect(url_for("staff.campaign", reference=reference))
    if not form.is_submitted():
        form.fill(there.plan)
    return show("staff/plan_campaign.html", form, people=people, there=there)


@staff.route(f"{ONE}/end", methods=["GET", "POST"])
@open_to(Audience.SUPERVISION)
def end_campaign(reference: str) -> ResponseReturnValue:
    there, _people = _still_open(reference)
    form = EndForm()
    if submitted(form):
        me = visitor.who()
        services.end_campaign(desk.session(), desk.working_day(), me.scope, reference)
        flash("campaign_ended")
        return redirect(url_for("staff.campaign", reference=reference))
    return show("staff/end_campaign.html", form, there=there)


def campaign_of(reference: str) -> CampaignPage:
    """The open days of an address; those that are not theirs lead nowhere."""
    me = visitor.who()
    return find_campaign(desk.session(), me.scope, me.staff_id, reference)


def _still_open(reference: str) -> tuple[CampaignPage, list[Colleague]]:
    """Open days that are not over, and who may work there; those that are have nothing to change.

    Raises NotFound.
    """
    there = campaign_of(reference)
    if there.row.standing(desk.moment().today) is Standing.PAST:
        raise NotFound(kind="campaign", reference=reference)
    return there, people_of(desk.session(), there.row.agency_id)


def _made(form: CampaignForm, agency_id: int) -> str | None:
    """The reference of the open days, or None, and the fields say why not."""
    me, day = visitor.who(), desk.working_day()
    try:
        return services.make_campaign(desk.session(), day, agency_id, me.staff_id, form.plan())
    except InvalidCampaign as error:
        _mark(form, error)
        return None


def _changed(form: CampaignForm, reference: str) -> bool:
    scope, day = visitor.who().scope, desk.working_day()
    try:
        services.change_campaign(desk.session(), day, scope, reference, form.plan())
    except InvalidCampaign as error:
        _mark(form, error)
        return False
    return True


def _mark(form: CampaignForm, error: InvalidCampaign) -> None:
    form[error.field].errors = [sentence_for(error)]
