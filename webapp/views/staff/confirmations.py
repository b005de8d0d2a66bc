"""Authorisations that wait for a bank's stamp: the queue, the scans, yes or no."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.domain.errors import PaperMissing, UnusableScan
from webapp.forms.messages import sentence_for
from webapp.forms.papers import RefusalForm, ScanForm
from webapp.outside import Vault
from webapp.services import confirmations
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import asked_id, show, staff, submitted


@staff.get("/papers")
@open_to(Audience.DESK)
def papers() -> ResponseReturnValue:
    found = confirmations.waiting(desk.session(), _agency(), asked_id("after") or 0)
    return render_template(
        "staff/papers.html",
        waiting=found,
        today=desk.moment().today,
        more=len(found) == confirmations.ROWS_OF_A_PAGE,
    )


@staff.route("/papers/<reference>", methods=["GET", "POST"])
@open_to(Audience.DESK)
def paper(reference: str) -> ResponseReturnValue:
    form = ScanForm()
    waiting = confirmations.find_waiting(desk.session(), _agency(), reference)
    if submitted(form) and _received(form, reference):
        flash("paper_received")
        return redirect(url_for("staff.paper", reference=reference))
    scans = confirmations.papers_of(desk.session(), waiting.id)
    return show("staff/paper.html", form, waiting=waiting, scans=scans, refusal=RefusalForm())


@staff.post("/papers/<reference>/confirm")
@open_to(Audience.DESK)
def confirm_paper(reference: str) -> ResponseReturnValue:
    try:
        confirmations.confirm(*_tools(), _agency(), reference)
    except PaperMissing:
        flash("paper_missing")
        return redirect(url_for("staff.paper", reference=reference))
    flash("paper_confirmed")
    return redirect(url_for("staff.papers"))


@staff.post("/papers/<reference>/refuse")
@open_to(Audience.DESK)
def refuse_paper(reference: str) -> ResponseReturnValue:
    form = RefusalForm()
    if not form.validate():
        return redirect(url_for("staff.paper", reference=reference))
    confirmations.refuse(*_tools(), _agency(), reference, form.why.data)
    flash("paper_refused")
    return redirect(url_for("staff.papers"))


@staff.get("/scans/<scan>")
@open_to(Audience.DESK)
def scan(scan: str) -> ResponseReturnValue:
    kind, content = confirmations.read_paper(*_tools(), _folder(), _agency(), scan)
    ending = kind.rpartition("/")[2]
    return desk.file_answer(content, f"khatwa-{scan[:8]}.{ending}", kind, inline=True)


def _received(form: ScanForm, reference: str) -> bool:
    content = request.files["scan"].read() if "scan" in request.files else b""
    try:
        confirmations.receive_paper(
            *_tools(), _folder(), _agency(), visitor.who().staff_id, reference, content
        )
    except UnusableScan as error:
        form.scan.errors = [sentence_for(error)]
        return False
    return True


def _tools() -> tuple[Session, WorkingDay, Vault]:
    return desk.session(), desk.working_day(), desk.vault()


def _agency() -> int | None:
    return visitor.who().scope.agency_id


def _folder() -> Path:
    config: Config = current_app.config["KHATWA"]
    return config.scans
