"""Whose data an account has touched between two days: to look at, and to take away."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.domain.moment import ALGIERS
from webapp.domain.sheets import sheet_lines
from webapp.forms.staff_desk import BreachForm
from webapp.services.breach_queries import (
    Breach,
    Touch,
    count_touched,
    first_touches,
    record_export,
    whose_data,
)
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted

LINES_ON_THE_PAGE = 50


@staff.route("/breach", methods=["GET", "POST"])
@open_to(Audience.AUDIT)
def breach() -> ResponseReturnValue:
    form = BreachForm()
    if not submitted(form):
        return show("staff/breach.html", form, count=None)
    asked = Breach(form.who.data, form.since.data, form.until.data)
    if request.form.get("step") == "download":
        return _sheet(asked)
    return show(
        "staff/breach.html",
        form,
        count=count_touched(desk.session(), asked),
        touches=first_touches(desk.session(), asked, LINES_ON_THE_PAGE),
    )


def _sheet(asked: Breach) -> Response:
    """The whole answer as a sheet; that it was taken away is an event."""
    record_export(desk.session(), desk.working_day(), asked, visitor.who().staff_id)
    headings = (
        _("Kind"), _("Number"), _("Name in Arabic"), _("Name in French"), _("E-mail address"),
        _("Mobile number"), _("Act"), _("How often"), _("First"), _("Last"),
    )  # fmt: skip
    lines = stream_with_context(sheet_lines(headings, _rows(asked)))
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="khatwa-breach.csv")
    return response


def _rows(asked: Breach) -> Iterator[tuple[object, ...]]:
    for one in whose_data(desk.session(), asked):
        yield _row(one)


def _row(one: Touch) -> tuple[object, ...]:
    first, last = (f"{at.astimezone(ALGIERS):%d/%m/%Y %H:%M}" for at in (one.first_at, one.last_at))
    return (
        one.kind, one.number, one.name_ar, one.name_fr, one.email, one.phone, one.act, one.times,
        first, last,
    )  # fmt: skip
