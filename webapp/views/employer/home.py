"""The employer's home: everything at a glance."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.overview import look_over
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/home")
@open_to(Audience.EMPLOYER)
def home() -> ResponseReturnValue:
    day = desk.working_day()
    return render_template(
        "employer/home.html",
        overview=look_over(desk.session(), day, desk.who()),
        today=day.today,
        max_attempts=day.rules.max_attempts,
    )
