"""Suspending, resuming and revoking for an employer who asked for it, with what follows first."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.asked_ways import AskedWay
from webapp.domain.errors import InvalidNote, InvalidPause, ShownChanged
from webapp.forms.acting import AskedForm, PauseForForm
from webapp.forms.messages import sentence_for
from webapp.services.open_debits import Shown, digest_of
from webapp.services.pauses import pausable_mandate, preview_pause
from webapp.services.revocations import preview_revocation
from webapp.services.staff.acting import (
    ActedFor,
    OnBehalf,
    owner_of_mandate,
    pause_for,
    resume_for,
    revoke_for,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/mandates/<reference>/suspend", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def suspend_for_employer(reference: str) -> ResponseReturnValue:
    owner, form = _owner(reference), PauseForForm()
    mandate = pausable_mandate(desk.session(), owner.id, reference)
    if mandate.pause is not None:
        return redirect(url_for("staff.employer", employer_id=owner.id))
    shown = None
    if submitted(form) and _days_are_fine(form):
        shown = preview_pause(desk.session(), owner.id, reference, form.pause)
        if request.form.get("step") == "confirm" and _suspend(form, reference):
            return _done(owner, "paused_for")
    return _page("suspend", owner, reference, form, shown)


@staff.route("/mandates/<reference>/resume", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def resume_for_employer(reference: str) -> ResponseReturnValue:
    owner, form = _owner(reference), AskedForm()
    if pausable_mandate(desk.session(), owner.id, reference).pause is None:
        return redirect(url_for("staff.employer", employer_id=owner.id))
    if submitted(form) and _resume(form, reference):
        return _done(owner, "resumed_for")
    return _page("resume", owner, reference, form, None)


@staff.route("/mandates/<reference>/revoke", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def revoke_for_employer(reference: str) -> ResponseReturnValue:
    owner, form = _owner(reference), AskedForm()
    if submitted(form) and _revoke(form, reference):
        return _done(owner, "revoked_for")
    shown = preview_revocation(desk.session(), owner.id, reference)
    return _page("revoke", owner, reference, form, shown)


def _owner(reference: str) -> ActedFor:
    return owner_of_mandate(desk.session(), visitor.who().scope, reference)


def _by(form: AskedForm) -> OnBehalf:
    who = visitor.who()
    return OnBehalf(who.staff_id, who.scope, AskedWay(form.way.data), form.reason.data)


def _days_are_fine(form: PauseForForm) -> bool:
    try:
        form.pause.check(desk.moment().today, desk.working_day().rules)
    except InvalidPause as error:
        form[error.field or "from_on"].errors = [sentence_for(error)]
        return False
    return True


def _suspend(form: PauseForForm, reference: str) -> bool:
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell(), _by(form)
    try:
        pause_for(*tools, reference, form.pause, request.form.get("seen", ""))
    except (ShownChanged, InvalidNote) as error:
        return _refused(form, error)
    return True


def _resume(form: AskedForm, reference: str) -> bool:
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell(), _by(form)
    try:
        resume_for(*tools, reference)
    except InvalidNote as error:
        return _refused(form, error)
    return True


def _revoke(form: AskedForm, reference: str) -> bool:
    tools = desk.session(), desk.working_day(), desk.vault(), desk.tell(), _by(form)
    try:
        revoke_for(*tools, reference, request.form.get("seen", ""))
    except (ShownChanged, InvalidNote) as error:
        return _refused(form, error)
    return True


def _refused(form: AskedForm, error: ShownChanged | InvalidNote) -> bool:
    """Say it beside the field; nothing was done."""
    form.reason.errors = [sentence_for(error)]
    return False


def _done(owner: ActedFor, key: str) -> ResponseReturnValue:
    flash(key)
    return redirect(url_for("staff.employer", employer_id=owner.id))


def _page(
    act: str, owner: ActedFor, reference: str, form: AskedForm, shown: Shown | None
) -> ResponseReturnValue:
    return show(
        f"staff/{act}_for.html",
        form,
        owner=owner,
        reference=reference,
        shown=shown,
        digest=digest_of(shown.debits) if shown else "",
        today=desk.moment().today,
    )
