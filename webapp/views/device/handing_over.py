"""The code on a device that lets the employer's own phone go on, and the phone's page for it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from webapp.audiences import Audience, open_to
from webapp.domain.errors import CodeExpired
from webapp.services.enrolment import default_authorisation
from webapp.services.open_days.hand_overs import code_for_phones, offer, read_offer, take_over
from webapp.services.web_sessions import find_session
from webapp.views import desk, device_cookie, visitor
from webapp.views.device.blueprint import at_hand, case_at_hand, device
from webapp.views.public.checks import address_from_outside

# In the cookie of the device: the token that its screen shows as a code.
OFFERED = "offered"
# How often the page looks whether a phone has read it.
SECONDS_BETWEEN_LOOKS = "3"


@device.route("/hand-over", methods=["GET", "POST"])
@open_to(Audience.DEVICE)
def hand_over() -> ResponseReturnValue:
    """Shows the code until a phone has read it: then the device is free."""
    if at_hand().case is None:
        session.pop(OFFERED, None)
        return desk.forgotten(redirect(url_for("device.start")))
    if request.method == "POST":
        session[OFFERED] = offer(
            desk.session(), desk.working_day(), device_cookie.RULES, case_at_hand()
        )
        return redirect(url_for("device.hand_over"))
    if OFFERED not in session:
        return redirect(url_for("device.start"))
    address = url_for("device.taking_over", token=session[OFFERED])
    link = f"{address_from_outside()}{address}"
    code = code_for_phones(link, _("Code for your phone"))
    answer = make_response(render_template("device/hand_over.html", qr=Markup(code)))  # noqa: S704  (made by us)
    answer.headers["Refresh"] = SECONDS_BETWEEN_LOOKS
    return answer


@device.route("/take-over/<token>", methods=["GET", "POST"], endpoint="taking_over")
@open_to(Audience.PUBLIC)
def taking_over(token: str) -> ResponseReturnValue:
    """On the phone. Reading the page does nothing: programs that look at links use nothing up."""
    try:
        if request.method == "POST":
            return _taken_over(token)
        found = read_offer(desk.session(), desk.working_day(), token)
    except CodeExpired:
        return render_template("device/offer_over.html"), 410
    return render_template("device/take_over.html", offered=found)


def _taken_over(token: str) -> ResponseReturnValue:
    own = take_over(
        desk.session(), desk.working_day(), desk.vault(), device_cookie.RULES, token, desk.device()
    )
    visitor.open_session(own)
    who = find_session(desk.session(), desk.moment().now, desk.ACCESS, own)
    known = default_authorisation(desk.session(), who.employer_id) if who else None
    changes = known is not None and not known.suspended_by_bank
    return redirect(url_for("employer.change_default_account" if changes else "employer.activate"))
