"""The live board on a screen on the wall, which holds nobody's session."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.open_days_words import COLUMNS, PARTS
from webapp.services.open_days.board import read_board
from webapp.views import desk
from webapp.views.device.blueprint import at_hand, device


@device.get("/board", endpoint="board")
@open_to(Audience.DEVICE)
def live_board() -> ResponseReturnValue:
    found = read_board(desk.session(), desk.working_day(), at_hand().campaign_id)
    return render_template("device/board.html", board=found, columns=COLUMNS, parts=PARTS)
