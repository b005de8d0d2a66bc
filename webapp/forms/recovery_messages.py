"""What commands say of backups, of runs that stop or may not begin, of a machine that fails, and of
the health of it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.domain.alarms import Alarm
from webapp.domain.errors import (
    BackupDamaged,
    BackupExists,
    BackupNotForHere,
    DatabaseAway,
    DatabaseInUse,
    DatabaseNotEmpty,
    DatabaseProgramFailed,
    DatabaseProgramMissing,
    DiskFailed,
    DiskFull,
    JournalDamaged,
    JournalIncomplete,
    KhatwaError,
    MayStillBeDebited,
    RunAlreadyInProgress,
    RunStopped,
    SentNotReconciled,
)
from webapp.domain.obstacles import Obstacle

Sentence = Callable[[Any], Any]
LOCALES = ("ar_DZ", "fr_DZ")


def in_both(sentence: Callable[[], Any]) -> Iterator[str]:
    """A sentence in Arabic, then in French: commands do not know who reads them."""
    for locale in LOCALES:
        with force_locale(locale):
            yield str(sentence())


def told_of(error: KhatwaError) -> Iterator[str]:
    """What to do about an error, in both languages; nothing where its name says it all."""
    sentence = SENTENCES.get(type(error))
    if sentence is not None:
        yield from in_both(lambda: sentence(error))


def _not_for_here(error: BackupNotForHere) -> Any:
    if error.reason == "engine":
        return _("This backup is of another kind of database: %(found)s.", found=error.found)
    return _(
        "This backup comes from a version of the service that this one does not know: %(found)s.",
        found=error.found,
    )


def _incomplete(error: JournalIncomplete) -> Any:
    if not error.reference:
        return _(
            "The sent journal is not in its place. Bring back its copy; only where nothing was"
            " ever sent, put an empty file there."
        )
    return _(
        "The sent journal lacks the file %(reference)s, which has left: it is not the whole"
        " journal. Bring back its copy.",
        reference=error.reference,
    )


SENTENCES: Mapping[type[KhatwaError], Sentence] = {
    SentNotReconciled: lambda _e: _(
        "A backup was restored: nothing is run or sent until “flask reconcile-sent” has compared"
        " the sent journal with the database."
    ),
    MayStillBeDebited: lambda error: _(
        "%(reference)s is not set aside while this could be debited again: %(dues)s. Enter it"
        " first as paid elsewhere.",
        reference=error.end_to_end_id,
        dues=", ".join(error.dues),
    ),
    BackupExists: lambda error: _(
        "There is a file called %(name)s already; no backup is ever overwritten.", name=error.name
    ),
    BackupNotForHere: _not_for_here,
    DatabaseNotEmpty: lambda _e: _(
        "The database is not empty. To replace all that is in it, add --force."
    ),
    DatabaseInUse: lambda _e: _("Another process works with the database. Stop the service first."),
    BackupDamaged: lambda _e: _("This backup is damaged. Nothing was changed."),
    JournalDamaged: lambda error: _(
        "The sent journal cannot be read at line %(line)s. Bring back its copy.", line=error.line
    ),
    JournalIncomplete: _incomplete,
    RunAlreadyInProgress: lambda _e: _("Another run is under way. Start this one after its end."),
    RunStopped: lambda _e: _(
        "The run was stopped. What it had done is kept whole, and the next run goes on from there."
    ),
    DiskFull: lambda _e: _(
        "The disk is full. Nothing was lost: what was done is kept whole. Make room on the disk,"
        " then give the same command again: it goes on from there."
    ),
    DiskFailed: lambda _e: _(
        "The disk could not be written or read. What was done before is kept whole. Have the disk"
        " looked at and check with “flask verify-books”, then give the same command again: it goes"
        " on from there."
    ),
    DatabaseAway: lambda _e: _(
        "The database does not answer. Nothing was lost: what was done is kept whole. Once it"
        " answers again, give the same command again: it goes on from there."
    ),
    DatabaseProgramMissing: lambda error: _(
        "The program %(program)s of PostgreSQL is not on this machine. Install the package"
        " %(package)s.",
        program=error.program,
        package=error.package,
    ),
    DatabaseProgramFailed: lambda error: _(
        "The program %(program)s of PostgreSQL ended with an error. Nothing was changed.",
        program=error.program,
    ),
}

OBSTACLES: Mapping[Obstacle, Callable[[], Any]] = {
    Obstacle.NO_CHANNEL: lambda: _("Its collecting account is not in the database: open it again."),
    Obstacle.NO_MANDATE: lambda: _(
        "Its authorisation is not in the database: it was signed after the backup."
    ),
    Obstacle.NO_DUE: lambda: _(
        "What it collects came into being after the backup: it must be declared again."
    ),
    Obstacle.DUE_DIFFERS: lambda: _(
        "What it collects is of another amount or of another employer here."
    ),
    Obstacle.DUE_CHANGED: lambda: _("What it collects was paid, waived or replaced here."),
    Obstacle.DEBIT_DIFFERS: lambda: _("Another debit has its reference here."),
    Obstacle.ALREADY_SETTLED: lambda: _(
        "What it collects is settled here: first import the bank's answers again."
    ),
}

ALARMS: Mapping[Alarm, Callable[[str], Any]] = {
    Alarm.NOT_RECONCILED: lambda _about: _(
        "A backup was restored: nothing is run or sent until “flask reconcile-sent” has compared"
        " the sent journal with the database."
    ),
    Alarm.RUN_MISSING: lambda about: _("The run of %(day)s is missing.", day=about),
    Alarm.FILE_IN_DOUBT: lambda about: _(
        "Nobody knows whether the file %(reference)s has left: ask the bank.", reference=about
    ),
    Alarm.BANK_SILENT: lambda about: _(
        "The bank has answered nothing of the file %(reference)s.", reference=about
    ),
    Alarm.EVENTS_BROKEN: lambda about: _(
        "The chain of events does not hold at link %(number)s.", number=about
    ),
    Alarm.BOOKS_UNBALANCED: lambda _about: _("The books do not sum to zero."),
    Alarm.MESSAGES_STUCK: lambda about: _(
        "Messages that wait although their time has come: %(number)s. Is “flask send-messages"
        " --loop” at work?",
        number=about,
    ),
}


def confirm_replacement(at: str) -> str:
    """The question before everything is replaced, in both languages on two lines."""
    return "\n".join(
        in_both(
            lambda: _(
                "Everything in the database will be replaced by the backup of %(at)s. Go on?", at=at
            )
        )
    )


def restored(at: str, *, behind: bool) -> Iterator[str]:
    """That a backup was restored, and what follows."""
    yield from in_both(lambda: _("The backup of %(at)s is restored.", at=at))
    if behind:
        yield from in_both(
            lambda: _("Its tables are of an earlier version: “flask db upgrade” comes next.")
        )


def reconciled(counts: Mapping[str, int]) -> Iterator[str]:
    """What a reconciling did, and whether runs and sending may go on."""
    yield from in_both(
        lambda: _(
            "Files in the sent journal: %(journalled)s. Debits bound as they left: %(bound)s."
            " Files now in doubt: %(in_doubt)s. Files taken back: %(taken_back)s."
            " Set aside: %(set_aside)s. Files that never left, removed from the outbox:"
            " %(removed)s.",
            **counts,
        )
    )
    if counts["unmatched"]:
        yield from in_both(
            lambda: _(
                "Debits not matched: %(number)s. Runs and sending stay blocked.",
                number=counts["unmatched"],
            )
        )
    else:
        yield from in_both(
            lambda: _("Runs and sending may go on. Ask the banks about the files in doubt.")
        )


def healthy() -> Iterator[str]:
    """That nothing is wrong."""
    yield from in_both(lambda: _("The service is well."))
