"""The dashboard of an agency, or of the country: how far the automatic debit has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.domain.sheets import sheet_lines
from webapp.languages import current_language
from webapp.services.staff.coverage import Coverage, coverage_of
from webapp.services.staff.report_tables import names_of_groups
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff

SHEETS = ("agency", "wilaya", "week")


@staff.get("/coverage")
@open_to(Audience.STAFF)
def coverage() -> ResponseReturnValue:
    return render_template(
        "staff/coverage.html", coverage=_found(), names=names_of_groups(desk.session())
    )


@staff.get("/coverage/sheet")
@open_to(Audience.STAFF)
def coverage_sheet() -> ResponseReturnValue:
    """The figures as a sheet: they name no employer."""
    by = request.args.get("by", "agency")
    if by not in SHEETS:
        raise NotFound(kind="page", reference=by)
    found = _found()
    headings, rows = _weeks(found) if by == "week" else _groups(found, by)
    content = "".join(sheet_lines(headings, rows)).encode()
    return desk.file_answer(content, f"khatwa-coverage-{by}.csv", "text/csv")


def _found() -> Coverage:
    return coverage_of(desk.session(), desk.working_day(), visitor.who().scope)


def _groups(found: Coverage, by: str) -> tuple[Sequence[str], Iterator[tuple[object, ...]]]:
    names, language = names_of_groups(desk.session())[by], current_language().code
    headings = (_("Code"), _("Name"), _("Employers"), _("With automatic debit"), _("Percent"))
    rows = (
        (one.code, getattr(names.get(one.code), language, ""), one.employers, one.covered,
         one.percent)
        for one in (found.agencies if by == "agency" else found.wilayas)
    )  # fmt: skip
    return headings, rows


def _weeks(found: Coverage) -> tuple[Sequence[str], Iterator[tuple[object, ...]]]:
    headings = (
        _("Week from"), _("On their own device"), _("With the fund's help"), _("On paper"),
        _("In all"),
    )  # fmt: skip
    rows = ((one.first_on, one.own, one.kiosk, one.paper, one.signed) for one in found.weeks)
    return headings, rows
