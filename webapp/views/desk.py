"""What every page starts from: the moment of the request, the session, the keys, and who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from urllib.parse import quote

from flask import (
    Response,
    after_this_request,
    current_app,
    g,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.domain.moment import ALGIERS, Moment
from webapp.domain.rules import AccessRules, CollectionRules
from webapp.domain.text import clean_device
from webapp.extensions import db
from webapp.languages import current_language
from webapp.models import SigningChannel
from webapp.outside import Vault, send_soon, vault_of
from webapp.services import outbox
from webapp.services.api_keys import KeyHolder
from webapp.services.codes import CodeToSend
from webapp.services.open_days.cases import agent_of
from webapp.services.persons import PersonIn
from webapp.services.telling import Tell
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


def person() -> PersonIn:
    """The person who is signed in; only pages behind the persons' gate ask."""
    found: PersonIn = g.person
    return found


def program() -> KeyHolder:
    """The program that shows a key of its employer; only behind the programs' gates."""
    found: KeyHolder = g.program
    return found


def device() -> str:
    """What the browser says of itself."""
    return request.user_agent.string


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in this session and on what device: the evidence of what they sign.

    `person_id` names who acts for the employer, where it is not the employer; `channel`, whether
    the device is their own; `staff_id`, who of the fund stands beside them.
    """

    person_id: int | None
    staff_id: int | None
    may_sign: bool
    channel: SigningChannel
    device: str


def acting() -> Acting:
    """The only place where the pages learn it; only pages behind the employers' gate ask."""
    at_device = g.get("at_device", False)
    return Acting(
        person_id=who().person_id,
        staff_id=agent_of(session(), who().case_id) if at_device else None,
        may_sign=who().may_sign,
        channel=SigningChannel.KIOSK if at_device else SigningChannel.SELF,
        device=clean_device(device()),
    )


def tell() -> Tell:
    """What the services tell employers with."""
    return outbox.tell


def working_day() -> WorkingDay:
    """The working day of this request; one of the staff, an employer, or nobody yet acts."""
    if "working_day" not in g:
        holder = g.get("who") or g.get("person") or g.get("program")
        actor = holder.actor if holder else "visitor"
        actor = f"staff:{g.staff.staff_id}" if "staff" in g else actor
        actor = g.tablet.actor if "tablet" in g else actor
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
    send: Callable[[], object] = partial(send_soon, app, read_clock, reference)

    def attach(response: Response) -> Response:
        response.call_on_close(send)
        return response

    after_this_request(attach)


def day_of(instant: datetime) -> date:
    """The Algiers day of an instant."""
    return Moment.at(instant).today


def midnight_of(day: date) -> datetime:
    """The instant in which an Algiers day begins."""
    return datetime.combine(day, time(), ALGIERS).astimezone(UTC)


def file_answer(
    content: bytes,
    name: str,
    kind: str,
    *,
    inline: bool = False,
    title: str = "",
) -> Response:
    """A file of ours as an answer: of the kind we say, to be kept or shown, run by nobody.

    `name` is in ASCII; `title` is the name in the reader's language, for browsers that know how.
    """
    response = Response(content, mimetype=kind)
    disposition = f'{"inline" if inline else "attachment"}; filename="{name}"'
    if title:
        disposition += f"; filename*=UTF-8''{quote(title, safe='')}"
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def forgotten(answer: ResponseReturnValue) -> ResponseReturnValue:
    """An answer after which the browser keeps nothing of who was signed in but its language."""
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def wants_other_language() -> bool:
    """The language switch of a form was pressed: show it again, with what was typed."""
    return request.form.get("language") == current_language().code


def form_page(template: str, values: Mapping[str, object], *, wrong: bool) -> ResponseReturnValue:
    """The page of a form; one that could not be taken answers with 422."""
    return render_template(template, **values), 422 if wrong else 200
