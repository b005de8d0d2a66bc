"""Declaring a period: one form with every worksite, saved as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.forms.declaration import DeclarationForm
from webapp.services.obligations import obligation
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.both import show_both
from webapp.views.employer.periods import period_of
from webapp.views.employer.typing import Typing, hidden_of, step_sent, typing_of
from webapp.views.visitor import what_was_typed

# Steps that lead to another page on the way.
ELSEWHERE = {"add": "employer.new_worksite", "sheet": "employer.sheet"}


@employer.route("/declarations/<code>/edit", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def declare(code: str) -> ResponseReturnValue:
    typing, typed = typing_of(period_of(code)), what_was_typed()
    if typed is None:
        draft = typing.draft()
        form = typing.form(draft.typed if draft else None)
        saved_at = draft.saved_at if draft else None
        return _page(typing, typing.values(form, typing.fresh(draft), saved_at))
    form, step = typing.form(typed), step_sent()
    typing.fill(form, step)
    try:
        typing.save(form.typed(), typed)
    except DraftChanged:
        return live(typing, form, changed=True) if step == "totals" else show_both(typing, form)
    return _after(typing, form, step, typed)


def _after(
    typing: Typing, form: DeclarationForm, step: str, sent: Mapping[str, str]
) -> ResponseReturnValue:
    """Where a saved form leads: on, back to the touched line, or to itself."""
    what, code = step.partition("-")[0], typing.period.code
    if step == "totals":
        return live(typing, form, changed=False)
    if step in ELSEWHERE:
        return redirect(url_for(ELSEWHERE[step], code=code))
    if step == "nil" or (step == "check" and form.lines and form.validate()):
        return redirect(url_for("employer.review", code=code))
    if what in {"same", "nil"}:
        return redirect(typing.address(form.anchor(step)))
    values = typing.values(form, hidden_of(sent), desk.working_day().now)
    return _page(typing, values, wrong=step == "check")


def live(typing: Typing, form: DeclarationForm, *, changed: bool) -> ResponseReturnValue:
    """The parts of the page that change while one types."""
    values = typing.totals(form) | {"changed": changed}
    return render_template("employer/declare_live.html", **values)


def _page(typing: Typing, values: dict[str, object], *, wrong: bool = False) -> ResponseReturnValue:
    days = obligation(typing.period, desk.working_day())
    return desk.form_page("employer/declare.html", values | {"days": days}, wrong=wrong)
