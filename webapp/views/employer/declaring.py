"""Declaring a period: one form with every worksite, saved as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.services.contributions import contributions_of
from webapp.services.drafts import load_draft, save_draft
from webapp.services.obligations import obligation
from webapp.services.worksites import worksites_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.visitor import what_was_typed


@employer.route("/declarations/<code>/edit", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def declare(code: str) -> ResponseReturnValue:
    period, typed = period_of(code), what_was_typed()
    if typed is None:
        draft = load_draft(desk.session(), desk.who().employer_id, period)
        return _page(period, declaration_form(period, draft.typed if draft else None), wrong=False)
    form = declaration_form(period, typed)
    step = "show" if desk.wants_other_language() else request.form.get("step", "show")
    _save(period, form.nothing() if step == "nil" else form.typed())
    if step == "add":
        return redirect(url_for("employer.new_worksite", code=code))
    if step == "nil" or (step == "check" and form.forms and form.validate()):
        return redirect(url_for("employer.review", code=code))
    return _page(period, form, wrong=step == "check")


def declaration_form(period: Period, typed: Mapping[str, str] | None) -> DeclarationForm:
    """The form over the worksites that were open in the period."""
    return DeclarationForm(worksites_of(desk.session(), desk.who().employer_id, period), typed)


def _save(period: Period, typed: Mapping[str, str]) -> None:
    save_draft(desk.session(), desk.working_day(), desk.who().employer_id, period, typed)


def _page(period: Period, form: DeclarationForm, *, wrong: bool) -> ResponseReturnValue:
    complete = form.complete()
    if wrong:
        form.validate()
    values = {
        "form": form,
        "wrong_forms": [one for one in form if one.errors],
        "period": period,
        "days": obligation(period, desk.working_day()),
        "complete": len(complete),
        "made": contributions_of(desk.session(), period, [one.declared for one in complete]),
    }
    return desk.form_page("employer/declare.html", values, wrong=wrong)
