"""An employer's calendar as a file for the calendar of their phone: no account, no worksite."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from webapp.adapters.calendar_files import CalendarEvent, write_calendar
from webapp.calendar_words import entry_text, note_text
from webapp.catalogs import Language, catalog
from webapp.domain.calendar_entries import REMINDED_OF
from webapp.services.employer_calendar import Entry


def calendar_file(
    entries: Iterable[Entry], employer_id: int, language: Language, known_at: datetime, today: date
) -> bytes:
    """The bytes of the file. `known_at` stamps what has no moment of its own.

    The same entries make the same bytes: who asks again finds that nothing has changed.
    """
    name = catalog(language).gettext("Khatwa: debits and time limits")
    events = (_event(entry, employer_id, language, known_at, today) for entry in entries)
    return write_calendar(name, language.code, events)


def _event(
    entry: Entry, employer_id: int, language: Language, known_at: datetime, today: date
) -> CalendarEvent:
    # An accountant may have the calendars of several employers in one.
    key = f"calendar:{employer_id}:{entry.kind}:{entry.key}"
    return CalendarEvent(
        uid=f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@khatwa",
        on=entry.on,
        summary=entry_text(entry, language),
        description=note_text(entry, language),
        changed_at=entry.changed_at or known_at,
        reminds=entry.kind in REMINDED_OF and not entry.done and entry.on > today,
    )
