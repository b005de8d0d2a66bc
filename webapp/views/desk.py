"""What every page starts from: the moment of the request, the session, the keys, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial

from flask import Response, after_this_request, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.domain.moment import Moment
from webapp.domain.rules import AccessRules, CollectionRules
from webapp.extensions import db
from webapp.languages import current_language
from webapp.outside import Vault, send_at_once, vault_of
from webapp.services.codes import CodeToSend
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay, load_calendar

ACCESS = AccessRules()


def read_clock() -> datetime:
    """The only place of the pages where the clock is read."""
    return datetime.now(UTC)


def moment() -> Moment:
    """The moment of this request."""
    if "moment" not in g:
        g.moment = Moment.at(read_clock())
    found: Moment = g.moment
    return found


def session() -> Session:
    """The database session of this request."""
    return db.session()


def vault() -> Vault:
    """The keys of the account numbers."""
    return vault_of(current_app)


def access() -> tuple[Session, WorkingDay, Vault, AccessRules]:
    """What everything about codes and sessions starts from."""
    return session(), working_day(), vault(), ACCESS


def who() -> SignedIn:
    """The employer who is signed in; only pages behind the employers' gate ask."""
    found: SignedIn = g.who
    return found


def working_day() -> WorkingDay:
    """The working day of this request; one of the staff, an employer, or nobody yet acts."""
    if "working_day" not in g:
        actor = f"employer:{g.who.employer_id}" if "who" in g else "visitor"
        actor = f"staff:{g.staff.staff_id}" if "staff" in g else actor
        g.working_day = WorkingDay(moment(), load_calendar(session()), CollectionRules(), actor)
    found: WorkingDay = g.working_day
    return found


def send_when_answered(code: CodeToSend | None) -> None:
    """Send a code when the answer has left, so that its time tells nobody who is a member."""
    if code is not None:
        when_answered(code.reference)


def when_answered(reference: str) -> None:
    """Send a message of the outbox when the answer has left."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    send: Callable[[], object] = partial(send_at_once, app, read_clock, reference)

    def attach(response: Response) -> Response:
        response.call_on_close(send)
        return response

    after_this_request(attach)


def day_of(instant: datetime) -> date:
    """The Algiers day of an instant."""
    return Moment.at(instant).today


def wants_other_language() -> bool:
    """The language switch of a form was pressed: show it again, with what was typed."""
    return request.form.get("language") == current_language().code


def form_page(template: str, values: Mapping[str, object], *, wrong: bool) -> ResponseReturnValue:
    """The page of a form; one that could not be taken answers with 422."""
    return render_template(template, **values), 422 if wrong else 200
