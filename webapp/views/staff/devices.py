"""The devices of open days: making a code for one, closing one, and all that are open today."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NoLongerPossible
from webapp.domain.open_days import Standing
from webapp.domain.roles import Right
from webapp.domain.rules import DeviceRules
from webapp.forms.open_days import DeviceCodeForm
from webapp.languages import current_language
from webapp.models import DeviceMode
from webapp.open_days_words import MODES
from webapp.services.open_days.campaign_list import CampaignPage
from webapp.services.open_days.device_codes import make_device_code
from webapp.services.open_days.device_list import (
    close_any_device,
    close_device,
    devices_at,
    devices_of_today,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted
from webapp.views.staff.campaigns import ONE, campaign_of

RULES = DeviceRules()


@staff.route(ONE, methods=["GET", "POST"])
@open_to(Audience.DESK)
def campaign(reference: str) -> ResponseReturnValue:
    """Open days with their devices; sent, the form makes the code of another one."""
    there = campaign_of(reference)
    state = there.row.standing(desk.moment().today)
    form = _form(there)
    if state is Standing.NOW and submitted(form):
        return _code_shown(form, there)
    devices = devices_at(desk.session(), desk.working_day(), RULES, there.row.id)
    holds = visitor.who().may(Right.HOLD_OPEN_DAYS)
    values = {"there": there, "state": state, "devices": devices, "holds": holds}
    return show("staff/campaign.html", form, minutes=RULES.code_minutes, **values)


@staff.post(f"{ONE}/devices/<device>/close")
@open_to(Audience.DESK)
def close_device_here(reference: str, device: str) -> ResponseReturnValue:
    me = visitor.who()
    closed = close_device(desk.session(), desk.working_day(), me.scope, me.staff_id, device)
    flash("device_closed" if closed else "device_closed_before")
    return redirect(url_for("staff.campaign", reference=reference))


@staff.get("/devices")
@open_to(Audience.ADMINISTRATION)
def devices() -> ResponseReturnValue:
    found = devices_of_today(desk.session(), desk.working_day(), RULES)
    return render_template("staff/devices.html", devices=found)


@staff.post("/devices/<device>/close")
@open_to(Audience.ADMINISTRATION)
def close_device_anywhere(device: str) -> ResponseReturnValue:
    closed = close_any_device(desk.session(), desk.working_day(), device)
    flash("device_closed" if closed else "device_closed_before")
    return redirect(url_for("staff.devices"))


def _form(there: CampaignPage) -> DeviceCodeForm:
    """The form with the places and the modes to choose from."""
    form, language = DeviceCodeForm(), current_language().code
    form.place.offer([(str(place.id), place.name) for place in there.places], language)
    form.mode.offer([(mode.value, str(called)) for mode, called in MODES.items()], language)
    return form


def _code_shown(form: DeviceCodeForm, there: CampaignPage) -> ResponseReturnValue:
    """The page with the new code: the only time that anybody sees it."""
    try:
        code = _make_code(form, there)
    except NoLongerPossible:
        flash("no_longer_possible")
        return redirect(url_for("staff.campaign", reference=there.row.reference))
    told = {"name": form.name.data, "mode": DeviceMode(form.mode.data), "there": there}
    grouped = f"{code[:4]} {code[4:]}"
    return render_template(
        "staff/device_code.html", code=grouped, minutes=RULES.code_minutes, **told
    )


def _make_code(form: DeviceCodeForm, there: CampaignPage) -> str:
    me, mode = visitor.who(), DeviceMode(form.mode.data)
    return make_device_code(
        desk.session(), desk.working_day(), desk.vault(), RULES, me.scope, there.row.id,
        me.staff_id, mode, form.name.data, int(form.place.data),
    )  # fmt: skip
