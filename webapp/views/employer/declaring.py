"""Declaring a period: one form with every worksite, saved as it is typed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import texts_of
from webapp.services.contributions import contributions_of
from webapp.services.drafts import Typed, load_draft, save_draft
from webapp.services.last_declared import LastDeclared, last_declared
from webapp.services.obligations import obligation
from webapp.services.worksites import open_worksites
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.both import show_both
from webapp.views.employer.periods import period_of
from webapp.views.visitor import what_was_typed

# From so many worksites on, the page has an index and shows, if one likes, only what is missing.
MANY_WORKSITES = 12


@employer.route("/declarations/<code>/edit", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def declare(code: str) -> ResponseReturnValue:
    period, typed = period_of(code), what_was_typed()
    if typed is None:
        draft = load_draft(desk.session(), desk.who().employer_id, period)
        form = declaration_form(draft.typed if draft else None)
        hidden = {"seen": draft.digest if draft else "", "page": secrets.token_urlsafe(12)}
        return _page(period, form, hidden, saved_at=draft.saved_at if draft else None)
    form, step = declaration_form(typed), _step()
    _fill(form, period, step)
    try:
        save(period, form.typed(), typed)
    except DraftChanged:
        return _live(period, form, changed=True) if step == "totals" else show_both(period, form)
    return _after(period, form, step, typed)


def declaration_form(typed: Mapping[str, str] | None) -> DeclarationForm:
    """The form over the worksites that are open now."""
    return DeclarationForm(open_worksites(desk.session(), desk.who().employer_id), typed)


def last_of(period: Period, form: DeclarationForm) -> LastDeclared:
    """What was declared last for the worksites of the form."""
    worksites = [line.worksite.id for line in form]
    return last_declared(desk.session(), desk.who().employer_id, period, worksites)


def save(period: Period, values: Typed, sent: Mapping[str, str]) -> None:
    """Keep the form in place of the draft that its page was made from. Raises DraftChanged."""
    seen, page = sent.get("seen", ""), sent.get("page", "")
    owner = desk.who().employer_id
    save_draft(desk.session(), desk.working_day(), owner, period, values, seen, page)


def _step() -> str:
    """What the form was sent for: to be shown, where it does not say."""
    return "show" if desk.wants_other_language() else request.form.get("step", "show")


def _fill(form: DeclarationForm, period: Period, step: str) -> None:
    """What the buttons fill in: the last values or zeros, for one worksite or for all."""
    what, _, worksite = step.partition("-")
    if what == "nil":
        form.fill_line_with_nothing(worksite) if worksite else form.fill_nothing()
    elif what == "same":
        last = last_of(period, form)
        if worksite:
            form.fill_line(worksite, {id_: line.figures for id_, line in last.lines.items()})
        else:
            form.fill_empty(last.of_last_period())


def _after(
    period: Period, form: DeclarationForm, step: str, sent: Mapping[str, str]
) -> ResponseReturnValue:
    """Where a saved form leads: on, back to the touched line, or to itself."""
    what, _, worksite = step.partition("-")
    if step == "totals":
        return _live(period, form, changed=False)
    if step == "add":
        return redirect(url_for("employer.new_worksite", code=period.code))
    if step == "nil" or (step == "check" and form.lines and form.validate()):
        return redirect(url_for("employer.review", code=period.code))
    if what in {"same", "nil"}:
        anchor = next((f"w{one.worksite.id}" for one in form if one.is_of(worksite)), None)
        return redirect(url_for("employer.declare", code=period.code, _anchor=anchor))
    hidden = {name: sent.get(name, "") for name in ("seen", "page")}
    now = desk.working_day().now
    return _page(period, form, hidden, saved_at=now, wrong=step == "check")


def _totals(period: Period, form: DeclarationForm) -> dict[str, object]:
    complete = form.complete()
    return {
        "missing": len(form) - len(complete),
        "made": contributions_of(desk.session(), period, [one.declared for one in complete]),
    }


def _live(period: Period, form: DeclarationForm, *, changed: bool) -> ResponseReturnValue:
    """The parts of the page that change while one types."""
    return render_template("employer/declare_live.html", changed=changed, **_totals(period, form))


def _page(
    period: Period,
    form: DeclarationForm,
    hidden: Mapping[str, str],
    *,
    saved_at: datetime | None,
    wrong: bool = False,
) -> ResponseReturnValue:
    last = last_of(period, form)
    values = {
        "form": form,
        "wrong_forms": [one for one in form if one.errors],
        "period": period,
        "days": obligation(period, desk.working_day()),
        "last": last,
        "fills": {id_: ";".join(texts_of(line.figures)) for id_, line in last.lines.items()},
        "hidden": hidden,
        "saved_at": saved_at,
        "many": len(form) > MANY_WORKSITES,
        "only_missing": "only" in request.form,
        "changed": False,
        **_totals(period, form),
    }
    return desk.form_page("employer/declare.html", values, wrong=wrong)
