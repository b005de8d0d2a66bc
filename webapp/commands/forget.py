"""`flask forget-old`: deletes what need not be kept any longer, as every run does by itself."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from webapp.commands.desk import Day, refusals_to_exit, session, settings, working_day
from webapp.domain.retention import RETENTIONS, Retention, Since
from webapp.services.forgetting import count_old, forget_old
from webapp.services.locking import run_lock

SINCE = {
    Since.MADE: "it was made",
    Since.LAST_CHANGE: "its last change",
    Since.ENDED: "it ended",
    Since.ANSWERED: "it was answered",
    Since.END_OF_MEMBERSHIP: "the end of the membership",
    Since.END_OF_MANDATE: "the end of the mandate",
    Since.END_OF_YEAR: "the end of its year",
}


@click.command("forget-old")
@click.option("--dry-run", is_flag=True, help="Count what is old, and delete nothing.")
@click.option("--on", type=Day(), help="With --dry-run: what would be old on that day.")
@with_appcontext
@refusals_to_exit
def forget_old_rows(dry_run: bool, on: date | None) -> None:
    """Delete what is older than its kind is kept for.

    Tells of every kind for how long it is kept, and how many of it are gone, or would be.
    """
    if on is not None and not dry_run:
        raise click.UsageError("--on is for --dry-run: what is deleted is what is old now")
    day = working_day(on)
    if dry_run:
        counts = count_old(session(), day)
    else:
        with run_lock(session(), settings().home, wait=True):
            counts = forget_old(session(), day)
    click.echo("Dry run, nothing deleted." if dry_run else "Deleted:")
    for line in RETENTIONS:
        if line.forgotten:
            click.echo(f"{_told(line)}{counts[line.kept]:>9}")
    click.echo("Kept as the fund's records, and never deleted by a program:")
    for line in RETENTIONS:
        if not line.forgotten:
            click.echo(_told(line).rstrip())


def _told(line: Retention) -> str:
    """A kind and its time: messages, 90 days after it was made."""
    return f"  {line.kept.value:<22}{f'{line.span} after {SINCE[line.since]}':<40}"
