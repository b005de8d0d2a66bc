"""The live board of open days, for a screen on the wall."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.open_days_words import COLUMNS, PARTS
from webapp.services.open_days.board import read_board, read_board_of_all
from webapp.views import desk
from webapp.views.staff.blueprint import staff
from webapp.views.staff.campaigns import ONE, campaign_of


@staff.get(f"{ONE}/board")
@open_to(Audience.DESK)
def board(reference: str) -> ResponseReturnValue:
    there = campaign_of(reference)
    found = read_board(desk.session(), desk.working_day(), there.row.id)
    return render_template(
        "staff/board.html", board=found, columns=COLUMNS, parts=PARTS, there=there
    )


@staff.get("/board")
@open_to(Audience.STAFF)
def board_of_all() -> ResponseReturnValue:
    """Counts alone, of all agencies: whoever works for the fund may put them on a wall."""
    found = read_board_of_all(desk.session(), desk.working_day())
    return render_template(
        "staff/board.html", board=found, columns=COLUMNS, parts=PARTS, there=None
    )
