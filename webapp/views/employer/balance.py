"""An employer's balance: for each period, or each worksite of one, what became of what was owed."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.balance import balance_by_period, balance_by_worksite
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/balance")
@open_to(Audience.EMPLOYER)
def balance() -> ResponseReturnValue:
    worksite = request.args.get("worksite") or None
    found = balance_by_period(desk.session(), desk.who().employer_id, worksite)
    return render_template("employer/balance.html", balance=found, worksite=worksite, period=None)


@employer.get("/balance/<code>")
@open_to(Audience.EMPLOYER)
def balance_of_period(code: str) -> ResponseReturnValue:
    found = balance_by_worksite(desk.session(), desk.who().employer_id, code)
    return render_template(
        "employer/balance.html", balance=found, worksite=None, period=found.rows[0].period
    )
