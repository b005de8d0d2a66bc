"""What must never be: books, events, files or backups that do not agree with themselves."""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

from webapp.domain.errors.root import KhatwaError


class IntegrityAlarm(KhatwaError):
    """Something that must hold whatever happens does not: a person must look at once."""


class BooksUnbalanced(IntegrityAlarm):
    """A pair of postings that does not sum to zero."""


class EventsTampered(IntegrityAlarm):
    """The chain of events does not hold at `position`.

    `what`: event_changed, event_missing, link_missing, event_slipped_in, unreadable, or
    head_missing when the chain does not hold the head that was printed.
    """

    position: int
    what: str


class RunDoesNotAddUp(IntegrityAlarm):
    """A count or sum of the run differs from the database's."""

    what: str
    expected: object
    found: object


class FileAltered(IntegrityAlarm):
    """The bytes of a file (`reference`) are not those that were written, or it is gone."""


class JournalDamaged(IntegrityAlarm):
    """The journal of what was sent cannot be read at `line`, which is not its torn end."""

    line: int


class JournalIncomplete(IntegrityAlarm):
    """The journal lacks the file `reference`, which has left; all of it, where that is empty."""

    reference: str


class BackupDamaged(IntegrityAlarm):
    """`reason`: no_backup, incomplete, manifest, dump or content; of a file that is not whole."""

    reason: str


class SealBroken(IntegrityAlarm):
    """A ciphertext was changed, moved to another row, or sealed with an unknown key."""
