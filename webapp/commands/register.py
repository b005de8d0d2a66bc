"""`flask import-register`: employers, contacts and worksites from a sheet."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    progress_bar,
    refusals_to_exit,
    right_now,
    session,
)
from webapp.commands.sheets import tell_row
from webapp.services.reference_data import load_reference_data
from webapp.services.register import Changes, load_agencies
from webapp.services.register import import_register as take_in
from webapp.services.register_lines import EMPLOYER_COLUMNS, WORKSITE_COLUMNS

HELP = f"""Take in the sheet FILE: employers, their contacts, and a line for each worksite.

UTF-8, cells separated by commas or semicolons. The first line names these columns, in any order:

\b
of the employer, repeated on each of its lines:
  {" ".join(EMPLOYER_COLUMNS[:6])}
  {" ".join(EMPLOYER_COLUMNS[6:])}
of the worksite, or empty:
  {" ".join(WORKSITE_COLUMNS)}

\b
language: ar, fr · periodicity: monthly, quarterly · notice_channel: sms, email, portal
wilaya: 01 to 69 · agency: empty for that of the wilaya · one of the two names is enough

Good lines are kept, bad ones are listed with their number. The same sheet a second time changes
nothing. Ends with 0, with {EXIT_A_PERSON_MUST_LOOK} when a line was refused, with 1 when the
sheet cannot be read at all.
"""


@click.command("import-register", help=HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@refusals_to_exit
def import_register(file: Path) -> None:
    if not load_agencies(session()).ids:
        year = right_now().today.year
        load_reference_data(session(), range(year - 1, year + 3))
    with progress_bar() as progress:
        summary = take_in(session(), file, tell_row, progress)
    click.echo(f"{summary.lines} lines read, {summary.refused} refused")
    click.echo(_told("employers", summary.employers))
    click.echo(_told("worksites", summary.worksites))
    if summary.refused:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)


def _told(what: str, changes: Changes) -> str:
    return (
        f"{what}: {changes.added} added, {changes.changed} changed, {changes.unchanged} unchanged"
    )
