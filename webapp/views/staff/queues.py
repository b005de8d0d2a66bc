"""The queues of the collection office: how much waits, each queue with its filter, as a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.office_queues import QueueKind
from webapp.domain.sheets import sheet_lines
from webapp.forms.office_queues import BulkForm
from webapp.languages import current_language
from webapp.queue_sheets import Line, headings_of, rows_of
from webapp.services.staff.debit_queues import Wanted
from webapp.services.staff.office_queues import files_in_doubt, sums_of_queues
from webapp.services.staff.queue_lines import QueueReader, record_sheet
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff, submitted
from webapp.views.staff.queue_page import KIND, filter_of, queue_page, reader, wanted_by

LINES_AT_ONCE = 1_000


@staff.get("/queues")
@open_to(Audience.OFFICE)
def queues() -> ResponseReturnValue:
    sums = sums_of_queues(desk.session(), visitor.who().scope)
    return render_template("staff/queues.html", sums=sums)


@staff.route(f"/queues/<{KIND}:kind>", methods=["GET", "POST"])
@open_to(Audience.OFFICE)
def queue(kind: str) -> ResponseReturnValue:
    form = filter_of(QueueKind(kind))
    if submitted(form):
        return redirect(url_for("staff.queue", kind=kind, **form.asked()))  # type: ignore[arg-type]
    return queue_page(QueueKind(kind), form, BulkForm())


@staff.get(f"/queues/<{KIND}:kind>/sheet")
@open_to(Audience.OFFICE)
def queue_sheet(kind: str) -> ResponseReturnValue:
    """What the filter shows, all of it, as a sheet; that it was taken away is an event."""
    wanted = wanted_by(filter_of(QueueKind(kind)))
    record_sheet(desk.session(), desk.working_day(), visitor.who().staff_id, QueueKind(kind))
    lines = rows_of(_pages(reader(QueueKind(kind)), wanted), current_language().code)
    sheet = stream_with_context(sheet_lines(headings_of(QueueKind(kind)), lines))
    response = Response(sheet, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"khatwa-{kind}.csv")
    return response


@staff.get("/queues/files")
@open_to(Audience.OFFICE)
def queue_of_files() -> ResponseReturnValue:
    files = files_in_doubt(desk.session(), desk.working_day())
    return render_template("staff/files_in_doubt.html", files=files)


def _pages(queue: QueueReader, wanted: Wanted) -> Iterator[Sequence[Line]]:
    """Every line that fits, so many at once, by key: what comes meanwhile moves none of them."""
    before, more = None, True
    while more:
        lines, more = queue.page(wanted, before, LINES_AT_ONCE)
        yield lines
        before = lines[-1].id if lines else None
