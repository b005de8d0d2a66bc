"""The agent's turn: who stands there, how they are reached, the account; then the tablet turns."""

from __future__ import annotations

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.data.loader import load_banks
from webapp.domain.banks import check_bank
from webapp.domain.errors import NoLongerPossible, TooManyTries
from webapp.forms.device import CaseForm, FailureForm
from webapp.forms.staff_desk import SearchForm
from webapp.languages import current_language
from webapp.models import CodePurpose, Language
from webapp.services.codes import ask_for_code
from webapp.services.enrolment import default_authorisation
from webapp.services.mandate_drafts import save_draft
from webapp.services.open_days.cases import (
    CaseFile,
    begin_case,
    fail_case,
    note_identity,
    read_case,
    turn_case,
)
from webapp.services.open_days.device_list import OpenDevice as DeviceOfToday
from webapp.services.open_days.device_list import devices_at
from webapp.services.staff.contacts import change_contact
from webapp.services.staff.employers import find_employers
from webapp.views import desk, device_cookie, visitor
from webapp.views.device.blueprint import at_hand, case_at_hand, device, show
from webapp.views.employer.signing import SIGNING
from webapp.views.ids import ID, asked_id
from webapp.views.staff.telling import tell_old_contact


@device.route("/find", methods=["GET", "POST"])
@open_to(Audience.TABLET)
def find() -> ResponseReturnValue:
    """Who is found alone is begun with at once: nobody touches what there is no choice of."""
    if at_hand().case is not None:
        return redirect(url_for("device.case"))
    form = SearchForm()
    if request.method == "GET" or desk.wants_other_language() or not form.validate():
        return show("device/find.html", form, wanted="", found=[], more=False, calls=_calls())
    wanted, scope = form.wanted.data, at_hand().scope
    found, more = find_employers(desk.session(), scope, wanted, asked_id("after"))
    if len(found) == 1:
        return _begin(found[0].id)
    return show("device/find.html", form, wanted=wanted, found=found, more=more, calls=_calls())


def _calls() -> list[DeviceOfToday]:
    """The devices of these open days at which somebody asks for an agent."""
    open_today = devices_at(
        desk.session(), desk.working_day(), device_cookie.RULES, at_hand().campaign_id
    )
    return [one for one in open_today if one.called_at is not None]


@device.post(f"/find/<{ID}:employer_id>")
@open_to(Audience.TABLET)
def begin(employer_id: int) -> ResponseReturnValue:
    return _begin(employer_id)


def _begin(employer_id: int) -> ResponseReturnValue:
    found = at_hand()
    begin_case(desk.session(), desk.working_day(), found, found.scope, employer_id)
    return redirect(url_for("device.case"))


@device.route("/case", methods=["GET", "POST"])
@open_to(Audience.TABLET)
def case() -> ResponseReturnValue:
    if at_hand().case is None:
        return redirect(url_for("device.find"))
    file = read_case(desk.session(), case_at_hand())
    form = CaseForm(request.form if request.method == "POST" else _known(file))
    step = "" if desk.wants_other_language() else request.form.get("step", "")
    if step == "turn" and form.validate():
        return _turn(file, form)
    if step == "hand_over" and form.knows_who():
        return _to_the_phone(file, form)
    return _page(file, form)


def _known(file: CaseFile) -> MultiDict[str, str]:
    """What the fund knows already, in the fields."""
    paper = file.identity_paper.value if file.identity_paper else ""
    return MultiDict(
        {"speaks": file.language.value, "phone": file.phone, "email": file.email, "paper": paper}
    )


def _turn(file: CaseFile, form: CaseForm) -> ResponseReturnValue:
    """Keep what was typed, and give the tablet to the employer, in their language."""
    database, day, open_case = desk.session(), desk.working_day(), case_at_hand()
    _keep_contact(file, form)
    save_draft(database, day, desk.vault(), file.employer_id, form.account.data, form.ceiling.data)
    speaks = Language(form.speaks.data.value)
    token = turn_case(database, day, open_case, form.paper.data, speaks, desk.device())
    visitor.open_session(token)
    _send_code(file, speaks)
    page = "employer.activate"
    known = default_authorisation(database, file.employer_id)
    if known is not None and not known.suspended_by_bank:
        page = "employer.change_default_account"
    if not (form.phone.data or form.email.data):
        page = "device.draw"
    return redirect(url_for(page, language=speaks.value))


def _to_the_phone(file: CaseFile, form: CaseForm) -> ResponseReturnValue:
    """Keep what was typed so far; the employer goes on on their own phone."""
    database, day = desk.session(), desk.working_day()
    if form.phone.data or form.email.data:
        _keep_contact(file, form)
    if form.account.validate(form):
        ceiling = form.ceiling.data if form.ceiling.validate(form) else None
        save_draft(database, day, desk.vault(), file.employer_id, form.account.data, ceiling)
    note_identity(database, day, case_at_hand(), form.paper.data)
    return redirect(url_for("device.hand_over"), code=307)


def _keep_contact(file: CaseFile, form: CaseForm) -> None:
    change_contact(
        desk.session(), desk.working_day(), at_hand().scope, file.employer_id, form.phone.data,
        form.email.data, tell_old_contact,
    )  # fmt: skip


def _send_code(file: CaseFile, speaks: Language) -> None:
    """The code is on its way while the tablet is turned; where it may not be, a button sends it."""
    try:
        asked = ask_for_code(
            *desk.access(), CodePurpose.SIGN_MANDATE, file.member_number, speaks.value
        )
    except TooManyTries:
        return
    if asked.message is not None:
        session[SIGNING] = asked.reference
        desk.send_when_answered(asked.message)


def _page(file: CaseFile, form: CaseForm) -> ResponseReturnValue:
    account = form.account.data
    bank, doubts = check_bank(account, load_banks()) if account else (None, ())
    return show(
        "device/case.html",
        form,
        file=file,
        failure=FailureForm(),
        known=default_authorisation(desk.session(), file.employer_id),
        account=account,
        bank=bank and getattr(bank, f"name_{current_language().code}"),
        doubts=[doubt.value for doubt in doubts],
    )


@device.route("/case/fail", methods=["GET", "POST"])
@open_to(Audience.TABLET)
def fail() -> ResponseReturnValue:
    form = FailureForm()
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        fail_case(desk.session(), desk.working_day(), case_at_hand(), form.cause.data)
        flash("case_failed")
        return redirect(url_for("device.find"))
    if at_hand().case is None:
        raise NoLongerPossible(reference=at_hand().reference)
    return show("device/fail.html", form)
