"""Two people typed at once: what each typed, line by line, and the choice of what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged
from webapp.forms.declaration import DeclarationForm
from webapp.forms.worksite_lines import WorksiteLine
from webapp.services.drafts import Draft, name_of_saver
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.employer.typing import Typing, correction_of, typing_of
from webapp.views.visitor import what_was_typed


@employer.route("/declarations/<code>/both", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def both(code: str) -> ResponseReturnValue:
    return _choose(typing_of(period_of(code)))


@employer.route("/declarations/<code>/correct/both", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def both_corrections(code: str) -> ResponseReturnValue:
    return _choose(correction_of(code))


def _choose(typing: Typing) -> ResponseReturnValue:
    typed, step = what_was_typed(), request.form.get("step", "show")
    if typed is None:
        return redirect(typing.address())
    mine = typing.form(typed)
    if step == "show" or desk.wants_other_language():
        return show_both(typing, mine, typed)
    if step == "theirs":
        return redirect(typing.address())
    return _keep(typing, mine, typed, step)


def show_both(
    typing: Typing, mine: DeclarationForm, chosen: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """What was typed here beside what somebody else has saved, or filed, meanwhile."""
    draft = typing.draft()
    differing = mine.differing(typing.form(draft.typed if draft else None))
    if not differing or not (draft or typing.filed):
        return redirect(typing.address())
    values = {
        "period": typing.period,
        "address": url_for(typing.both, code=typing.period.code),
        "hidden": {"theirs": _digest(draft), "revision": typing.revision},
        "mine": mine,
        "differing": [(*pair, _choice(*pair, chosen or {})) for pair in differing],
        "wrong": request.form.get("step") == "chosen",
        **_saved(typing, draft),
    }
    return render_template("employer/both.html", **values), 409


def _saved(typing: Typing, draft: Draft | None) -> dict[str, object]:
    """Who saved the other version and when; what is filed names nobody."""
    if draft is None:
        return {"filed_at": typing.filed.filed_at if typing.filed else None}
    return {
        "saved_at": draft.saved_at,
        "saver": name_of_saver(desk.session(), desk.who().employer_id, draft),
        "own": draft.saved_by == desk.working_day().actor,
    }


def _digest(draft: Draft | None) -> str:
    return draft.digest if draft else ""


def _choice(mine: WorksiteLine, theirs: WorksiteLine, chosen: Mapping[str, str]) -> str:
    """What was chosen before; at first, of one who typed and one who did not, what was typed."""
    typed = "theirs" if mine.empty else "mine" if theirs.empty else ""
    return chosen.get(f"keep-{mine.worksite.id}", typed)


def _keep(
    typing: Typing, mine: DeclarationForm, typed: Mapping[str, str], step: str
) -> ResponseReturnValue:
    """Save what was chosen over the version that was shown, and over no other."""
    draft = typing.draft()
    if _digest(draft) != typed.get("theirs"):
        return show_both(typing, mine, typed)
    kept = typing.form(draft.typed if draft else None)
    theirs = {line.worksite.id: line for line in kept}
    for my_line, _their_line in mine.differing(kept):
        choice = "mine" if step == "mine" else typed.get(f"keep-{my_line.worksite.id}")
        if choice not in {"mine", "theirs"}:
            return show_both(typing, mine, typed)
        if choice == "mine":
            theirs[my_line.worksite.id].take(my_line)
    return _save(typing, kept, mine, typed)


def _save(
    typing: Typing, kept: DeclarationForm, mine: DeclarationForm, sent: Mapping[str, str]
) -> ResponseReturnValue:
    try:
        typing.save(kept.typed(), {"seen": sent["theirs"], "revision": sent.get("revision", "")})
    except DraftChanged:
        return show_both(typing, mine)
    flash("draft_merged")
    return redirect(typing.address())
