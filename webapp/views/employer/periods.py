"""The period of an address, and what may be declared: what the pages of declarations share."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.domain.errors import MonthAlreadyDeclared
from webapp.domain.period import Period
from webapp.services.obligations import (
    declarable_period,
    declarable_periods,
    expected_periods,
    load_declared_months,
)
from webapp.views import desk
from webapp.views.employer.blueprint import employer


def period_of(code: str) -> Period:
    """The period of an address, which the employer may declare now.

    Raises NotFound, and MonthAlreadyDeclared for one that is filed.
    """
    who = desk.who()
    declared = load_declared_months(desk.session(), who.employer_id)
    return declarable_period(code, who, declared, desk.working_day())


def declarable() -> tuple[list[Period], list[Period]]:
    """The periods that the employer is asked to declare, and older ones that they may declare."""
    who = desk.who()
    declared = load_declared_months(desk.session(), who.employer_id)
    periods = declarable_periods(who.periodicity, declared, desk.working_day())
    expected = expected_periods(periods, declared)
    return expected, [period for period in periods if period not in expected]


@employer.errorhandler(MonthAlreadyDeclared)
def show_what_is_filed(_error: MonthAlreadyDeclared) -> ResponseReturnValue:
    """Filed meanwhile, or the back button was used: the page of what is filed."""
    code = (request.view_args or {})["code"]
    return redirect(url_for("employer.declaration", code=code))
