"""The answers of the banks: the messages received, and one with where each entry led."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.config import Config
from webapp.forms.office_queues import AnswersForm
from webapp.services.channels import list_channels
from webapp.services.staff.answer_list import (
    AnswersWanted,
    entries_of,
    find_message,
    list_messages,
)
from webapp.services.staff.report_tables import Name
from webapp.views import desk
from webapp.views.ids import ID, asked_id
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/answers", methods=["GET", "POST"])
@open_to(Audience.OFFICE)
def answers() -> ResponseReturnValue:
    form = AnswersForm() if request.method == "POST" else AnswersForm(_address())
    form.bank.offered = channel_options()
    if submitted(form):
        return redirect(url_for("staff.answers", **form.asked()))  # type: ignore[arg-type]
    said = form.said()
    wanted = AnswersWanted(said.get("bank", ""), said.get("since"), said.get("until"))
    found, more = list_messages(desk.session(), _inbox(), wanted, asked_id("before"))
    return show("staff/answers.html", form, messages=found, more=more, asked=form.asked())


@staff.get(f"/answers/<{ID}:bank_message_id>")
@open_to(Audience.OFFICE)
def answer(bank_message_id: int) -> ResponseReturnValue:
    found = find_message(desk.session(), _inbox(), bank_message_id)
    after, unmatched = asked_id("after"), "unmatched" in request.args
    entries, more = entries_of(
        desk.session(), bank_message_id, after=-1 if after is None else after, unmatched=unmatched
    )
    return render_template(
        "staff/answer.html", message=found, entries=entries, more=more, unmatched=unmatched
    )


def channel_options() -> list[tuple[str, object]]:
    """The channels that a filter offers, with their names."""
    return [
        (one.code, Name(one.institution_ar, one.institution_fr))
        for one in list_channels(desk.session())
    ]


def _address() -> MultiDict[str, str]:
    return MultiDict({name: request.args.get(name, "") for name in ("bank", "since", "until")})


def _inbox() -> Path:
    config: Config = current_app.config["KHATWA"]
    return config.inbox
