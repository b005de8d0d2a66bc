"""The one step without a phone: the employer draws, then the agent confirms with their PIN."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    MandateAlreadyActive,
    TooManyTries,
    WrongCredentials,
)
from webapp.forms.device import ConfirmationForm, DrawnForm
from webapp.forms.messages import sentence_for
from webapp.services.enrolment import prepare_enrolment
from webapp.services.open_days.devices import unlock_device
from webapp.services.open_days.drawing import confirm_drawn, draw, read_drawn
from webapp.views import desk, device_cookie, visitor
from webapp.views.device.blueprint import at_hand, case_at_hand, device, show
from webapp.views.device.finishing import nothing_stays
from webapp.views.device.printing import PRINTING
from webapp.views.employer.activation import as_begun, begun_before
from webapp.views.employer.signing import (
    account_values,
    signature_of,
    step_of_form,
    text_values,
    text_was_shown,
)


@device.route("/draw", methods=["GET", "POST"], endpoint="draw")
@open_to(Audience.AT_DEVICE)
def sign_by_drawing() -> ResponseReturnValue:
    form = DrawnForm(request.form if request.method == "POST" else as_begun(begun_before()))
    signs = step_of_form() == "sign" and form.validate()
    if signs and text_was_shown(form, form.ceiling.data):
        what = signature_of(
            form, form.account.data, form.ceiling.data, covers_arrears=form.covers_arrears.data
        )
        drawn = form.drawing.data or ""
        draw(
            desk.session(), desk.working_day(), desk.vault(), at_hand(), case_at_hand(), what, drawn
        )
        visitor.close_session()
        return desk.forgotten(redirect(url_for("device.confirm")))
    enrolment = prepare_enrolment(desk.session(), desk.working_day(), desk.who())
    values = {
        **account_values(form),
        **text_values(form.ceiling.data or None),
        "enrolment": enrolment,
    }
    return desk.form_page("device/draw.html", values, wrong=any(field.errors for field in form))


@device.route("/confirm", methods=["GET", "POST"])
@open_to(Audience.DEVICE)
def confirm() -> ResponseReturnValue:
    """Also a person without a PIN is shown this page: it names nobody."""
    case, form = case_at_hand(), ConfirmationForm()
    drawn = read_drawn(desk.session(), desk.vault(), case)
    if request.form.get("step") == "discard":
        form.saw.validators = ()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        try:
            confirmed = _confirmed(form)
        except (MandateAlreadyActive, AccountAlreadyCollecting) as error:
            form.saw.errors = [sentence_for(error)]
        else:
            if confirmed is not None:
                return confirmed
    return show("device/confirm.html", form, drawn=drawn)


def _confirmed(form: ConfirmationForm) -> ResponseReturnValue | None:
    """To the paper that is printed now; None when the field says why not."""
    try:
        unlock_device(
            desk.session(), desk.working_day(), desk.vault(), device_cookie.RULES, at_hand(),
            form.pin.data,
        )  # fmt: skip
    except (WrongCredentials, TooManyTries) as error:
        form.pin.errors = [sentence_for(error)]
        return None
    if request.form.get("step") == "discard":
        return nothing_stays("discarded")
    reference = confirm_drawn(
        desk.session(), desk.working_day(), desk.vault(), at_hand(), case_at_hand()
    )
    session[PRINTING] = reference
    return redirect(url_for("device.printed"))
