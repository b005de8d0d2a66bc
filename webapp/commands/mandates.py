"""`flask import-mandates` and `flask ask-for-paper`: mandates from before, and careful banks."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.authorisation import text_of_paper
from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    by_option,
    open_vault,
    progress_bar,
    refusals_to_exit,
    session,
    working_day,
)
from webapp.commands.sheets import HABITS, sheet_options, tell_refused
from webapp.data.loader import load_banks
from webapp.domain.errors import InvalidRow, NotFound
from webapp.services import confirming_banks
from webapp.services.mandate_import import import_mandates as take_in
from webapp.services.mandate_lines import MANDATE_COLUMNS

HELP = f"""Take in the sheet FILE of mandates that were signed on paper.

UTF-8, cells separated by commas or semicolons. The first line names these columns, in any order:

\b
  {" ".join(MANDATE_COLUMNS[:5])}
  {" ".join(MANDATE_COLUMNS[5:])}

\b
account: 20 digits, or CCP number and key · signed_on: 2019-05-31 or 31/05/2019
signatory_name: empty for that of the register · quality: owner, manager, proxy or empty
covers_arrears: yes, no · worksites: codes with | between, or empty for all
paper_reference: where the paper is kept; empty if it is not here: the mandate waits for it

{HABITS}"""


@click.command("import-mandates", help=HELP)
@sheet_options
@by_option
@with_appcontext
@refusals_to_exit
def import_mandates(file: Path, dry_run: bool, report: Path | None, actor: str | None) -> None:
    refused: list[InvalidRow] = []
    with progress_bar() as progress:
        summary = take_in(
            session(), working_day(None, actor), open_vault(), file, text_of_paper, refused.append,
            progress, dry_run=dry_run,
        )  # fmt: skip
    tell_refused(refused, report)
    click.echo(
        f"{summary.lines} lines read: {summary.added} added, {summary.known} known, "
        f"{summary.refused} refused{' (nothing was kept)' if dry_run else ''}"
    )
    if summary.waiting:
        click.echo(f"{summary.waiting} of those added wait for their paper")
    if summary.refused:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)


@click.command("ask-for-paper")
@click.argument("bank_code")
@click.option("--days", type=click.IntRange(1, 365), help="Within how many days it should be back.")
@click.option("--no", "no_more", is_flag=True, help="This bank asks for it no more.")
@with_appcontext
@refusals_to_exit
def ask_for_paper(bank_code: str, days: int | None, no_more: bool) -> None:
    """A bank asks for the signed and stamped paper before it lets the fund debit its customers."""
    if bank_code not in load_banks():
        raise NotFound(kind="bank", reference=bank_code)
    if no_more == (days is not None):
        raise click.UsageError("say either --days or --no")
    confirming_banks.ask_for_paper(session(), bank_code, None if no_more else days)
    for code, given in confirming_banks.confirming_banks(session()).items():
        click.echo(f"{code}: paper within {given} days")
