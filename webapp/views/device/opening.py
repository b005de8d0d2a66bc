"""Opening a device with the code that one of the staff has made, and ending its shift."""

from __future__ import annotations

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import CodeExpired, TooManyTries, WrongCredentials
from webapp.forms.device import OpeningForm
from webapp.forms.messages import sentence_for
from webapp.services.open_days.device_closing import close_device
from webapp.services.open_days.devices import open_device
from webapp.views import desk, device_cookie, visitor
from webapp.views.device.blueprint import at_hand, device, show


@device.route("", methods=["GET", "POST"])
@open_to(Audience.PUBLIC)
def opening() -> ResponseReturnValue:
    if device_cookie.present() is not None:
        return redirect(url_for("device.start"))
    form = OpeningForm()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        opened = _opened(form)
        if opened is not None:
            return opened
    return show("device/opening.html", form)


def _opened(form: OpeningForm) -> ResponseReturnValue | None:
    """The device's start; None when the field says why it was not opened."""
    try:
        token = open_device(
            desk.session(), desk.working_day(), desk.vault(), device_cookie.RULES,
            form.opening_code.data, form.pin.data, desk.device(),
        )  # fmt: skip
    except (WrongCredentials, CodeExpired, TooManyTries) as error:
        form.opening_code.errors = [sentence_for(error)]
        return None
    # Whoever was signed in in this browser is so no more: a device is nobody's.
    visitor.close_session()
    return device_cookie.hand_out(make_response(redirect(url_for("device.start"))), token)


@device.post("/close")
@open_to(Audience.TABLET)
def close() -> ResponseReturnValue:
    close_device(desk.session(), desk.working_day(), at_hand().id)
    answer = make_response(desk.forgotten(redirect(url_for("device.opening"))))
    return device_cookie.take_back(answer)
