"""Looking events up: who did what, about what, and when."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.forms.staff_desk import EventsForm
from webapp.services.event_search import EventQuery, search_events
from webapp.views import desk
from webapp.views.ids import asked_id
from webapp.views.staff.blueprint import show, staff, submitted

ASKED = ("who", "about", "what", "since", "until")


@staff.route("/events", methods=["GET", "POST"])
@open_to(Audience.AUDIT)
def events() -> ResponseReturnValue:
    form = EventsForm()
    if submitted(form):
        asked = {name: str(form[name].data) for name in ASKED if form[name].data}
        return redirect(url_for("staff.events", **asked))  # type: ignore[arg-type]
    if request.method == "GET":
        form = _from_address()
    found, more = search_events(desk.session(), _query(form), asked_id("before"))
    asked = {name: form[name].typed for name in ASKED if form[name].typed}
    return show("staff/events.html", form, found=found, more=more, asked=asked)


def _from_address() -> EventsForm:
    """The form as the address has it; what cannot be read counts as not asked for."""
    given = MultiDict({name: request.args.get(name, "") for name in ASKED})
    form = EventsForm(formdata=given)
    for name in ASKED:
        if form[name].process_errors:
            form[name].typed, form[name].data = "", None
            form[name].process_errors = []
    return form


def _query(form: EventsForm) -> EventQuery:
    return EventQuery(
        who=form.who.data or "",
        about=form.about.data or "",
        what=form.what.data or "",
        since=form.since.data,
        until=form.until.data,
    )
