"""Who is at the other end: the session token in the browser's cookie, read through Flask-Login."""

from __future__ import annotations

from flask import flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.datastructures import MultiDict

from webapp.extensions import login_manager
from webapp.languages import REMEMBERED, current_language
from webapp.services.kept_forms import keep_form, take_kept_form
from webapp.services.web_sessions import SignedIn, end_session, find_session, mark_seen
from webapp.views import desk

NEXT = "next"
# In the cookie: the token of one of the staff; an employer's is where Flask-Login keeps it.
STAFF, EMPLOYER = "staff", "_user_id"
NOT_KEPT = {"csrf_token", "code", "language"}


class Visitor(UserMixin):
    """An employer's session as Flask-Login knows it: by its token."""

    def __init__(self, token: str, employer: SignedIn | None = None) -> None:
        self.id = token
        self.employer = employer


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_visitor(token: str) -> Visitor | None:
    employer = find_session(desk.session(), desk.read_clock(), desk.ACCESS, token)
    return None if employer is None else Visitor(token, employer)


def open_session(token: str) -> None:
    """Let a browser in with nothing of what it held before, its language apart."""
    leave()
    login_user(Visitor(token))


def close_session() -> None:
    """Let a browser out: what its cookie held opens nothing any more."""
    leave()
    logout_user()
    _empty_cookie()


def leave() -> None:
    """Whoever was signed in in this browser, an employer or one of the staff, is so no more."""
    for token in (session.get(EMPLOYER), session.get(STAFF)):
        if token:
            end_session(desk.session(), desk.moment().now, token)
    _empty_cookie()


def employer_gate() -> ResponseReturnValue | None:
    """Let an employer through; send anybody else to sign in, and back here afterwards."""
    employer = current_user.employer if current_user.is_authenticated else None
    if employer is not None and not employer.expired:
        g.who = employer
        mark_seen(desk.session(), desk.moment().now, employer)
        return None
    session[NEXT] = request.path
    if employer is not None:
        _keep_what_was_typed(employer)
        flash("session_ended")
    return redirect(url_for("sign_in.member_number", language=current_language().code))


def address_to_go_on() -> str | None:
    """Where the visitor wanted to go before signing in: a page of ours, from our own cookie."""
    address: str | None = session.get(NEXT)
    return address


def _keep_what_was_typed(employer: SignedIn) -> None:
    if request.method != "POST":
        return
    typed = {name: values for name, values in request.form.lists() if name not in NOT_KEPT}
    keep_form(
        desk.session(),
        desk.working_day(),
        desk.vault(),
        employer.employer_id,
        _without_language(request.path),
        typed,
    )


def what_was_typed() -> MultiDict[str, str] | None:
    """What a form on this page starts from: what was sent, or what an expired session kept."""
    if request.method == "POST":
        return request.form
    address = _without_language(request.path)
    typed = take_kept_form(*desk.access(), desk.who().employer_id, address)
    if typed is None:
        return None
    return MultiDict([(name, value) for name, values in typed.items() for value in values])


def _without_language(path: str) -> str:
    """A form is kept for its page in either language."""
    return "/".join(path.split("/")[2:])


def _empty_cookie() -> None:
    language = session.get(REMEMBERED)
    session.clear()
    if language:
        session[REMEMBERED] = language
