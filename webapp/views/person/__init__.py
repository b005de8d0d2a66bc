"""The pages of a person who acts for employers: all of them at a glance, and one at a time."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.forms.trust import FindMineForm
from webapp.languages import PREFIX, prefix_with_language
from webapp.services.acted_for import acts_for, narrowed
from webapp.services.persons import act_for, leave_employer
from webapp.views import desk, visitor

person = Blueprint("person", __name__, url_prefix=PREFIX)
prefix_with_language(person)

# From so many on, somebody looks for one by its name.
SHOWN_WITHOUT_SEARCH = 10


@person.before_request
def _refuse_zero_bytes() -> None:
    """No reference of ours holds one, and PostgreSQL takes none in a text."""
    asked = (*(request.view_args or {}).values(), *request.args.values())
    if any("\0" in text for text in asked):
        raise NotFound(kind="page", reference=request.path)


@person.route("/person/employers", methods=["GET", "POST"])
@open_to(Audience.PERSON)
def employers() -> ResponseReturnValue:
    day, me, wanted = desk.working_day(), desk.person(), request.args.get("wanted", "")
    form = FindMineForm(request.form or None, wanted=wanted)
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        return redirect(url_for("person.employers", wanted=form.wanted.data))
    mine = acts_for(desk.session(), day, me.person_id)
    values = {
        "employers": narrowed(mine, wanted) if wanted else mine,
        "count": len(mine),
        "wanted": wanted,
        "form": form if len(mine) > SHOWN_WITHOUT_SEARCH else None,
        "person": me,
        "today": day.today,
    }
    return desk.form_page("person/employers.html", values, wrong=bool(form.errors))


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
