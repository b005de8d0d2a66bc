"""Marks on the lines of the office's queues: events that say who has looked into them, and how.

The last event of a line is its mark. Whoever acts says which mark they have seen: what has
happened since, their own act among it, makes the act void, so that no form acts twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from webapp.domain.errors import ShownChanged
from webapp.domain.office_queues import Looked, LookNote
from webapp.models import Debit, Event, Subject

LOOKED_INTO = "looked_into"
TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Ticked:
    """A line by its id, and the mark that it had when it was shown."""

    id: int
    mark: int


def mark_of_debit() -> ScalarSelect[Any]:
    """The id of the last event of the debit of the enclosing statement; NULL without one."""
    return (
        select(func.max(Event.id))
        .where(Event.subject == Subject.DEBIT, Event.subject_id == Debit.id)
        .correlate(Debit)
        .scalar_subquery()
    )


def mark_of_entry(entries: FromClause) -> ScalarSelect[Any]:
    """The id of the last event about one of these entries of messages; NULL without one.

    Such events are about the message, and their cause names the entry: `entry:17:bank_asked`.
    """
    begins = literal("entry:").concat(cast(entries.c.id, String)).concat(":%")
    return (
        select(func.max(Event.id))
        .where(
            Event.subject == Subject.BANK_MESSAGE,
            Event.subject_id == entries.c.bank_message_id,
            Event.cause.like(begins),
        )
        .correlate(entries)
        .scalar_subquery()
    )


def only_looked(looked: Looked | None) -> list[ColumnElement[bool]]:
    """For statements that join the last event: the lines that are asked for."""
    if looked is Looked.ALL:
        return []
    if looked is None:
        return [func.coalesce(Event.target, "") != LOOKED_INTO]
    return [Event.target == (LOOKED_INTO if looked is Looked.DONE else TAKEN)]


def check_mark(session: Session, mark: Select[Any], ticked: Ticked) -> None:
    """Raise ShownChanged when something has happened to a line since it was shown.

    Inside the caller's transaction, which holds the line's row.
    """
    if (session.scalar(mark) or 0) != ticked.mark:
        raise ShownChanged()


def entry_cause(entry_id: int, what: str) -> str:
    """The cause of an event about one entry of a message."""
    return f"entry:{entry_id}:{what}"


def note_in(target: str | None, cause: str | None) -> LookNote | None:
    """The note of an event of looking; None of any other."""
    note = (cause or "").rpartition(":")[2]
    return LookNote(note) if target == LOOKED_INTO and note in list(LookNote) else None


def lock_debit(session: Session, debit_id: int) -> Debit | None:
    """The debit, which nobody moves until this transaction ends."""
    return session.scalar(
        select(Debit)
        .where(Debit.id == debit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
