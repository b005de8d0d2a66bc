"""Which device of the fund this browser is: its own cookie, apart from anybody's session."""

from __future__ import annotations

from flask import Response, current_app, g, request

from webapp.domain.rules import DeviceRules
from webapp.services.open_days.devices import OpenDevice, find_device
from webapp.views import desk

RULES = DeviceRules()
# Seconds after which nobody is there, whatever the page's own timer did: marks come once a minute.
LONGEST_ABSENCE = RULES.idle_seconds + RULES.warning_seconds + 60


def present() -> OpenDevice | None:
    """The device that this browser is, open for the day; None for any other browser."""
    if "device" not in g:
        token = request.cookies.get(_name())
        found = find_device(desk.session(), desk.moment().now, RULES, token) if token else None
        g.device = None if found is None or found.expired else found
    device: OpenDevice | None = g.device
    return device


def is_shown() -> bool:
    """Whether this browser was a device, or still is one."""
    return _name() in request.cookies


def hand_out(response: Response, token: str) -> Response:
    """Let this browser be the device, until the end of its shift."""
    response.set_cookie(
        _name(),
        token,
        max_age=RULES.shift_hours * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def take_back(response: Response) -> Response:
    """This browser is no device any more."""
    response.delete_cookie(_name(), path="/", secure=current_app.config["SESSION_COOKIE_SECURE"])
    return response


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"
