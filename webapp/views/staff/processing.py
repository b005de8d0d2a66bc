"""The register of processing that law 18-07 asks for: which data, why, and for how long."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.retention import RETENTIONS
from webapp.views.staff.blueprint import staff


@staff.get("/processing")
@open_to(Audience.AUDIT)
def processing() -> ResponseReturnValue:
    return render_template("staff/processing.html", retentions=RETENTIONS)
