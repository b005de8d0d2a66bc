"""What the commands that take in a sheet share: their options, and what they say of its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click
from flask_babel import force_locale

from webapp.adapters.storage import write_atomically
from webapp.commands.desk import EXIT_A_PERSON_MUST_LOOK
from webapp.domain.errors import InvalidRow
from webapp.domain.sheets import sheet_lines
from webapp.forms.sheet_messages import sentence_for_row
from webapp.services.sheet_summary import SheetSummary

Command = TypeVar("Command", bound=Callable[..., Any])

HEADINGS = ("line", "column", "value", "reason_ar", "reason_fr")
HABITS = f"""Good lines are kept, bad ones are listed with their number and column. The same sheet
a second time changes nothing. Ends with {EXIT_A_PERSON_MUST_LOOK} when a line was refused.
"""


def sheet_options(command: Command) -> Command:
    """FILE, --dry-run and --refused."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Only say what would be taken in."),
        click.option(
            "--refused",
            "report",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write the refused lines into this sheet, with the reason in Arabic and French.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def tell_refused(refused: Sequence[InvalidRow], report: Path | None) -> None:
    """Say what is wrong with each line, and write the sheet of them that was asked for."""
    for row in refused:
        tell_row(row)
    if report is not None:
        _write_report(report, refused)


def tell_row(row: InvalidRow) -> None:
    """Say what is wrong with one line."""
    reason = row.reason.replace("_", " ")
    click.echo(f"line {row.line}, {row.column or 'whole line'} {row.value!r}: {reason}", err=True)


def tell_summary(summary: SheetSummary, *, dry_run: bool) -> None:
    """Say what became of the lines."""
    click.echo(
        f"{summary.lines} lines read: {summary.added} added, {summary.known} known, "
        f"{summary.refused} refused{' (nothing was kept)' if dry_run else ''}"
    )


def _write_report(path: Path, refused: Sequence[InvalidRow]) -> None:
    """A sheet for whoever mends the lines; a cell never begins like a formula."""
    rows = [
        (row.line, row.column, row.value, *(_reason_in(code, row) for code in ("ar", "fr")))
        for row in refused
    ]

    def produce(out: BinaryIO) -> None:
        out.writelines(line.encode() for line in sheet_lines(HEADINGS, rows))

    write_atomically(path, produce)


def _reason_in(language: str, row: InvalidRow) -> str:
    with force_locale(f"{language}_DZ"):
        return sentence_for_row(row)
