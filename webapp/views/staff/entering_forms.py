"""A prepared form that came back signed: one page, one account number, one scan."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.authorisation import FORM_VERSION
from webapp.config import Config
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    InvalidSigningDay,
    MandateAlreadyActive,
    UnusableScan,
)
from webapp.domain.text import clean_device
from webapp.forms.messages import sentence_for
from webapp.forms.paper_forms import FilledInForm
from webapp.services.open_days.form_entry import FilledIn, FormToEnter, enter_form, find_form
from webapp.views import desk
from webapp.views.account_answer import answer_to_account
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/paper-forms/<reference>", methods=["GET", "POST"], endpoint="enter_form")
@open_to(Audience.DESK)
def page_of_form(reference: str) -> ResponseReturnValue:
    known = find_form(desk.session(), desk.working_day(), visitor.who().scope, reference)
    form = FilledInForm(data={"signed_on": known.signed_on_at_first})
    if known.mandate or (known.other and request.method == "GET"):
        return show("staff/form_entered.html", form, known=known)
    sent = submitted(form)
    if request.form.get("step") == "enter" and sent and _entered(form, known):
        return redirect(url_for("staff.enter_form", reference=reference))
    _ask_for_the_scan(form)
    return show("staff/enter_form.html", form, known=known, **answer_to_account(form.account.data))


def _entered(form: FilledInForm, known: FormToEnter) -> bool:
    """Sign it and keep its scan; False when a field says why not."""
    try:
        enter_form(
            desk.session(), desk.working_day(), desk.vault(), _folder(), visitor.who().scope,
            visitor.who().staff_id, known.reference, _filled_in(form),
        )  # fmt: skip
    except UnusableScan as error:
        form.scan.errors = [sentence_for(error)]
    except InvalidSigningDay as error:
        form.signed_on.errors = [sentence_for(error)]
    except AccountAlreadyCollecting:
        form.account.errors = [
            _("The employer already has an authorisation on this account. Please check it.")
        ]
    except MandateAlreadyActive:
        return True  # The page says which one it is, and that nothing was written.
    else:
        flash("form_entered")
        return True
    return False


def _filled_in(form: FilledInForm) -> FilledIn:
    return FilledIn(
        account=form.account.data,
        ceiling=form.ceiling.data,
        covers_arrears=form.covers_arrears.data,
        signed_on=form.signed_on.data,
        scan=request.files["scan"].read() if "scan" in request.files else b"",
        text_version=FORM_VERSION,
        device=clean_device(desk.device()),
    )


def _ask_for_the_scan(form: FilledInForm) -> None:
    """A browser sends a file once: who must correct something else chooses it again."""
    chosen = "scan" in request.files and request.files["scan"].filename
    if form.scan.errors or request.form.get("step") != "enter":
        return
    again = _("Please choose the scan again: the page cannot keep it.")
    form.scan.errors = [again if chosen else sentence_for(UnusableScan(reason="empty"))]


def _folder() -> Path:
    config: Config = current_app.config["KHATWA"]
    return config.scans
