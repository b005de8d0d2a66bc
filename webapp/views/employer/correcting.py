"""Correcting what was filed: the same form over the filed lines, a review, and the new revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import AmountContested, DraftChanged, RevisionChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.services.correction_drafts import file_correction
from webapp.services.correction_effects import preview_correction, totals_of
from webapp.services.declarations import Filing, WorksiteWages
from webapp.services.drafts import Draft, is_filed
from webapp.services.period_calendar import correctable_of
from webapp.services.revision_history import list_revisions
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.both import show_both
from webapp.views.employer.declaring import live
from webapp.views.employer.questions import (
    Question,
    keep_answers,
    questions_about,
    take_answers,
    unanswered,
)
from webapp.views.employer.typing import Typing, correction_of, hidden_of, step_sent
from webapp.views.visitor import what_was_typed


@employer.get("/declarations/<code>/revisions")
@open_to(Audience.EMPLOYER)
def revisions(code: str) -> ResponseReturnValue:
    found = list_revisions(desk.session(), desk.who().employer_id, code)
    return render_template(
        "employer/revisions.html", revisions=found[::-1], period=Period.parse(code)
    )


@employer.route("/declarations/<code>/correct", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def correct(code: str) -> ResponseReturnValue:
    typing, typed = correction_of(code), what_was_typed()
    if typed is None:
        draft = typing.draft()
        form = typing.form(draft.typed if draft else None)
        saved_at = draft.saved_at if draft else None
        return _page(typing, typing.values(form, typing.fresh(draft), saved_at))
    step = step_sent()
    form = typing.form(None if step == "undo" else typed)
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
    if step == "totals":
        return live(typing, form, changed=False)
    if step == "check" and form.validate():
        return redirect(url_for("employer.review_correction", code=typing.period.code))
    if step.partition("-")[0] in {"same", "nil"}:
        return redirect(typing.address(form.anchor(step)))
    values = typing.values(form, hidden_of(sent), desk.working_day().now)
    return _page(typing, values, wrong=step == "check")


def _page(typing: Typing, values: dict[str, object], *, wrong: bool = False) -> ResponseReturnValue:
    more = {"latest": typing.filed, **_until_when(typing.period)}
    return desk.form_page("employer/correct.html", values | more, wrong=wrong)


def _until_when(period: Period) -> dict[str, object]:
    """What a correction still reaches, on the page where it is typed and where it is filed."""
    day = desk.working_day()
    found = correctable_of(desk.session(), day, desk.who().employer_id, period)
    return {"correctable": found, "today": day.today}


@employer.route("/declarations/<code>/correct/review", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def review_correction(code: str) -> ResponseReturnValue:
    key = request.form.get("form_key", "")
    if key and is_filed(desk.session(), desk.who().employer_id, key):
        return redirect(url_for("employer.declaration", code=code))
    typing = correction_of(code)
    draft = typing.draft()
    form = typing.form(draft.typed if draft else None)
    if draft is None or not form.validate():
        return redirect(url_for("employer.correct", code=code))
    rules = desk.working_day().rules
    asked = questions_about(typing.changed(form), typing.last_before(), typing.period, rules)
    if request.method == "POST":
        take_answers(asked)
        if not desk.wants_other_language():
            return _sent(typing, form, draft, asked)
    return _review(typing, form, draft, asked)


def _review(
    typing: Typing,
    form: DeclarationForm,
    draft: Draft,
    asked: Sequence[Question],
    *,
    wrong: bool = False,
) -> ResponseReturnValue:
    for question in unanswered(asked) if wrong else ():
        question.insist()
    effects = preview_correction(desk.session(), _filing(typing.period, form, draft))
    values = {
        "period": typing.period,
        "draft": draft,
        "effects": effects,
        "names": {one.worksite.code: one.worksite.name for one in form},
        "totals": totals_of(effects),
        "questions": asked,
        "percent": desk.working_day().rules.questioned_difference_percent,
        **_until_when(typing.period),
    }
    return desk.form_page("employer/review_correction.html", values, wrong=wrong)


def _sent(
    typing: Typing, form: DeclarationForm, draft: Draft, asked: Sequence[Question]
) -> ResponseReturnValue:
    code = typing.period.code
    try:
        draft = keep_answers(typing, form, draft)
        if request.form.get("step") == "back":
            return redirect(typing.address())
        if unanswered(asked):
            return _review(typing, form, draft, asked, wrong=True)
        _file(typing.period, form, draft)
    except (DraftChanged, RevisionChanged):
        flash("draft_changed")
        return redirect(url_for("employer.review_correction", code=code))
    except AmountContested:
        flash("amount_contested")
        return redirect(url_for("employer.review_correction", code=code))
    flash("corrected")
    return redirect(url_for("employer.declaration", code=code))


def _file(period: Period, form: DeclarationForm, draft: Draft) -> None:
    session, day, vault, _rules = desk.access()
    file_correction(session, day, vault, desk.tell(), desk.who(), period, draft, _lines(form))


def _filing(period: Period, form: DeclarationForm, draft: Draft) -> Filing:
    lines = _lines(form)
    return Filing(desk.who().member_number, period, lines, draft.form_key, nil=not lines)


def _lines(form: DeclarationForm) -> tuple[WorksiteWages, ...]:
    return tuple(WorksiteWages(one.worksite.code, *one.declared) for one in form)
