"""A copy of everything that is held about an employer, to take away."""

from __future__ import annotations

from functools import partial

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from webapp.archives import data_export_zip
from webapp.audiences import Audience, open_to
from webapp.languages import current_language
from webapp.services.data_exports import export_data
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer


@employer.get("/my-data/export")
@open_to(Audience.OWNER)
def data_export() -> ResponseReturnValue:
    return render_template("employer/data_export.html")


@employer.post("/my-data/export")
@open_to(Audience.OWNER)
def make_data_export() -> ResponseReturnValue:
    answer = visitor.proof_wanted()
    if answer is not None:
        return answer
    who = desk.who()
    export = partial(export_data, desk.session(), desk.working_day(), desk.vault(), who.employer_id)
    name = who.name_in(current_language().code)
    archive = data_export_zip(current_app, name, export, desk.moment().now)
    return desk.file_answer(archive, "khatwa.zip", "application/zip")
