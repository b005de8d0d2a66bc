"""The report of open days: of one day or of all, as a page, on paper and as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.documents import day_report_pdf
from webapp.domain.errors import NotFound
from webapp.domain.sheets import sheet_lines
from webapp.open_days_words import COLUMNS, FAILURES, PARTS
from webapp.services.open_days.case_figures import Tally
from webapp.services.open_days.day_report import DayReport, days_of, read_day_report
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff
from webapp.views.staff.campaigns import ONE

Line = tuple[object, ...]


@staff.get(f"{ONE}/report")
@open_to(Audience.DESK)
def day_report(reference: str) -> ResponseReturnValue:
    report = _asked(reference)
    return render_template(
        "staff/day_report.html",
        report=report,
        days=days_of(report.campaign, desk.moment().today),
        columns=COLUMNS,
        parts=PARTS,
    )


@staff.get(f"{ONE}/report/document")
@open_to(Audience.DESK)
def day_report_document(reference: str) -> ResponseReturnValue:
    report = _asked(reference)
    pdf = day_report_pdf(current_app, report, desk.moment().now)
    name, inline = _name(report, "pdf"), "download" not in request.args
    return desk.file_answer(pdf, name, "application/pdf", inline=inline)


@staff.get(f"{ONE}/report/sheet")
@open_to(Audience.DESK)
def day_report_sheet(reference: str) -> ResponseReturnValue:
    report = _asked(reference)
    headings = (_("Part"), _("Which"), *COLUMNS.values(), PARTS["all"])
    lines = "".join(sheet_lines(headings, _lines(report)))
    return desk.file_answer(lines.encode(), _name(report, "csv"), "text/csv")


def _asked(reference: str) -> DayReport:
    """The report of the day in the address, or of all days."""
    asked, me = request.args.get("on", ""), visitor.who()
    try:
        on = date.fromisoformat(asked) if asked else None
    except ValueError:
        raise NotFound(kind="day", reference=asked) from None
    return read_day_report(desk.session(), desk.working_day(), me.scope, me.staff_id, reference, on)


def _name(report: DayReport, kind: str) -> str:
    return f"khatwa-{report.campaign.row.reference}-{report.on or 'all'}.{kind}"


def _lines(report: DayReport) -> Iterator[Line]:
    """Every part of the report, one below the other, with the same columns."""
    figures = report.figures
    yield _line(PARTS["all"], "", figures.tally)
    yield from (_line(PARTS["by_day"], on, tally) for on, tally in figures.days.items())
    yield from (_line(PARTS["hours"], f"{at:02}:00", one) for at, one in figures.hours.items())
    yield from (
        _line(PARTS["agents"], name or PARTS["alone"], one) for name, one in figures.agents.items()
    )
    for device, one in figures.devices.items():
        called = " – ".join(filter(None, (device.name, device.place))) if device else None
        yield _line(PARTS["devices"], called or PARTS["no_device"], one)
    empty = [""] * (len(COLUMNS) - 2)
    for cause, number in figures.causes.items():
        yield (PARTS["why"], FAILURES[cause], *empty[:3], number, "", number)
    yield (PARTS["papers"], "", *empty, "", "", figures.papers)
    for part in ("middle", "mean"):
        minutes = getattr(figures.minutes, part)
        yield (PARTS[part], "", *empty, "", "", "" if minutes is None else f"{minutes:.1f}")


def _line(part: object, which: object, tally: Tally) -> Line:
    numbers: Iterable[int] = (getattr(tally, column) for column in COLUMNS)
    return (part, which, *numbers, tally.total)
