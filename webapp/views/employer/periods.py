"""The period of an address: what the pages of declarations share."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.domain.errors import DeclaredElsewhere, MonthAlreadyDeclared
from webapp.domain.period import Period
from webapp.services.obligations import declarable_period, load_declaring
from webapp.views import desk
from webapp.views.employer.blueprint import employer


def period_of(code: str) -> Period:
    """The period of an address, which the employer may declare now.

    Raises NotFound, MonthAlreadyDeclared for one that is filed, DeclaredElsewhere for a portal's.
    """
    who = desk.who()
    declaring = load_declaring(desk.session(), who.employer_id)
    return declarable_period(code, who, declaring, desk.working_day())


@employer.errorhandler(MonthAlreadyDeclared)
def show_what_is_filed(_error: MonthAlreadyDeclared) -> ResponseReturnValue:
    """Filed meanwhile, or the back button was used: the page of what is filed.

    Who was typing is told that it is not in there.
    """
    if request.method == "POST" and request.form.get("step") != "totals":
        flash("filed_meanwhile")
    code = (request.view_args or {})["code"]
    return redirect(url_for("employer.declaration", code=code))


@employer.errorhandler(DeclaredElsewhere)
def show_the_calendar(_error: DeclaredElsewhere) -> ResponseReturnValue:
    """Set meanwhile, or an old link: the calendar says where it is declared."""
    flash("declared_elsewhere")
    return redirect(url_for("employer.declarations"))
