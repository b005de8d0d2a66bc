"""What an employer may declare now, and the worksites that it declares."""

from __future__ import annotations

from http import HTTPStatus

from webapp.audiences import Audience, open_to
from webapp.services.obligations import (
    declarable_periods,
    expected_periods,
    load_declaring,
    obligation,
)
from webapp.services.worksites import open_worksites
from webapp.views import desk
from webapp.views.api.answers import answers
from webapp.views.api.blueprint import api
from webapp.views.api.schemas import Periods, Worksites


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
@answers(HTTPStatus.OK, Worksites)
def worksites() -> object:
    """The open worksites.

    Each of them has its line in a declaration.
    """
    return {"worksites": open_worksites(desk.session(), desk.program().employer_id)}
