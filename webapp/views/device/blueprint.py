"""The blueprint of the devices, what stands before their pages, and what each shows."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import NoLongerPossible
from webapp.languages import PREFIX, prefix_with_language
from webapp.models import DeviceMode
from webapp.services.open_days.devices import OpenCase, OpenDevice, mark_device_seen
from webapp.views import desk, device_cookie
from webapp.views.visitor import close_session, signatory_gate

device = Blueprint("device", __name__, url_prefix=f"{PREFIX}/device")
prefix_with_language(device)


@device.app_context_processor
def _device_at_hand() -> dict[str, object]:
    """The device in the head of each page that is shown on one; nothing is asked for it here."""
    found = g.get("device")
    if found is None:
        return {}
    return {"device": found, "device_rules": device_cookie.RULES}


def device_gate() -> ResponseReturnValue | None:
    """Let a device of the fund through that is open for the day."""
    found = device_cookie.present()
    if found is None:
        return _no_device()
    mark_device_seen(desk.session(), desk.moment().now, found)
    return None


def _no_device() -> ResponseReturnValue:
    """A browser that is none; one that was a device until now keeps nothing of anybody."""
    answer = redirect(url_for("device.opening"))
    if not device_cookie.is_shown():
        return answer
    close_session()
    return device_cookie.take_back(make_response(desk.forgotten(answer)))


def tablet_gate() -> ResponseReturnValue | None:
    """Let a tablet through that its agent holds: unlocked, and no employer has it."""
    answer = device_gate()
    if answer is not None:
        return answer
    found = at_hand()
    with_agent = found.case is None or found.case.status is CaseStatus.BEGUN
    if found.mode is not DeviceMode.ASSISTED or found.locked or not with_agent:
        return redirect(url_for("device.start"))
    g.tablet = found
    return None


def at_device_gate() -> ResponseReturnValue | None:
    """Let an employer through who stands at a device, in whose hands it is."""
    answer = signatory_gate()
    if answer is None and not g.get("at_device"):
        return redirect(url_for("employer.activate"))
    return answer


def at_hand() -> OpenDevice:
    """The device of this request; only pages behind a gate of devices ask."""
    found: OpenDevice = g.device
    return found


def case_at_hand() -> OpenCase:
    """The case that is open on it. Raises NoLongerPossible where there is none."""
    case = at_hand().case
    if case is None:
        raise NoLongerPossible(reference=at_hand().reference)
    return case


def show(template: str, form: FlaskForm, **values: object) -> ResponseReturnValue:
    """The page of a form; one that could not be taken answers with 422."""
    wrong = bool(form.errors) or any(field.errors for field in form)
    return desk.form_page(template, {"form": form, **values}, wrong=wrong)
