"""Who of the staff is at the other end, what stands before their pages, and a fresh proof."""

from __future__ import annotations

from collections.abc import Collection
from functools import wraps

from flask import abort, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.audiences import Audience, Gate, View
from webapp.domain.errors import TooManyTries, WrongCredentials
from webapp.domain.roles import (
    ADMINISTRATION,
    AUDIT,
    CALENDAR,
    DESK,
    MONEY,
    OFFICE,
    SUPERVISION,
    Role,
)
from webapp.domain.rules import StaffRules
from webapp.forms.messages import sentence_for
from webapp.forms.staff import WRONG_CODE, ProofForm
from webapp.outside import Vault
from webapp.services.staff.second_factor import prove_again
from webapp.services.staff.sessions import StaffSignedIn, find_staff_session
from webapp.services.web_sessions import mark_seen
from webapp.services.working_day import WorkingDay
from webapp.views import desk, visitor
from webapp.views.staff.blueprint import show

RULES = StaffRules()
# In the cookie: where to go on after signing in.
NEXT = "staff_next"
NOT_CARRIED = {"csrf_token", "proof_code", "proof_for", "language"}
THE_PAGE = "page"


def staff_gates() -> dict[Audience, Gate]:
    """What stands before the pages of each audience of the staff."""
    return {
        Audience.STAFF: _gate(frozenset(Role)),
        Audience.DESK: _gate(DESK),
        Audience.SUPERVISION: _gate(SUPERVISION),
        Audience.OFFICE: _gate(OFFICE),
        Audience.MONEY: _gate(MONEY),
        Audience.AUDIT: _gate(AUDIT),
        Audience.ADMINISTRATION: _gate(ADMINISTRATION),
        Audience.CALENDAR: _gate(CALENDAR),
    }


def who() -> StaffSignedIn:
    """The one of the staff who is signed in; only pages behind a gate of theirs ask."""
    found: StaffSignedIn = g.staff
    return found


def present() -> StaffSignedIn | None:
    """Whose session the browser holds, the second factor given or to come; None when it is over."""
    token = session.get(visitor.STAFF)
    if not token:
        return None
    found = find_staff_session(desk.session(), desk.moment().now, RULES, token)
    return None if found is None or found.expired else found


def leave() -> None:
    """Whoever was signed in in this browser is so no more."""
    visitor.leave()


def open_session(token: str) -> None:
    """Let a browser in with nothing of what it held before but its language and its way."""
    address = session.get(NEXT)
    visitor.leave()
    session[visitor.STAFF] = token
    if address:
        session[NEXT] = address


def landing() -> str:
    """Where somebody wanted to go before signing in, else home."""
    address: str = session.pop(NEXT, None) or url_for("staff.home")
    return address


def device() -> str:
    """What the browser says of itself."""
    return request.user_agent.string


def needs_proof(view: View) -> View:
    """An act of weight: the second factor once more, unless it was given in the last minutes.

    What was typed into a form is carried along, so that nobody types it twice.
    """

    @wraps(view)
    def guarded(**values: object) -> ResponseReturnValue:
        form = ProofForm()
        if not who().proved_lately(desk.moment().now, RULES) and not _proved(form):
            return show("staff/proof.html", form, carried=_carried())
        if request.form.get("proof_for") == THE_PAGE:
            return redirect(request.full_path.rstrip("?"))
        answer: ResponseReturnValue = view(**values)
        return answer

    return guarded  # type: ignore[return-value]


def _proved(form: ProofForm) -> bool:
    asked = "proof_code" in request.form and not desk.wants_other_language()
    if not asked or not form.validate():
        return False
    try:
        prove_again(*tools(), who(), form.proof_code.data)
    except WrongCredentials:
        form.proof_code.errors = [WRONG_CODE]
    except TooManyTries as error:
        form.proof_code.errors = [sentence_for(error)]
    return not form.proof_code.errors


def _carried() -> list[tuple[str, str]]:
    """The hidden fields with which the page of the code sends a form on."""
    if request.method != "POST" or request.form.get("proof_for") == THE_PAGE:
        return [("proof_for", THE_PAGE)]
    return [
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_CARRIED
    ]


def _gate(roles: Collection[Role]) -> Gate:
    """Let these roles through; others of the staff are told that it is not theirs (403)."""

    def gate() -> ResponseReturnValue | None:
        found = present()
        if found is None or found.waiting:
            return _to_sign_in(found)
        g.staff = found
        mark_seen(desk.session(), desk.moment().now, found)
        if found.role not in roles:
            abort(403)
        return None

    return gate


def _to_sign_in(waiting: StaffSignedIn | None) -> ResponseReturnValue:
    # An act cannot be gone on with from its address alone.
    if request.method == "GET":
        session[NEXT] = request.path
    if waiting is not None:
        return redirect(url_for("staff.factor"))
    if session.pop(visitor.STAFF, None):
        flash("staff_session_ended")
    return redirect(url_for("staff.sign_in"))


def tools() -> tuple[Session, WorkingDay, Vault, StaffRules]:
    """What everything about passwords and second factors starts from."""
    return desk.session(), desk.working_day(), desk.vault(), RULES
