"""The money told by three sources, on a page and as a sheet, and how well the collection goes."""

from __future__ import annotations

from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.domain.groupings import By
from webapp.domain.money import plain_dinars
from webapp.domain.sheets import sheet_lines
from webapp.services.staff.collection_figures import collection_figures
from webapp.services.staff.report_tables import names_of_channels
from webapp.services.staff.three_ways import ThreeWays, compare_three_ways
from webapp.views import desk
from webapp.views.asked_days import asked_days, days_form
from webapp.views.staff.blueprint import show, staff, submitted

DAYS_AT_FIRST = 31


@staff.route("/three-ways", methods=["GET", "POST"])
@open_to(Audience.OFFICE)
def three_ways() -> ResponseReturnValue:
    by, (first_on, last_on) = _asked_by(), _asked_days()
    form = days_form(request.form or None, first_on, last_on)
    if submitted(form):
        days = {"first_on": form.first_on.data, "last_on": form.last_on.data}
        return redirect(url_for("staff.three_ways", by=by, **days))
    return show(
        "staff/three_ways.html",
        form,
        by=by,
        ways=list(By),
        first_on=first_on,
        last_on=last_on,
        compared=compare_three_ways(desk.session(), by, first_on, last_on),
        names=names_of_channels(desk.session()),
    )


@staff.get("/three-ways/sheet")
@open_to(Audience.OFFICE)
def three_ways_sheet() -> ResponseReturnValue:
    by, (first_on, last_on) = _asked_by(), _asked_days()
    compared = compare_three_ways(desk.session(), by, first_on, last_on)
    headings = (
        _("Day, institution or file"), _("Debits"), _("Declared (DA)"), _("Debited (DA)"),
        _("Received (DA)"), _("Refused or returned (DA)"), _("Awaited (DA)"),
        _("Without a declaration (DA)"), _("Unexplained (DA)"),
    )  # fmt: skip
    lines = "".join(sheet_lines(headings, map(_cells, compared.rows)))
    name = f"khatwa-{by}-{first_on}-{last_on}.csv"
    return desk.file_answer(lines.encode(), name, "text/csv")


@staff.get("/figures")
@open_to(Audience.OFFICE)
def figures() -> ResponseReturnValue:
    found = collection_figures(desk.session(), desk.working_day())
    return render_template("staff/figures.html", figures=found)


def _asked_by() -> By:
    asked = request.args.get("by", By.DAY)
    if asked not in set(By):
        raise NotFound(kind="page", reference=asked)
    return By(asked)


def _asked_days() -> tuple[date, date]:
    """The days of the address, or the last month."""
    return asked_days(else_from=desk.moment().today - timedelta(days=DAYS_AT_FIRST))


def _cells(row: ThreeWays) -> tuple[object, ...]:
    amounts = (
        row.declared, row.debited, row.received, row.refused, row.awaited, row.undeclared,
        row.unexplained,
    )  # fmt: skip
    return (row.key, row.debits, *map(_number, amounts))


def _number(centimes: int) -> str:
    return ("-" if centimes < 0 else "") + plain_dinars(abs(centimes))
