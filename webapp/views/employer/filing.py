"""The review of a declaration with the day of its debit and what follows from it; the filing."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.services.contributions import contributions_of
from webapp.services.declarations import WorksiteWages
from webapp.services.drafts import Draft, file_draft, is_filed, load_draft
from webapp.services.enrolment import default_authorisation
from webapp.services.late_previews import late_costs
from webapp.services.obligations import obligation
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.declaring import declaration_form
from webapp.views.employer.periods import period_of


@employer.route("/declarations/<code>/review", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def review(code: str) -> ResponseReturnValue:
    key, employer_id = request.form.get("form_key", ""), desk.who().employer_id
    if key and is_filed(desk.session(), employer_id, key):
        return redirect(url_for("employer.declaration", code=code))
    period = period_of(code)
    draft = load_draft(desk.session(), employer_id, period)
    form = declaration_form(period, draft.typed if draft else None)
    if draft is None or not form.validate():
        return redirect(url_for("employer.declare", code=code))
    if request.method == "POST" and not desk.wants_other_language():
        return _file(period, form, draft)
    return _page(period, form, draft)


def _file(period: Period, form: DeclarationForm, draft: Draft) -> ResponseReturnValue:
    try:
        if request.form.get("digest") != draft.digest:
            raise DraftChanged()
        file_draft(desk.session(), desk.working_day(), desk.who(), period, draft, _wages(form))
    except DraftChanged:
        flash("draft_changed")
        return redirect(url_for("employer.review", code=period.code))
    flash("filed")
    return redirect(url_for("employer.declaration", code=period.code))


def _wages(form: DeclarationForm) -> tuple[WorksiteWages, ...]:
    return tuple(WorksiteWages(one.worksite.code, *one.declared) for one in form)


def _page(period: Period, form: DeclarationForm, draft: Draft) -> ResponseReturnValue:
    made = contributions_of(desk.session(), period, [one.declared for one in form])
    authorisation = default_authorisation(desk.session(), desk.who().employer_id)
    ceiling = authorisation.ceiling if authorisation else None
    values = {
        "period": period,
        "lines": list(zip(form, made, strict=True)),
        "total": sum(one.total for one in made),
        "late": late_costs(desk.session(), desk.working_day(), period, [one.total for one in made]),
        "draft": draft,
        "days": obligation(period, desk.working_day()),
        "authorisation": authorisation,
        "over_ceiling": ceiling is not None and sum(one.total for one in made) > ceiling,
    }
    return desk.form_page("employer/review.html", values, wrong=False)
