"""The home of the staff: what waits for one's role, and where one may go."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.roles import Right
from webapp.services.contests.reading import count_waiting_contests
from webapp.services.staff.employer_money import count_decisions
from webapp.services.staff.office_queues import sums_of_queues
from webapp.services.staff.queues import count_queues
from webapp.services.staff.second_factor import recovery_codes_left
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff


@staff.get("")
@open_to(Audience.STAFF)
def home() -> ResponseReturnValue:
    who = visitor.who()
    serves = who.may(Right.SEE_EMPLOYERS)
    decides = who.may(Right.BOOK_PAYMENTS)
    return render_template(
        "staff/home.html",
        contests=_contests(),
        decisions=count_decisions(desk.session(), who.scope) if decides else None,
        queues=count_queues(desk.session(), desk.working_day(), who.scope) if serves else None,
        waiting=sums_of_queues(desk.session(), who.scope) if who.may(Right.COLLECT) else None,
        codes_left=recovery_codes_left(desk.session(), who.staff_id),
    )


def _contests() -> tuple[int, int] | None:
    """How many contests wait, and of how many the day of the answer has passed."""
    who = visitor.who()
    if not who.may(Right.ANSWER_CONTESTS):
        return None
    return count_waiting_contests(desk.session(), who.scope, desk.moment().today)
