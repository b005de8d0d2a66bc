"""The runs: the list, what is to come, one report with its signing off, as JSON and on paper."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.documents import run_report_pdf
from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.services.staff.collection_preview import preview_collection
from webapp.services.staff.collection_runs import RunRow, find_run, list_runs, sign_off
from webapp.services.staff.report_tables import groups_of, names_of_groups
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff


@staff.get("/runs")
@open_to(Audience.OFFICE)
def runs() -> ResponseReturnValue:
    rows, more = list_runs(desk.session(), request.args.get("before", type=int))
    return render_template("staff/runs.html", runs=rows, more=more)


@staff.get("/runs/to-come")
@open_to(Audience.OFFICE)
def to_come() -> ResponseReturnValue:
    preview = preview_collection(desk.session(), desk.working_day())
    names = names_of_groups(desk.session())
    return render_template("staff/to_come.html", preview=preview, names=names)


@staff.get("/runs/<int:run_id>")
@open_to(Audience.OFFICE)
def run(run_id: int) -> ResponseReturnValue:
    found = find_run(desk.session(), run_id)
    return render_template(
        "staff/run.html",
        run=found,
        groups=groups_of(found.report) if found.report else {},
        names=names_of_groups(desk.session()),
        own=found.actor == desk.working_day().actor,
    )


@staff.post("/runs/<int:run_id>/sign")
@open_to(Audience.OFFICE)
@visitor.needs_proof
def sign_run(run_id: int) -> ResponseReturnValue:
    try:
        sign_off(desk.session(), desk.working_day(), run_id)
    except SecondPersonNeeded:
        flash("second_person_needed")
    except NoLongerPossible:
        flash("no_longer_possible")
    else:
        flash("run_signed_off")
    return redirect(url_for("staff.run", run_id=run_id))


@staff.get("/runs/<int:run_id>/report.json")
@open_to(Audience.OFFICE)
def run_json(run_id: int) -> ResponseReturnValue:
    found = _ended(run_id)
    assert found.report is not None  # noqa: S101  (_ended)
    return desk.file_answer(
        found.report.to_json().encode(), f"khatwa-run-{run_id}.json", "application/json"
    )


@staff.get("/runs/<int:run_id>/document")
@open_to(Audience.OFFICE)
def run_document(run_id: int) -> ResponseReturnValue:
    pdf = run_report_pdf(current_app, _ended(run_id), names_of_groups(desk.session()))
    return desk.file_answer(
        pdf, f"khatwa-run-{run_id}.pdf", "application/pdf", inline="download" not in request.args
    )


def _ended(run_id: int) -> RunRow:
    found = find_run(desk.session(), run_id)
    if found.report is None:
        raise NotFound(kind="run", reference=str(run_id))
    return found
