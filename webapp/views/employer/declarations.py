"""The declarations of an employer: what is filed, what is to be filed, and one as it was filed."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.declaration_history import (
    find_declaration,
    list_declarations,
    list_draft_periods,
)
from webapp.services.enrolment import default_authorisation
from webapp.services.obligations import obligation
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import declarable


@employer.get("/declarations")
@open_to(Audience.EMPLOYER)
def declarations() -> ResponseReturnValue:
    day, employer_id = desk.working_day(), desk.who().employer_id
    expected, older = declarable()
    return render_template(
        "employer/declarations.html",
        declarations=list_declarations(desk.session(), employer_id),
        drafts=list_draft_periods(desk.session(), employer_id),
        to_declare=[obligation(period, day) for period in expected],
        older=older,
        today=day.today,
    )


@employer.get("/declarations/<code>")
@open_to(Audience.EMPLOYER)
def declaration(code: str) -> ResponseReturnValue:
    who = desk.who()
    page = find_declaration(desk.session(), who.employer_id, code)
    return render_template(
        "employer/declaration.html",
        page=page,
        authorisation=default_authorisation(desk.session(), who.employer_id),
        days=obligation(page.period, desk.working_day()),
    )
