"""Contesting amounts of a debit, following a contest, taking it back."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import UnusableScan
from webapp.forms.contests import ContestForm
from webapp.forms.messages import sentence_for
from webapp.services.contests.deciding import withdraw_contest
from webapp.services.contests.evidence import read_own_evidence
from webapp.services.contests.opening import Claim, contestable, open_contest
from webapp.services.contests.reading import contests_of_debit, find_own_contest
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.visitor import what_was_typed


@employer.route("/debits/<reference>/contest", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def contest_debit(reference: str) -> ResponseReturnValue:
    typed, owner = what_was_typed(), desk.who().employer_id
    form, key = ContestForm(typed), (typed and typed.get("form_key")) or secrets.token_hex(16)
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        made = _open(form, reference, key)
        if made:
            return redirect(url_for("employer.contest", reference=made))
    offered = contestable(desk.session(), desk.working_day(), owner, reference)
    chosen = form.due.data if typed else {due.due_id for due in offered.dues}
    return desk.form_page(
        "employer/contest_debit.html",
        {
            "form": form,
            "offered": offered,
            "form_key": key,
            "chosen": chosen or (),
            "contests": contests_of_debit(desk.session(), owner, reference),
        },
        wrong=any(field.errors for field in form),
    )


@employer.get("/contests/<reference>")
@open_to(Audience.EMPLOYER)
def contest(reference: str) -> ResponseReturnValue:
    page = find_own_contest(desk.session(), desk.vault(), desk.who().employer_id, reference)
    return render_template("employer/contest.html", page=page, contest=page.row)


@employer.route("/contests/<reference>/withdraw", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def take_back_contest(reference: str) -> ResponseReturnValue:
    owner = desk.who().employer_id
    page = find_own_contest(desk.session(), desk.vault(), owner, reference)
    if not page.row.is_open:
        return redirect(url_for("employer.contest", reference=reference))
    if request.method == "POST" and not desk.wants_other_language():
        withdraw_contest(desk.session(), desk.working_day(), owner, reference)
        flash("contest_withdrawn")
        return redirect(url_for("employer.contest", reference=reference))
    return render_template("employer/take_back_contest.html", contest=page.row)


@employer.get("/evidence/<paper>")
@open_to(Audience.EMPLOYER)
def own_evidence(paper: str) -> ResponseReturnValue:
    session, day, vault = desk.session(), desk.working_day(), desk.vault()
    kind, content = read_own_evidence(
        session, day, vault, _folder(), desk.who().employer_id, paper
    )  # fmt: skip
    ending = kind.rpartition("/")[2]
    return desk.file_answer(content, f"khatwa-{paper[:8]}.{ending}", kind)


def _open(form: ContestForm, reference: str, key: str) -> str:
    """Contest; the reference of the contest, or nothing where the evidence cannot be taken."""
    content = request.files["evidence"].read() if "evidence" in request.files else b""
    claim = Claim(key, form.due.data, form.reason.data, form.words.data, content)
    session, day, owner = desk.session(), desk.working_day(), desk.who().employer_id
    try:
        made = open_contest(
            session, day, desk.vault(), desk.tell(), _folder(), owner, reference, claim
        )
    except UnusableScan as error:
        form.evidence.errors = [sentence_for(error)]
        return ""
    flash("contest_opened")
    return made


def _folder() -> Path:
    config: Config = current_app.config["KHATWA"]
    return config.scans
