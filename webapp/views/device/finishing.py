"""Nothing of an employer stays on a device: by the button, the timer, or a page that closed."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.open_days.cases import reset_device
from webapp.views import desk, visitor
from webapp.views.device.blueprint import at_hand, device

WAYS = frozenset({"button", "idle", "closed"})


@device.post("/finish")
@open_to(Audience.DEVICE)
def finish() -> ResponseReturnValue:
    way = request.form.get("way", "button")
    return nothing_stays(way if way in WAYS else "button")


def nothing_stays(cause: str) -> ResponseReturnValue:
    """End the employer's session and empty the cookie, what the browser keeps, and its pages."""
    reset_device(desk.session(), desk.working_day(), at_hand(), cause)
    visitor.close_session()
    return desk.forgotten(redirect(url_for("device.start")))
