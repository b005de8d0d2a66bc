"""Two people typed at once: what each typed, line by line, and the choice of what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import WorksiteLine
from webapp.services.drafts import load_draft, name_of_saver, save_draft
from webapp.services.worksites import open_worksites
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.visitor import what_was_typed


@employer.route("/declarations/<code>/both", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def both(code: str) -> ResponseReturnValue:
    period, typed = period_of(code), what_was_typed()
    if typed is None:
        return _back(period)
    mine, step = _form(typed), request.form.get("step", "show")
    if step == "show" or desk.wants_other_language():
        return show_both(period, mine, typed)
    if step == "theirs":
        return _back(period)
    return _keep(period, mine, typed, step)


def show_both(
    period: Period, mine: DeclarationForm, chosen: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """What was typed here beside the draft that somebody else has saved meanwhile."""
    draft = load_draft(desk.session(), desk.who().employer_id, period)
    differing = mine.differing(_form(draft.typed)) if draft else []
    if draft is None or not differing:
        return _back(period)
    values = {
        "period": period,
        "draft": draft,
        "saver": name_of_saver(desk.session(), desk.who().employer_id, draft),
        "own": draft.saved_by == desk.working_day().actor,
        "mine": mine,
        "differing": [(*pair, _choice(*pair, chosen or {})) for pair in differing],
        "wrong": request.form.get("step") == "chosen",
    }
    return render_template("employer/both.html", **values), 409


def _choice(mine: WorksiteLine, theirs: WorksiteLine, chosen: Mapping[str, str]) -> str:
    """What was chosen before; at first, of one who typed and one who did not, what was typed."""
    typed = "theirs" if mine.empty else "mine" if theirs.empty else ""
    return chosen.get(f"keep-{mine.worksite.id}", typed)


def _keep(
    period: Period, mine: DeclarationForm, typed: Mapping[str, str], step: str
) -> ResponseReturnValue:
    """Save what was chosen over the draft that was shown, and over no other."""
    draft = load_draft(desk.session(), desk.who().employer_id, period)
    if draft is None or draft.digest != typed.get("theirs"):
        return show_both(period, mine, typed)
    kept = _form(draft.typed)
    theirs = {line.worksite.id: line for line in kept}
    for my_line, _their_line in mine.differing(kept):
        choice = "mine" if step == "mine" else typed.get(f"keep-{my_line.worksite.id}")
        if choice not in {"mine", "theirs"}:
            return show_both(period, mine, typed)
        if choice == "mine":
            theirs[my_line.worksite.id].take(my_line)
    return _save(period, kept, draft.digest, mine)


def _save(
    period: Period, kept: DeclarationForm, seen: str, mine: DeclarationForm
) -> ResponseReturnValue:
    session, day, owner = desk.session(), desk.working_day(), desk.who().employer_id
    try:
        save_draft(session, day, owner, period, kept.typed(), seen)
    except DraftChanged:
        return show_both(period, mine)
    flash("draft_merged")
    return _back(period)


def _form(typed: Mapping[str, str]) -> DeclarationForm:
    return DeclarationForm(open_worksites(desk.session(), desk.who().employer_id), typed)


def _back(period: Period) -> ResponseReturnValue:
    return redirect(url_for("employer.declare", code=period.code))
