"""The pages of a person who acts for employers: all of them at a glance, and one at a time."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.languages import PREFIX, prefix_with_language
from webapp.services.acted_for import acts_for
from webapp.services.persons import act_for, leave_employer
from webapp.views import desk, visitor

person = Blueprint("person", __name__, url_prefix=PREFIX)
prefix_with_language(person)


@person.before_request
def _refuse_zero_bytes() -> None:
    """No reference of ours holds one, and PostgreSQL takes none in a text."""
    if any("\0" in text for text in (request.view_args or {}).values()):
        raise NotFound(kind="page", reference=request.path)


@person.get("/person/employers")
@open_to(Audience.PERSON)
def employers() -> ResponseReturnValue:
    me = desk.person()
    found = acts_for(desk.session(), desk.working_day(), me.person_id)
    return render_template(
        "person/employers.html", employers=found, person=me, today=desk.working_day().today
    )


@person.post("/person/employers/<reference>")
@open_to(Audience.PERSON)
def choose(reference: str) -> ResponseReturnValue:
    visitor.change_employer(act_for(desk.session(), desk.working_day(), desk.person(), reference))
    return redirect(url_for("employer.home"))


@person.post("/person/leave")
@open_to(Audience.PERSON)
def leave() -> ResponseReturnValue:
    visitor.change_employer(leave_employer(desk.session(), desk.working_day(), desk.person()))
    return redirect(url_for("person.employers"))
