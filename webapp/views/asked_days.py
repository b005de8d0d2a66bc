"""The days that an address asks for: first_on and last_on."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict

from webapp.domain.errors import NotFound
from webapp.forms.days import DaysForm
from webapp.views import desk


def asked_days(else_from: date) -> tuple[date, date]:
    """The days of the address, or those until today. Raises NotFound for what is no span."""
    first_on = _day("first_on") or else_from
    last_on = _day("last_on") or max(desk.moment().today, first_on)
    if first_on > last_on:
        raise NotFound(kind="days", reference=f"{first_on} {last_on}")
    return first_on, last_on


def days_form(typed: MultiDict[str, str] | None, first_on: date, last_on: date) -> DaysForm:
    """The form of what was typed, if anything was, else of these days."""
    shown = {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
    return DaysForm(typed or MultiDict(shown))


def _day(name: str) -> date | None:
    asked = request.args.get(name, "")
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise NotFound(kind="days", reference=asked) from None
