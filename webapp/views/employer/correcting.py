"""Correcting what was filed: the same form over the filed lines, a review, and the new revision."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged, RevisionChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm, typed_of
from webapp.services.contributions import contributions_of
from webapp.services.correction_drafts import file_correction
from webapp.services.correction_effects import preview_correction, totals_of
from webapp.services.declarations import Filing, WorksiteWages
from webapp.services.drafts import Draft, Typed, is_filed, load_draft, save_draft
from webapp.services.revision_history import Revision, list_revisions
from webapp.services.worksites import worksites_to_correct
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.visitor import what_was_typed


@employer.get("/declarations/<code>/revisions")
@open_to(Audience.EMPLOYER)
def revisions(code: str) -> ResponseReturnValue:
    found = _revisions(code)
    return render_template(
        "employer/revisions.html", revisions=found[::-1], period=Period.parse(code)
    )


@employer.route("/declarations/<code>/correct", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def correct(code: str) -> ResponseReturnValue:
    latest, typed = _revisions(code)[-1], what_was_typed()
    if typed is None:
        draft = _draft(code, latest)
        return _page(code, _form(code, draft.typed if draft else typed_of(latest.lines)), latest)
    form = _form(code, typed)
    step = "show" if desk.wants_other_language() else request.form.get("step", "show")
    if step == "undo":
        return _page(code, _form(code, typed_of(latest.lines)), latest)
    _save(code, form, latest)
    if step == "check" and form.validate():
        return redirect(url_for("employer.review_correction", code=code))
    return _page(code, form, latest, wrong=step == "check")


@employer.route("/declarations/<code>/correct/review", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def review_correction(code: str) -> ResponseReturnValue:
    key = request.form.get("form_key", "")
    if key and is_filed(desk.session(), desk.who().employer_id, key):
        return redirect(url_for("employer.declaration", code=code))
    latest = _revisions(code)[-1]
    draft = _draft(code, latest)
    form = _form(code, draft.typed if draft else None)
    if draft is None or not form.validate():
        return redirect(url_for("employer.correct", code=code))
    if request.method == "POST" and not desk.wants_other_language():
        return _file(code, form, draft)
    effects = preview_correction(desk.session(), _filing(code, form, draft))
    names = {one.worksite.code: one.worksite.name for one in form}
    values = {"period": Period.parse(code), "draft": draft, "effects": effects, "names": names}
    totals = totals_of(effects)
    return desk.form_page(
        "employer/review_correction.html", values | {"totals": totals}, wrong=False
    )


def _file(code: str, form: DeclarationForm, draft: Draft) -> ResponseReturnValue:
    try:
        if request.form.get("digest") != draft.digest:
            raise DraftChanged()
        session, day, vault, _rules = desk.access()
        lines = _lines(form)
        who, period = desk.who(), Period.parse(code)
        file_correction(session, day, vault, desk.tell(), who, period, draft, lines)
    except (DraftChanged, RevisionChanged):
        flash("draft_changed")
        return redirect(url_for("employer.review_correction", code=code))
    flash("corrected")
    return redirect(url_for("employer.declaration", code=code))


def _page(
    code: str, form: DeclarationForm, latest: Revision, *, wrong: bool = False
) -> ResponseReturnValue:
    period = Period.parse(code)
    complete = form.complete()
    if wrong:
        form.validate()
    values = {
        "form": form,
        "wrong_forms": [one for one in form if one.errors],
        "period": period,
        "latest": latest,
        "complete": len(complete),
        "made": contributions_of(desk.session(), period, [one.declared for one in complete]),
    }
    return desk.form_page("employer/correct.html", values, wrong=wrong)


def _save(code: str, form: DeclarationForm, latest: Revision) -> None:
    owner, period = desk.who().employer_id, Period.parse(code)
    save_draft(
        desk.session(), desk.working_day(), owner, period, form.typed(), corrects=latest.number
    )


def _revisions(code: str) -> list[Revision]:
    """What was filed for the period. Raises NotFound for what is no period, or not filed."""
    return list_revisions(desk.session(), desk.who().employer_id, code)


def _draft(code: str, latest: Revision) -> Draft | None:
    """What was typed over the latest revision; what was typed over another is of no use."""
    draft = load_draft(desk.session(), desk.who().employer_id, Period.parse(code))
    return draft if draft and draft.corrects == latest.number else None


def _form(code: str, typed: Typed | None) -> DeclarationForm:
    worksites = worksites_to_correct(desk.session(), desk.who().employer_id, Period.parse(code))
    return DeclarationForm(worksites, typed)


def _filing(code: str, form: DeclarationForm, draft: Draft) -> Filing:
    lines = _lines(form)
    period, number = Period.parse(code), desk.who().member_number
    return Filing(number, period, lines, draft.form_key, nil=not lines)


def _lines(form: DeclarationForm) -> tuple[WorksiteWages, ...]:
    return tuple(WorksiteWages(one.worksite.code, *one.declared) for one in form)
