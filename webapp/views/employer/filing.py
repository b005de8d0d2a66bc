"""The review of a declaration with the day of its debit and what follows from it; the filing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.services.contributions import contributions_of
from webapp.services.declaration_sheets import load_waiting
from webapp.services.declarations import WorksiteWages
from webapp.services.drafts import Draft, file_draft, is_filed
from webapp.services.enrolment import default_authorisation
from webapp.services.late_previews import late_costs
from webapp.services.obligations import obligation
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.employer.questions import (
    Question,
    keep_answers,
    questions_about,
    take_answers,
    unanswered,
)
from webapp.views.employer.typing import Typing, typing_of


@employer.route("/declarations/<code>/review", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def review(code: str) -> ResponseReturnValue:
    key, employer_id = request.form.get("form_key", ""), desk.who().employer_id
    if key and is_filed(desk.session(), employer_id, key):
        return redirect(url_for("employer.declaration", code=code))
    period = period_of(code)
    if load_waiting(desk.session(), employer_id, period) is not None:
        flash("sheet_waits")
        return redirect(url_for("employer.sheet_lines", code=code))
    typing = typing_of(period)
    draft = typing.draft()
    form = typing.form(draft.typed if draft else None)
    if draft is None or not form.validate():
        return redirect(url_for("employer.declare", code=code))
    asked = questions_about(form, typing.last(), period, desk.working_day().rules)
    if request.method == "POST":
        take_answers(asked)
        if not desk.wants_other_language():
            return _sent(typing, form, draft, asked)
    return _page(period, form, draft, asked)


def _sent(
    typing: Typing, form: DeclarationForm, draft: Draft, asked: Sequence[Question]
) -> ResponseReturnValue:
    code = typing.period.code
    try:
        draft = keep_answers(typing, form, draft)
        if request.form.get("step") == "back":
            return redirect(typing.address())
        if unanswered(asked):
            return _page(typing.period, form, draft, asked, wrong=True)
        session, day = desk.session(), desk.working_day()
        file_draft(session, day, desk.who(), typing.period, draft, _wages(form))
    except DraftChanged:
        flash("draft_changed")
        return redirect(url_for("employer.review", code=code))
    flash("filed")
    return redirect(url_for("employer.declaration", code=code))


def _wages(form: DeclarationForm) -> tuple[WorksiteWages, ...]:
    return tuple(WorksiteWages(one.worksite.code, *one.declared) for one in form)


def _page(
    period: Period,
    form: DeclarationForm,
    draft: Draft,
    asked: Sequence[Question],
    *,
    wrong: bool = False,
) -> ResponseReturnValue:
    made = contributions_of(desk.session(), period, [one.declared for one in form])
    authorisation = default_authorisation(desk.session(), desk.who().employer_id)
    ceiling = authorisation.ceiling if authorisation else None
    for question in unanswered(asked) if wrong else ():
        question.insist()
    values = {
        "period": period,
        "lines": list(zip(form, made, strict=True)),
        "total": sum(one.total for one in made),
        "questions": asked,
        "percent": desk.working_day().rules.questioned_difference_percent,
        "late": late_costs(desk.session(), desk.working_day(), period, [one.total for one in made]),
        "draft": draft,
        "days": obligation(period, desk.working_day()),
        "authorisation": authorisation,
        "over_ceiling": ceiling is not None and sum(one.total for one in made) > ceiling,
    }
    return desk.form_page("employer/review.html", values, wrong=wrong)
