"""Declaring by a sheet: the sheet to fill in, the one that is sent, and its lines to put right."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import DraftChanged, UnusableSheet
from webapp.domain.period import Period
from webapp.forms.messages import sentence_for
from webapp.forms.sheet import (
    SHOWN_AT_ONCE,
    LineForm,
    SheetFileForm,
    SheetForm,
    draft_fields,
    typed_in_line,
    wrong_forms,
)
from webapp.languages import current_language
from webapp.services.declaration_sheets import (
    WaitingSheet,
    after_taking,
    csv_template,
    load_waiting,
    read_sheet,
    take_lines,
    with_typed,
    without_lines,
    workbook_template,
)
from webapp.services.worksites import WorksiteName, add_worksite, worksites_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.employer.periods import period_of
from webapp.views.employer.worksites import wilayas
from webapp.views.visitor import what_was_typed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALL, DROP = "all", "drop-"


@employer.route("/declarations/<code>/sheet", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def sheet(code: str) -> ResponseReturnValue:
    period, form = period_of(code), SheetFileForm()
    if request.method == "POST" and not desk.wants_other_language():
        file = request.files.get("sheet")
        try:
            found = read_sheet(file.read() if file else b"", (file and file.filename) or "")
            return _go_on(period, _settle(period, found)[1])
        except UnusableSheet as error:
            form.sheet.errors = [sentence_for(error)]
    values = {"form": form, "period": period, "waiting": _waiting(period)}
    return desk.form_page("employer/sheet.html", values, wrong=bool(form.sheet.errors))


@employer.get("/declarations/<code>/sheet/empty.csv")
@open_to(Audience.EMPLOYER)
def sheet_to_fill_in_csv(code: str) -> Response:
    period = period_of(code)
    content = csv_template(_worksites(period), current_language().code)
    return desk.file_answer(content, f"khatwa-{period.code}.csv", "text/csv")


@employer.get("/declarations/<code>/sheet/empty.xlsx")
@open_to(Audience.EMPLOYER)
def sheet_to_fill_in_xlsx(code: str) -> Response:
    period = period_of(code)
    content = workbook_template(_worksites(period), current_language().code, period.code)
    return desk.file_answer(content, f"khatwa-{period.code}.xlsx", XLSX)


@employer.route("/declarations/<code>/sheet/lines", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def sheet_lines(code: str) -> ResponseReturnValue:
    period = period_of(code)
    waiting, typed = _waiting(period), what_was_typed()
    if waiting is None:
        return redirect(url_for("employer.review", code=period.code))
    if typed is not None:
        numbers = (line.number for line in waiting.lines)
        waiting = with_typed(waiting, {one: typed_in_line(one, typed) for one in numbers})
    if request.method == "POST" and not desk.wants_other_language():
        return _put_right(period, waiting, request.form.get("step", ""))
    form = _form(period, waiting)
    form.sort()  # says what is wrong; what was typed and is right by now is shown as well
    return _page(period, waiting, form.lines, wrong=False)


def _put_right(period: Period, waiting: WaitingSheet, step: str) -> ResponseReturnValue:
    """Take what is right by now; a button of a line leaves it out, and keeps what was typed."""
    if step.startswith(DROP):
        out = step.removeprefix(DROP)
        numbers = [line.number for line in waiting.lines if out in {ALL, str(line.number)}]
        waiting = without_lines(waiting, numbers)
    else:
        waiting = _add_new_worksites(period, waiting)
    try:
        left, wrong = _settle(period, waiting, seen=request.form.get("seen", ""))
    except DraftChanged:
        flash("draft_changed")
        return redirect(url_for("employer.sheet_lines", code=period.code))
    if not wrong or step.startswith(DROP):
        return _go_on(period, wrong)
    return _page(period, left, wrong, wrong=True)


def _settle(
    period: Period, sheet: WaitingSheet, seen: str | None = None
) -> tuple[WaitingSheet, list[LineForm]]:
    """Take the good lines into the draft; what waits now, and its lines with their mistakes."""
    good, wrong = _form(period, sheet).sort()
    left = after_taking(sheet, {worksite: one.number for worksite, one in good.items()})
    employer_id, fields = desk.who().employer_id, draft_fields(good)
    take_lines(desk.session(), desk.working_day(), employer_id, period, left, fields, seen=seen)
    return _waiting(period) or left, wrong


def _add_new_worksites(period: Period, waiting: WaitingSheet) -> WaitingSheet:
    wanted = {one.number: one.new_worksite for one in _form(period, waiting).lines}
    added = {
        number: {
            "belongs_to": str(
                add_worksite(desk.session(), desk.working_day(), desk.who().employer_id, *new)
            )
        }
        for number, new in wanted.items()
        if new is not None
    }
    return with_typed(waiting, added)


def _go_on(period: Period, wrong: list[LineForm]) -> ResponseReturnValue:
    if wrong:
        return redirect(url_for("employer.sheet_lines", code=period.code))
    flash("sheet_read")
    return redirect(url_for("employer.review", code=period.code))


def _worksites(period: Period) -> list[WorksiteName]:
    return worksites_of(desk.session(), desk.who().employer_id, period)


def _waiting(period: Period) -> WaitingSheet | None:
    return load_waiting(desk.session(), desk.who().employer_id, period)


def _form(period: Period, waiting: WaitingSheet) -> SheetForm:
    return SheetForm(_worksites(period), waiting.lines, waiting.taken, list(wilayas().items()))


def _page(
    period: Period, waiting: WaitingSheet, lines: list[LineForm], *, wrong: bool
) -> ResponseReturnValue:
    shown = lines[:SHOWN_AT_ONCE]
    values = {
        "period": period,
        "waiting": waiting,
        "lines": shown,
        "wrong_forms": wrong_forms(shown),
        "names": {one.id: one.name for one in _worksites(period)},
    }
    return desk.form_page("employer/sheet_lines.html", values, wrong=wrong)
