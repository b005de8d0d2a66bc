"""Contests of employers: the queue by the day of the answer, the evidence, the answer."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.archives import proof_pack_zip
from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.contests import ContestOutcome
from webapp.domain.errors import NoLongerPossible
from webapp.forms.contests import ContestAnswerForm
from webapp.services.contests.deciding import Decision, decide_contest
from webapp.services.contests.evidence import read_evidence
from webapp.services.contests.reading import find_contest, waiting_contests
from webapp.services.proof_packs import gather_proof
from webapp.services.staff.employers import note_proof
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/contests")
@open_to(Audience.MONEY)
def contests() -> ResponseReturnValue:
    scope, after = visitor.who().scope, request.args.get("after")
    found, more = waiting_contests(desk.session(), scope, after)
    return render_template(
        "staff/contests.html", contests=found, more=more, today=desk.moment().today
    )


@staff.route("/contests/<reference>", methods=["GET", "POST"])
@open_to(Audience.MONEY)
@visitor.needs_proof
def contest(reference: str) -> ResponseReturnValue:
    form, scope = ContestAnswerForm(), visitor.who().scope
    if submitted(form):
        return _answer(form, reference)
    page = find_contest(desk.session(), desk.vault(), scope, reference)
    everything = {due.due_id for due in page.dues}
    chosen = (form.due.data or ()) if form.is_submitted() else everything
    today = desk.moment().today
    return show("staff/contest.html", form, page=page, contest=page.row, chosen=chosen, today=today)


@staff.get("/contests/<reference>/proof")
@open_to(Audience.MONEY)
def contest_proof(reference: str) -> ResponseReturnValue:
    scope = visitor.who().scope
    found = find_contest(desk.session(), desk.vault(), scope, reference).row
    pack = gather_proof(desk.session(), scope.agency_id, found.debit)
    archive = proof_pack_zip(current_app, pack, desk.moment().now)
    note_proof(desk.session(), desk.working_day(), found.member_number)
    return desk.file_answer(archive, f"khatwa-{found.debit}.zip", "application/zip")


@staff.get("/evidence/<paper>")
@open_to(Audience.MONEY)
def evidence(paper: str) -> ResponseReturnValue:
    session, day, vault = desk.session(), desk.working_day(), desk.vault()
    scope = visitor.who().scope
    kind, content = read_evidence(session, day, vault, _folder(), scope, paper)
    ending = kind.rpartition("/")[2]
    # A browser shows a picture in its sandbox; its viewer of PDFs does not start there.
    inline = kind.startswith("image/")
    return desk.file_answer(content, f"khatwa-{paper[:8]}.{ending}", kind, inline=inline)


def _answer(form: ContestAnswerForm, reference: str) -> ResponseReturnValue:
    who, outcome = visitor.who(), ContestOutcome(form.outcome.data)
    decision = Decision(form.upheld, form.answer.data, outcome)
    try:
        decide_contest(
            desk.session(), desk.working_day(), desk.vault(), desk.tell(), who.scope, who.staff_id,
            reference, decision,
        )  # fmt: skip
    except NoLongerPossible:
        flash("no_longer_possible")
    else:
        flash("contest_answered")
    return redirect(url_for("staff.contest", reference=reference))


def _folder() -> Path:
    config: Config = current_app.config["KHATWA"]
    return config.scans
