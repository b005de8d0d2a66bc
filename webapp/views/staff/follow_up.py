"""The follow-up list of an agency, on a page and as a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.domain.follow_up import FollowUp
from webapp.languages import current_language
from webapp.queue_sheets import follow_up_sheet_lines
from webapp.services.staff.follow_up import (
    FollowLine,
    count_follow_up,
    follow_up,
    record_sheet_taken,
)
from webapp.views import desk
from webapp.views.ids import asked_id
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff

LINES_AT_ONCE = 1_000


@staff.get("/follow-up")
@open_to(Audience.DESK)
def follow_up_list() -> ResponseReturnValue:
    day, scope, kind = desk.working_day(), visitor.who().scope, _asked_kind()
    lines, more = follow_up(desk.session(), day, scope, kind, asked_id("before"))
    return render_template(
        "staff/follow_up.html",
        kind=kind,
        counts=count_follow_up(desk.session(), day, scope),
        lines=lines,
        more=more,
        today=day.today,
    )


@staff.get("/follow-up/sheet")
@open_to(Audience.DESK)
def follow_up_sheet() -> ResponseReturnValue:
    """Every line of a kind, as a sheet; that it was taken away is an event."""
    kind = _asked_kind()
    record_sheet_taken(desk.session(), desk.working_day(), visitor.who().staff_id, kind)
    sheet = follow_up_sheet_lines(_every_line(kind), current_language().code)
    lines = "".join(sheet)
    return desk.file_answer(lines.encode(), f"khatwa-follow-up-{kind}.csv", "text/csv")


def _asked_kind() -> FollowUp:
    asked = request.args.get("kind", FollowUp.REMINDER)
    if asked not in set(FollowUp):
        raise NotFound(kind="page", reference=asked)
    return FollowUp(asked)


def _every_line(kind: FollowUp) -> Iterator[FollowLine]:
    day, scope = desk.working_day(), visitor.who().scope
    before, more = None, True
    while more:
        lines, more = follow_up(desk.session(), day, scope, kind, before, LINES_AT_ONCE)
        yield from lines
        before = lines[-1].id if lines else None
