"""Who is at the other end: the session token in the browser's cookie, read through Flask-Login."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.datastructures import MultiDict

from webapp.domain.errors import MayNotSign, OwnAffair
from webapp.extensions import login_manager
from webapp.languages import REMEMBERED, current_language
from webapp.services.kept_forms import keep_form, take_kept_form
from webapp.services.open_days.cases import is_on_a_device
from webapp.services.persons import PersonIn, find_person
from webapp.services.web_sessions import SignedIn, end_session, find_session, mark_seen
from webapp.views import desk, device_cookie

NEXT = "next"
# In the cookie: for which page a fresh code is asked.
PROVING_FOR = "proving_for"
# In the cookie: the token of one of the staff; an employer's is where Flask-Login keeps it.
STAFF, EMPLOYER = "staff", "_user_id"
# The pages of who is at a device of the fund, or was handed over from one to their own phone.
OF_A_CASE = frozenset(
    {
        "employer.activate",
        "employer.change_default_account",
        "employer.change_of_account",
        "employer.authorisation",
        "employer.authorisation_document",
        "device.draw",
        "device.paper",
    }
)
NOT_KEPT = {"csrf_token", "code", "language"}


class Visitor(UserMixin):
    """A session as Flask-Login knows it: by its token.

    An employer's, or a person's; of a person who acts for an employer at the moment, both.
    """

    def __init__(
        self, token: str, employer: SignedIn | None = None, person: PersonIn | None = None
    ) -> None:
        self.id = token
        self.employer = employer
        self.person = person

    @property
    def may_go_on(self) -> bool:
        """Whether somebody is here whose session is not over."""
        holder = self.employer or self.person
        return holder is not None and not holder.expired


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_visitor(token: str) -> Visitor | None:
    opened = (desk.session(), desk.read_clock(), desk.ACCESS, token)
    employer = find_session(*opened)
    if employer is not None and employer.person_id is None:
        return Visitor(token, employer)
    person = find_person(*opened)
    return None if person is None else Visitor(token, employer, person)


def open_session(token: str) -> None:
    """Let a browser in with nothing of what it held before, its language apart."""
    leave()
    login_user(Visitor(token))


def renew(token: str) -> None:
    """Go on in the session of this token, with all that the cookie holds."""
    login_user(Visitor(token))


def change_employer(token: str) -> None:
    """Go on for another employer, with nothing in the cookie of what was begun for the one before.

    A code that was sent for one signs nothing for the other, and a form that is still open in
    another window is refused: it would be taken for the other's.
    """
    _empty_cookie()
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
    """Let an employer through, or who acts for one; send anybody else to sign in, and back here."""
    visitor = _visitor()
    employer = visitor.employer if visitor else None
    if employer is not None and not employer.expired:
        answer = _within_case(employer)
        if answer is not None:
            return answer
        g.who = employer
        mark_seen(desk.session(), desk.moment().now, employer)
        return None
    if visitor and visitor.may_go_on:  # a person who has yet to choose, or may act no more
        return redirect(url_for("person.employers", language=current_language().code))
    return _ask_to_sign_in(visitor)


def _within_case(employer: SignedIn) -> ResponseReturnValue | None:
    """Keep who has come by a case to its pages; None where they may go on.

    At a device of the fund nobody may have been away for long, and only that device goes on.
    """
    if employer.case_id is None:
        return None if device_cookie.present() is None else _off_the_device()
    if request.endpoint not in OF_A_CASE:
        return redirect(url_for("employer.activate", language=current_language().code))
    if device_cookie.present() is None:
        if not is_on_a_device(desk.session(), employer.case_id):
            return None
        close_session()
        return redirect(url_for("sign_in.member_number", language=current_language().code))
    g.at_device = True
    idle = timedelta(seconds=device_cookie.LONGEST_ABSENCE)
    if desk.moment().now - employer.seen_at > idle:
        return redirect(url_for("device.start", language=current_language().code))
    return None


def _off_the_device() -> ResponseReturnValue:
    """Who signed in before the browser was a device, or beside its pages, is let out."""
    close_session()
    return redirect(url_for("device.start", language=current_language().code))


def signatory_gate() -> ResponseReturnValue | None:
    """Let through who may sign for the employer: the employer, or a person it gave the right."""
    answer = employer_gate()
    if answer is None and not desk.who().may_sign:
        raise MayNotSign()
    return answer


def owner_gate() -> ResponseReturnValue | None:
    """Let the employer itself through: its own affairs are nobody's who acts for it."""
    answer = employer_gate()
    if answer is None and desk.who().person_id is not None:
        raise OwnAffair()
    return answer


def person_gate() -> ResponseReturnValue | None:
    """Let a person through who acts for employers, whoever they act for now."""
    visitor = _visitor()
    person = visitor.person if visitor else None
    if person is None or person.expired:
        return _ask_to_sign_in(visitor)
    g.person = person
    mark_seen(desk.session(), desk.moment().now, person)
    return None


def proof_wanted() -> ResponseReturnValue | None:
    """Ask for a fresh code before an act of weight, and come back here; None when there was one."""
    who = desk.who()
    if who.proved_lately(desk.moment().now, desk.ACCESS):
        return None
    session[PROVING_FOR] = request.path
    _keep_what_was_typed(who)
    return redirect(url_for("employer.confirm"))


def _visitor() -> Visitor | None:
    return current_user if current_user.is_authenticated else None


def _ask_to_sign_in(visitor: Visitor | None) -> ResponseReturnValue:
    """To the page where this visitor signs in, and afterwards back here."""
    session[NEXT] = request.path
    page = "sign_in.member_number"
    if visitor and visitor.employer:
        _keep_what_was_typed(visitor.employer)
        flash("session_ended")
    if visitor and visitor.person:
        page = "sign_in.person"
    return redirect(url_for(page, language=current_language().code))


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
        employer.person_id,
    )


def what_was_typed() -> MultiDict[str, str] | None:
    """What a form on this page starts from: what was sent, or what an expired session kept."""
    if request.method == "POST":
        return request.form
    address = _without_language(request.path)
    who = desk.who()
    typed = take_kept_form(*desk.access(), who.employer_id, address, who.person_id)
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
