"""Where a device begins, by what it was opened for; its agent's PIN; a call for an agent."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.catalogs import ARABIC, FRENCH, Language, catalog
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import TooManyTries, WrongCredentials
from webapp.forms.device import PinForm
from webapp.forms.messages import sentence_for
from webapp.models import DeviceMode
from webapp.services.open_days.devices import answer_call, call_agent, unlock_device
from webapp.views import desk, device_cookie
from webapp.views.device.blueprint import at_hand, device, show
from webapp.views.device.finishing import nothing_stays


@device.get("/start")
@open_to(Audience.DEVICE)
def start() -> ResponseReturnValue:
    """The page that the device opens with, also after a crash: whoever was at it is gone."""
    found = at_hand()
    if found.case is not None and found.case.status is CaseStatus.DRAWN:
        return redirect(url_for("device.confirm"))
    if found.case is not None and found.case.status is CaseStatus.TURNED:
        return nothing_stays("started_anew")
    if found.mode is DeviceMode.BOARD:
        return redirect(url_for("device.board"))
    if found.mode is DeviceMode.SELF_SERVICE:
        return render_template(
            "device/start.html", texts=[_waiting(one) for one in (ARABIC, FRENCH)]
        )
    return redirect(url_for("device.unlock" if found.locked else "device.find"))


def _waiting(language: Language) -> dict[str, object]:
    """What stands on a kiosk that waits, in one of its two languages."""
    gettext = catalog(language).gettext
    return {
        "language": language,
        "heading": gettext("Activate the automatic debit of your contributions"),
        "call": gettext("Ask for an agent"),
        "steps": [
            gettext("Member number and phone"),
            gettext("Number of the bank or postal account"),
            gettext("Confirmation code and signature"),
        ],
    }


@device.route("/unlock", methods=["GET", "POST"])
@open_to(Audience.DEVICE)
def unlock() -> ResponseReturnValue:
    found, form = at_hand(), PinForm()
    if found.mode is not DeviceMode.ASSISTED or not found.locked:
        return redirect(url_for("device.start"))
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        try:
            unlock_device(
                desk.session(), desk.working_day(), desk.vault(), device_cookie.RULES, found,
                form.pin.data,
            )  # fmt: skip
            return redirect(url_for("device.find"))
        except (WrongCredentials, TooManyTries) as error:
            form.pin.errors = [sentence_for(error)]
    return show("device/unlock.html", form)


@device.post("/call")
@open_to(Audience.DEVICE)
def call() -> ResponseReturnValue:
    call_agent(desk.session(), desk.working_day(), at_hand().id)
    flash("agent_called")
    return redirect(request.form.get("back", "") if _is_ours() else url_for("device.start"))


@device.post("/answer/<reference>")
@open_to(Audience.TABLET)
def answer(reference: str) -> ResponseReturnValue:
    answer_call(desk.session(), desk.working_day(), at_hand().campaign_id, reference)
    return redirect(url_for("device.start"))


def _is_ours() -> bool:
    """Whether the page to come back to is one of ours."""
    back = request.form.get("back", "")
    return back.startswith("/") and not back.startswith(("//", "/\\"))
