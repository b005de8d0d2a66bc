"""The blueprint of the staff's pages, and what each shows: who is signed in, and where to go."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from webapp.domain.errors import NotFound
from webapp.languages import PREFIX, prefix_with_language
from webapp.views import desk
from webapp.views.staff.places import places_for

staff = Blueprint("staff", __name__, url_prefix=f"{PREFIX}/staff")
prefix_with_language(staff)


@staff.before_request
def _refuse_zero_bytes() -> None:
    """No reference or key of ours holds one, and PostgreSQL takes none in a text."""
    asked = (*(request.view_args or {}).values(), *request.args.values())
    if any("\0" in str(text) for text in asked):
        raise NotFound(kind="page", reference=request.path)


@staff.context_processor
def _who_is_signed_in() -> dict[str, object]:
    if "staff" not in g or g.staff.waiting:
        return {}
    return {"staff": g.staff, "places": places_for(g.staff.rights)}


def submitted(form: FlaskForm) -> bool:
    """Whether the form was sent, not merely shown in the other language, and can be taken."""
    return bool(request.method == "POST" and not desk.wants_other_language() and form.validate())


def show(template: str, form: FlaskForm, **values: object) -> ResponseReturnValue:
    """The page of a form; one that could not be taken answers with 422."""
    wrong = bool(form.errors) or any(field.errors for field in form)
    told: Mapping[str, object] = {"form": form, **values}
    return desk.form_page(template, told, wrong=wrong)
