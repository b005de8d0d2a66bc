"""`flask import-dues` and `flask export-postings`: to and from the fund's own system."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from webapp.adapters.storage import write_atomically
from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    by_option,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.commands.sheets import HABITS, sheet_options, tell_refused, tell_summary
from webapp.domain.errors import InvalidRow
from webapp.services import posting_export
from webapp.services.assessed_lines import ASSESSED_COLUMNS, ASSESSED_KINDS
from webapp.services.assessments import import_dues as take_in
from webapp.services.locking import run_lock

DUES_HELP = f"""Take in the sheet FILE of amounts that the fund's own system has assessed.

UTF-8, cells separated by commas or semicolons. The first line names these columns, in any order:

\b
  {" ".join(ASSESSED_COLUMNS)}

\b
number: what the amount is called there · kind: {", ".join(ASSESSED_KINDS)}
period: 2026-10 or 2026-Q4 · amount: dinars · legal_due_on: 2026-11-30 or 30/11/2026
worksite: its code, or empty

{HABITS}"""


@click.command("import-dues", help=DUES_HELP)
@sheet_options
@by_option
@with_appcontext
@refusals_to_exit
def import_dues(file: Path, dry_run: bool, report: Path | None, actor: str | None) -> None:
    refused: list[InvalidRow] = []
    day = working_day(None, actor)
    with progress_bar() as progress, run_lock(session(), settings().home, wait=True):
        summary = take_in(session(), day, file, refused.append, progress, dry_run=dry_run)
    tell_refused(refused, report)
    tell_summary(summary, dry_run=dry_run)
    if summary.refused:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)


@click.command("export-postings")
@click.option(
    "--after", type=click.IntRange(min=0), default=0, show_default=True,
    help="The last posting that you have: what came after it is written.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="Write into this file, all or nothing; without it, to the standard output.",
)  # fmt: skip
@with_appcontext
@refusals_to_exit
def export_postings(after: int, output: Path | None) -> None:
    """Write the postings after a known one, for the fund's own system.

    A sheet (CSV), one posting a line, in the order of their ids, amounts in dinars. The last line
    is "last" and the id of the last posting: give it as --after the next time. A sheet without
    that line is torn: throw it away and ask again with the same --after. Nothing is ever left out
    or written twice.
    """
    lines = posting_export.export_postings(session(), after)

    def write(out: BinaryIO) -> None:
        for line in lines:
            out.write(line.encode())

    if output is None:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        write_atomically(output, write)
