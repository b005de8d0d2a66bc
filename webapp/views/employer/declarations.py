"""The declarations of an employer: what is filed, what is to be filed, and one as it was filed."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.due_dates import annual_return
from webapp.services.declaration_history import find_declaration, list_draft_periods
from webapp.services.enrolment import default_authorisation
from webapp.services.obligations import obligation
from webapp.services.period_calendar import PeriodState, correctable_of, load_calendar_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/declarations")
@open_to(Audience.EMPLOYER)
def declarations() -> ResponseReturnValue:
    day, employer_id = desk.working_day(), desk.who().employer_id
    calendar = load_calendar_of(desk.session(), day, employer_id)
    return render_template(
        "employer/declarations.html",
        calendar=calendar,
        drafts=list_draft_periods(desk.session(), employer_id),
        to_declare=calendar.of(PeriodState.LATE, PeriodState.OPEN),
        older=calendar.of(PeriodState.OLDER),
        annual=annual_return(day.today, day.calendar, day.rules),
        today=day.today,
    )


@employer.get("/declarations/<code>")
@open_to(Audience.EMPLOYER)
def declaration(code: str) -> ResponseReturnValue:
    who, day = desk.who(), desk.working_day()
    page = find_declaration(desk.session(), who.employer_id, code)
    return render_template(
        "employer/declaration.html",
        page=page,
        authorisation=default_authorisation(desk.session(), who.employer_id),
        days=obligation(page.period, day),
        correctable=correctable_of(desk.session(), day, who.employer_id, page.period),
        today=day.today,
    )
