"""The bank files: the list, one of them, its approval, and the bank's word that it has it."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import CutOffPassed, FileAltered, IllegalMove, SecondPersonNeeded
from webapp.services.bank_files import approve_bank_file, confirm_sent
from webapp.services.staff.bank_file_list import find_file, list_files, waiting_files
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff

TOLD: dict[type[Exception], str] = {
    SecondPersonNeeded: "second_person_needed",
    FileAltered: "file_altered",
    CutOffPassed: "cut_off_passed",
    IllegalMove: "no_longer_possible",
}


@staff.get("/files")
@open_to(Audience.OFFICE)
def bank_files() -> ResponseReturnValue:
    before = request.args.get("before", type=int)
    rows, more = list_files(desk.session(), before)
    waiting = waiting_files(desk.session()) if before is None else []
    return render_template("staff/bank_files.html", files=rows, more=more, waiting=waiting)


@staff.get("/files/<reference>")
@open_to(Audience.OFFICE)
def bank_file(reference: str) -> ResponseReturnValue:
    found = find_file(desk.session(), reference)
    own = found.frozen_by == desk.working_day().actor
    return render_template("staff/bank_file.html", file=found, own=own)


@staff.post("/files/<reference>/approve")
@open_to(Audience.OFFICE)
@visitor.needs_proof
def approve_file(reference: str) -> ResponseReturnValue:
    config: Config = current_app.config["KHATWA"]
    day = desk.working_day()
    return _done(
        reference,
        lambda: approve_bank_file(desk.session(), day, reference, config.outbox),
        "file_approved",
    )


@staff.post("/files/<reference>/confirm")
@open_to(Audience.OFFICE)
@visitor.needs_proof
def confirm_file(reference: str) -> ResponseReturnValue:
    day = desk.working_day()
    return _done(reference, lambda: confirm_sent(desk.session(), day, reference), "file_confirmed")


def _done(reference: str, act: Callable[[], None], done: str) -> ResponseReturnValue:
    """Do it, and say what became of it on the page of the file."""
    try:
        act()
    except tuple(TOLD) as refused:
        flash(TOLD[type(refused)])
    else:
        flash(done)
    return redirect(url_for("staff.bank_file", reference=reference))
