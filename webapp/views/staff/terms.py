"""How often and where an employer declares: set at the desk, after a look at what follows."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidTerm
from webapp.forms.messages import sentence_for
from webapp.forms.terms import TermForm
from webapp.services.staff.terms import (
    TermPreview,
    TermsPage,
    find_terms,
    months_to_choose,
    preview_term,
    set_term,
)
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route(f"/employers/<{ID}:employer_id>/terms", methods=["GET", "POST"])
@open_to(Audience.DESK)
def terms(employer_id: int) -> ResponseReturnValue:
    day, scope, form = desk.working_day(), visitor.who().scope, TermForm()
    page = find_terms(desk.session(), day, scope, employer_id)
    form.from_month.known = months_to_choose(day, page.earliest)
    preview = _preview(form, page) if submitted(form) else None
    if preview and request.form.get("seen") == _shown(form) and _is_set(form, employer_id):
        flash("term_set")
        return redirect(url_for("staff.employer", employer_id=employer_id))
    seen = _shown(form) if preview else ""
    return show("staff/terms.html", form, page=page, preview=preview, seen=seen)


def _is_set(form: TermForm, employer_id: int) -> bool:
    try:
        scope = visitor.who().scope
        set_term(desk.session(), desk.working_day(), scope, employer_id, form.term())
    except InvalidTerm as error:  # a declaration was filed since this page was shown
        form.from_month.errors = [sentence_for(error)]
    return not form.from_month.errors


def _preview(form: TermForm, page: TermsPage) -> TermPreview | None:
    try:
        return preview_term(page, form.term())
    except InvalidTerm as error:
        form.from_month.errors = [sentence_for(error)]
        return None


def _shown(form: TermForm) -> str:
    """What was looked at: what is set must be that."""
    term = form.term()
    return f"{term.from_month} {term.periodicity} {term.place}"
