"""What an employer may declare now, and the worksites that it declares."""

from __future__ import annotations

from http import HTTPStatus

from flask import request

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidPeriod, NotFound
from webapp.domain.period import Period
from webapp.services.obligations import (
    declarable_periods,
    expected_periods,
    load_declaring,
    obligation,
)
from webapp.services.worksites import open_worksites, worksites_of
from webapp.views import desk
from webapp.views.api.answers import answers
from webapp.views.api.blueprint import api
from webapp.views.api.schemas import Periods, Worksites

LONGEST_CODE = 10  # of a period that is none, when it is told back
OF_PERIOD = {
    "name": "period",
    "in": "query",
    "schema": {"type": "string"},
    "description": "A period, like 2026-10 or 2026-Q4: the worksites open on a day of it.",
}


@api.get("/periods")
@open_to(Audience.PROGRAM_READS)
@answers(HTTPStatus.OK, Periods)
def periods() -> object:
    """What may be declared now, and until when.

    The oldest period first. Days after which something follows are told for a filing of today.
    """
    day, program = desk.working_day(), desk.program()
    declaring = load_declaring(desk.session(), program.employer_id)
    declarable = declarable_periods(declaring, day)
    expected = expected_periods(declarable, declaring)
    told = []
    for period in declarable:
        days = obligation(period, day)
        told.append({
            "period": period, "expected": period in expected, "declare_by": days.declare_by,
            "deadline": days.deadline, "debited_on": days.debited_on, "in_time": days.in_time,
        })  # fmt: skip
    return {"periods": told}


@api.get("/worksites")
@open_to(Audience.PROGRAM_READS)
@answers(HTTPStatus.OK, Worksites, NotFound, parameters=[OF_PERIOD])
def worksites() -> object:
    """The open worksites, or those that a period asks for.

    Each of these has its line in the declaration of that period.
    """
    session, employer_id = desk.session(), desk.program().employer_id
    code = request.args.get("period")
    if code is None:
        return {"worksites": open_worksites(session, employer_id)}
    try:
        period = Period.parse(code)
    except InvalidPeriod:
        raise NotFound(kind="period", reference=code[:LONGEST_CODE]) from None
    return {"worksites": worksites_of(session, employer_id, period)}
