"""The bank files: the list, one of them, and what a person does with it after a last look."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import (
    CutOffPassed,
    FileAltered,
    IllegalMove,
    NoLongerPossible,
    NotFound,
    SecondPersonNeeded,
)
from webapp.domain.file_acts import FileAct
from webapp.domain.rules import HealthRules
from webapp.forms.bank_files import CarriedForm, ReceiptForm, ReviewForm
from webapp.outside import sent_journal
from webapp.services import bank_file_acts as acts
from webapp.services.bank_files import approve_bank_file, confirm_sent
from webapp.services.staff.bank_file_list import FileLook, list_files, look_at_file, waiting_files
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted

TOLD: dict[type[Exception], str] = {
    SecondPersonNeeded: "second_person_needed",
    FileAltered: "file_altered",
    CutOffPassed: "cut_off_passed",
    IllegalMove: "no_longer_possible",
    NoLongerPossible: "no_longer_possible",
}
ActForm = ReviewForm | ReceiptForm | CarriedForm
# What each act does, of a file by its reference; the last argument is what was typed.
ACTS: dict[FileAct, Callable[[Session, WorkingDay, str, Config, str], object]] = {
    FileAct.APPROVE: lambda s, day, file, to, _: approve_bank_file(s, day, file, to.outbox),
    FileAct.SEND: lambda s, day, file, to, _: acts.ask_to_send(s, day, file, to.outbox),
    FileAct.CARRY: lambda s, day, file, to, _: acts.carry_by_hand(
        s, day, file, to.outbox, sent_journal(to)
    ),
    FileAct.REPLACE: lambda s, day, file, _to, _: acts.replace_file(s, day, file),
    FileAct.ARRIVED: lambda s, day, file, _to, receipt: confirm_sent(s, day, file, receipt),
    FileAct.MISSING: lambda s, day, file, _to, _: acts.say_missing(s, day, file),
    FileAct.AGREE: lambda s, day, file, to, _: acts.agree_missing(s, day, file, to.outbox),
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
    return render_template("staff/bank_file.html", look=_look(reference))


@staff.route("/files/<reference>/<act>", methods=["GET", "POST"])
@open_to(Audience.OFFICE)
@visitor.needs_proof
def file_act(reference: str, act: str) -> ResponseReturnValue:
    wanted, look = _known(act), _look(reference)
    form = _form(wanted, look)
    if submitted(form):
        return _done(reference, _do(wanted, look, form))
    if wanted not in look.acts and request.method == "GET":
        return _done(reference, "no_longer_possible")
    return show("staff/file_act.html", form, look=look, act=wanted, seen=_mark(look))


def _known(act: str) -> FileAct:
    try:
        return FileAct(act)
    except ValueError:
        raise NotFound(kind="page", reference=act) from None


def _config() -> Config:
    config: Config = current_app.config["KHATWA"]
    return config


def _look(reference: str) -> FileLook:
    return look_at_file(desk.session(), desk.working_day(), HealthRules(), reference)


def _form(act: FileAct, look: FileLook) -> ActForm:
    if act is not FileAct.ARRIVED:
        return ReviewForm()
    return CarriedForm() if look.standing.by_hand else ReceiptForm()


def _mark(look: FileLook) -> str:
    """What was looked at before it is confirmed: the file with everything said of it, and what
    would follow, which changes with the bank's hour.
    """
    seen = (look.row.status, look.standing, look.too_late, look.next_day)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _do(act: FileAct, look: FileLook, form: ActForm) -> str:
    """Do it as it was looked at; what to say of what became of it."""
    if request.form.get("seen") != _mark(look):
        return "file_changed"
    typed = "" if isinstance(form, ReviewForm) else form.receipt.data
    try:
        ACTS[act](desk.session(), desk.working_day(), look.row.reference, _config(), typed)
    except tuple(TOLD) as refused:
        return TOLD[type(refused)]
    given_up = act is FileAct.AGREE and look.too_late
    return "file_given_up" if given_up else f"file_{act.value}"


def _done(reference: str, told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("staff.bank_file", reference=reference))
