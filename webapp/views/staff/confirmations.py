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
from webapp.services.papers import papers_of, read_paper, receive_paper
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import asked_id, show, staff, submitted


@staff.get("/papers")
@open_to(Audience.DESK)
def papers() -> ResponseReturnValue:
    found = confirmations.waiting(desk.session(), _agency(), asked_id("after") or 0)
    page = found[: confirmations.ROWS_OF_A_PAGE]
    return render_template(
        "staff/papers.html",
        waiting=page,
        today=desk.moment().today,
        more=len(found) > len(page),
    )


@staff.route("/papers/<reference>", methods=["GET", "POST"])
@open_to(Audience.DESK)
def paper(reference: str) -> ResponseReturnValue:
    form = ScanForm()
    mandate = confirmations.find_mandate(desk.session(), _agency(), reference)
    if submitted(form) and _received(form, reference):
        flash("paper_received")
        return redirect(url_for("staff.paper", reference=reference))
    return show(
        "staff/paper.html",
        form,
        mandate=mandate,
        today=desk.moment().today,
        scans=papers_of(desk.session(), mandate.id),
    )


@staff.post("/papers/<reference>/confirm")
@open_to(Audience.DESK)
@visitor.needs_proof
def confirm_paper(reference: str) -> ResponseReturnValue:
    try:
        confirmations.confirm(*_tools(), _agency(), reference, desk.tell())
    except PaperMissing:
        flash("paper_missing")
        return redirect(url_for("staff.paper", reference=reference))
    flash("paper_confirmed")
    return redirect(url_for("staff.papers"))


@staff.route("/papers/<reference>/refuse", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def refuse_paper(reference: str) -> ResponseReturnValue:
    form = RefusalForm()
    mandate = confirmations.find_mandate(desk.session(), _agency(), reference)
    if submitted(form):
        confirmations.refuse(*_tools(), _agency(), reference, form.why.data, desk.tell())
        flash("paper_refused")
        return redirect(url_for("staff.papers"))
    return show("staff/refuse_paper.html", form, mandate=mandate)


@staff.route("/scans/<scan>", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof  # the whole account number stands on it
def scan(scan: str) -> ResponseReturnValue:
    kind, content = read_paper(*_tools(), _folder(), _agency(), scan)
    ending = kind.rpartition("/")[2]
    # A browser shows a picture in its sandbox; its viewer of PDFs does not start there.
    inline = kind.startswith("image/")
    return desk.file_answer(content, f"khatwa-{scan[:8]}.{ending}", kind, inline=inline)


def _received(form: ScanForm, reference: str) -> bool:
    content = request.files["scan"].read() if "scan" in request.files else b""
    try:
        receive_paper(
            *_tools(), _folder(), _agency(), visitor.who().staff_id, reference, content
        )  # fmt: skip
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
