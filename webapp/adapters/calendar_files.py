"""iCalendar files (RFC 5545) through icalendar: escaping, folding and time stamps are its work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration, vText

PRODUCER = "-//Khatwa//CACOBATPH//"
# How often a calendar may ask again.
REFRESHED_AFTER = timedelta(hours=12)
# Nine o'clock on the day before.
REMINDS_BEFORE = timedelta(hours=-15)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One whole day of a calendar; `uid` stays the same for as long as it is the same event."""

    uid: str
    on: date
    summary: str
    description: str
    changed_at: datetime
    reminds: bool = False


def write_calendar(name: str, language: str, events: Iterable[CalendarEvent]) -> bytes:
    """The bytes of a calendar: of the same events always the same. Lines end in CRLF."""
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCER}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", vText(name), parameters={"LANGUAGE": language})
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", "Africa/Algiers")
    calendar.add("refresh-interval", vDuration(REFRESHED_AFTER), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED_AFTER))
    for event in events:
        calendar.add_component(_event(event, language))
    return bytes(calendar.to_ical())


def _event(one: CalendarEvent, language: str) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("dtstart", one.on)
    event.add("dtend", one.on + ONE_DAY)
    event.add("summary", one.summary, parameters={"LANGUAGE": language})
    if one.description:
        event.add("description", one.description, parameters={"LANGUAGE": language})
    event.add("transp", "TRANSPARENT")
    if one.reminds:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.summary)
        alarm.add("trigger", REMINDS_BEFORE)
        event.add_component(alarm)
    return event
