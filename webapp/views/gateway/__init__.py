"""What the gateway of SMS reports: one address for a program, which shows a password."""

from __future__ import annotations

import hmac
from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import RunAlreadyInProgress
from webapp.outside import failure_in_report
from webapp.services.bounces import record_bounce
from webapp.services.locking import run_lock
from webapp.views import desk

gateway = Blueprint("gateway", __name__, url_prefix="/gateway")

ACTOR = "gateway"
SECONDS_UNTIL_AGAIN = "60"


def gateway_gate() -> ResponseReturnValue | None:
    """Only who shows SMS_REPORT_PASSWORD, by basic authentication; where none is set, no page."""
    config: Config = current_app.config["KHATWA"]
    wanted = config.sms_gateway.report_password if config.sms_gateway else ""
    if not wanted:
        abort(404)
    shown = (request.authorization and request.authorization.password) or ""
    if hmac.compare_digest(shown.encode(), wanted.encode()):
        return None
    return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="khatwa"'})


@gateway.post("/sms-report")
@open_to(Audience.GATEWAY)
def sms_report() -> ResponseReturnValue:
    """Take a delivery report (a form or JSON: reference, status, error), sent as often as it is.

    204 when it was understood, whether it is about a message of ours or not: nothing is to be
    sent again. 503 while a run decides about the debits.
    """
    fields = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    try:
        failed = failure_in_report(fields if isinstance(fields, dict) else {})
    except ValueError as error:
        return Response(f"{error}\n", 400, mimetype="text/plain")
    config: Config = current_app.config["KHATWA"]
    if failed is not None:
        try:
            with run_lock(desk.session(), config.home, wait=False):
                record_bounce(desk.session(), replace(desk.working_day(), actor=ACTOR), *failed)
        except RunAlreadyInProgress:
            return Response(status=503, headers={"Retry-After": SECONDS_UNTIL_AGAIN})
    return Response(status=204)
