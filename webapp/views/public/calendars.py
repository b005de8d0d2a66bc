"""An employer's calendar for the program of their phone, which has nothing but the address."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.catalogs import LANGUAGES
from webapp.documents import calendar_file
from webapp.services.calendar_feeds import find_feed
from webapp.services.employer_calendar import calendar_entries, near_days
from webapp.views import desk

calendars = Blueprint("calendars", __name__)


@calendars.get("/calendar/<token>.ics")
@open_to(Audience.PUBLIC)
def feed(token: str) -> ResponseReturnValue:
    day, found = desk.working_day(), find_feed(*desk.access(), token)
    entries = calendar_entries(desk.session(), day, found.employer_id, *near_days(day.today))
    language = LANGUAGES[found.language.value]
    content = calendar_file(entries, found.employer_id, language, found.made_at, day.today)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
