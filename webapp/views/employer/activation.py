"""The one step: account number, what will happen, the text, the code, one signature."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.authorisation import full_text, short_text, signed_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.data.loader import load_banks
from webapp.domain.banks import check_bank
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    CodeExpired,
    MandateAlreadyActive,
    TooManyTries,
    WrongCode,
)
from webapp.domain.statuses import MandateStatus
from webapp.forms.activation import ActivationForm
from webapp.forms.messages import sentence_for
from webapp.languages import current_language
from webapp.models import CodePurpose, Language
from webapp.services.codes import ask_for_another_code
from webapp.services.enrolment import default_authorisation, prepare_enrolment, sign_with_code
from webapp.services.mandates import Signature, digest_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.visitor import what_was_typed

# In the cookie: the reference of the code that was sent for the signature.
SIGNING = "signing"


@employer.route("/activate", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def activate() -> ResponseReturnValue:
    known = default_authorisation(desk.session(), desk.who().employer_id)
    if known is not None and known.status is not MandateStatus.SUSPENDED:
        return redirect(url_for("employer.authorisation", reference=known.reference))
    form = ActivationForm(what_was_typed())
    step = "show" if desk.wants_other_language() else request.form.get("step", "show")
    if step == "sign" and form.validate():
        signed = _sign(form)
        if signed is not None:
            return signed
    elif step in {"check", "resend"} and form.account_is_fine():
        _send_code(form, again=step == "resend")
    return _page(form)


def _send_code(form: ActivationForm, *, again: bool) -> None:
    """Send the code of the signature, unless one is on its way; the field says why not."""
    try:
        asked = ask_for_another_code(
            *desk.access(),
            CodePurpose.SIGN_MANDATE,
            desk.who().member_number,
            current_language().code,
            session.get(SIGNING),
            wanted=again,
            person_id=desk.who().person_id,
        )
    except TooManyTries as error:
        form.code.errors = [sentence_for(error)]
        return
    if asked is not None:
        session[SIGNING] = asked.reference
        desk.send_when_answered(asked.message)


def _sign(form: ActivationForm) -> ResponseReturnValue | None:
    """Sign with the code and go to what was signed; None when a field says why not."""
    text = signed_text(form.ceiling.data)
    if request.form.get("text") != digest_of(text):
        form.entitled.errors = [_("The text has changed with the ceiling. Please read it again.")]
        return None
    attempt = (desk.who(), session.get(SIGNING, ""), form.code.data, _signature(form, text))
    try:
        reference = sign_with_code(*desk.access(), *attempt)
    except (WrongCode, CodeExpired, TooManyTries) as error:
        form.code.errors = [sentence_for(error)]
        return None
    except AccountAlreadyCollecting as error:
        form.account.errors = [sentence_for(error)]
        return None
    except MandateAlreadyActive:
        return redirect(url_for("employer.activate"))
    return redirect(url_for("employer.authorisation", reference=reference))


def _signature(form: ActivationForm, text: str) -> Signature:
    return Signature(
        member_number=desk.who().member_number,
        account=form.account.data,
        text=text,
        language=Language(current_language().code),
        ceiling=form.ceiling.data,
        covers_arrears=form.covers_arrears.data,
    )


def _page(form: ActivationForm) -> ResponseReturnValue:
    account = form.account.data
    code_sent = bool(account and session.get(SIGNING))
    if not code_sent:  # the field of the code is not on the page, and its errors lead nowhere
        form.account.errors = [*form.account.errors, *form.code.errors]
        form.code.errors = []
    bank, doubts = check_bank(account, load_banks()) if account else (None, ())
    ceiling = form.ceiling.data or None
    values = {
        "form": form,
        "enrolment": prepare_enrolment(desk.session(), desk.working_day(), desk.who()),
        "account": account,
        "bank": bank and getattr(bank, f"name_{current_language().code}"),
        "doubts": [doubt.value for doubt in doubts],
        "code_sent": code_sent,
        "short_text": short_text(current_language(), ceiling),
        "text_digest": digest_of(signed_text(ceiling)),
        "full_texts": [(one, full_text(one, ceiling)) for one in (ARABIC, FRENCH)],
        "notice_bank_days": desk.working_day().rules.notice_bank_days,
        "code_minutes": desk.ACCESS.code_minutes,
    }
    wrong = any(field.errors for field in form)
    return desk.form_page("employer/activate.html", values, wrong=wrong)
