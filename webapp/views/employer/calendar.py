"""The employer's calendar: a month, a list of all that is near, and the same as a file."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.documents import calendar_file
from webapp.domain.errors import InvalidPeriod, NotFound
from webapp.domain.months import add_months
from webapp.domain.months_grid import weeks_of
from webapp.domain.period import Period, Periodicity
from webapp.languages import current_language
from webapp.services.employer_calendar import by_day, calendar_entries, near_days
from webapp.views import desk
from webapp.views.employer.blueprint import employer

# Which months a page shows, counted from this one.
MONTHS_BACK, MONTHS_AHEAD = 120, 18
CALENDAR = "text/calendar; charset=utf-8"


@employer.get("/calendar")
@open_to(Audience.EMPLOYER)
def calendar() -> ResponseReturnValue:
    day, month = desk.working_day(), _asked_month()
    found = calendar_entries(
        desk.session(), day, desk.who().employer_id, month.first_day, month.last_day
    )
    return render_template(
        "employer/calendar.html",
        month=month,
        weeks=weeks_of(month.first_day),
        entries=by_day(found),
        today=day.today,
        this_month=_month_of(day.today).code,
        earlier=month.previous() if _is_shown(month.previous()) else None,
        later=month.next() if _is_shown(month.next()) else None,
    )


@employer.get("/calendar/list")
@open_to(Audience.EMPLOYER)
def calendar_list() -> ResponseReturnValue:
    day = desk.working_day()
    first, last = near_days(day.today)
    found = calendar_entries(desk.session(), day, desk.who().employer_id, first, last)
    return render_template(
        "employer/calendar_list.html", entries=found, first=first, last=last, today=day.today
    )


@employer.get("/calendar/file")
@open_to(Audience.EMPLOYER)
def calendar_document() -> ResponseReturnValue:
    day, employer_id = desk.working_day(), desk.who().employer_id
    found = calendar_entries(desk.session(), day, employer_id, *near_days(day.today))
    known_at = desk.midnight_of(day.today)
    content = calendar_file(found, employer_id, current_language(), known_at, day.today)
    return desk.file_answer(content, "khatwa.ics", CALENDAR)


def _asked_month() -> Period:
    """The month of the address, or this one. Raises NotFound for one that is not shown."""
    asked = request.args.get("month")
    if asked is None:
        return _month_of(desk.moment().today)
    try:
        month = Period.parse(asked)
    except InvalidPeriod:
        raise NotFound(kind="page", reference=asked) from None
    if month.periodicity is not Periodicity.MONTHLY or not _is_shown(month):
        raise NotFound(kind="page", reference=asked)
    return month


def _is_shown(month: Period) -> bool:
    this = desk.moment().today.replace(day=1)
    return add_months(this, -MONTHS_BACK) <= month.first_day <= add_months(this, MONTHS_AHEAD)


def _month_of(day: date) -> Period:
    return Period.containing(day, Periodicity.MONTHLY)
