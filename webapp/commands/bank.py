"""The commands of the collection office that talk to banks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    Day,
    by_option,
    open_vault,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.data.loader import load_reasons
from webapp.domain.errors import KhatwaError
from webapp.services import bank_files, outbox
from webapp.services.answers import import_answers as take_in
from webapp.services.locking import run_lock
from webapp.services.news.telling import tell_news
from webapp.services.refusals import follow_up_refusals
from webapp.services.reversals import tell_of_reversals

on_option = click.option("--on", type=Day(), help="Act on this day instead of today.")


@click.command("approve-bank-file")
@click.argument("reference")
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def approve_bank_file(reference: str, on: date | None, actor: str | None) -> None:
    """Approve the file REFERENCE; never the person who froze it."""
    day = working_day(on, actor)
    bank_files.approve_bank_file(session(), day, reference, settings().outbox)
    click.echo(f"{reference}: approved by {day.actor}")


@click.command("confirm-bank-file")
@click.argument("reference")
@click.option("--receipt", default="", help="The number that the bank gives for the file.")
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def confirm_bank_file(reference: str, receipt: str, on: date | None, actor: str | None) -> None:
    """The bank says that it has the file REFERENCE, which is unknown or counts as lost."""
    bank_files.confirm_sent(session(), working_day(on, actor), reference, receipt)
    click.echo(f"{reference}: sent, as the bank says")


@click.command("import-answers")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def import_answers(files: tuple[Path, ...], on: date | None, actor: str | None) -> None:
    """Import the banks' messages FILES; one that is refused does not stop the others."""
    day = working_day(on, actor)
    vault, refused = open_vault(), []
    with run_lock(session(), settings().home, wait=True), progress_bar() as progress:
        for path in files:
            try:
                result = take_in(session(), day, vault, path, settings().inbox, progress)
            except KhatwaError as error:
                refused.append(error)
                click.echo(f"{path.name}: refused: {error}", err=True)
                continue
            told = ", ".join(f"{count} {word}" for word, count in result.outcomes.items())
            seen = " (imported before)" if result.known_before else ""
            click.echo(f"{path.name}: {result.message_name} {result.message_id}{seen}: {told}")
        counts = follow_up_refusals(session(), day, load_reasons())
        tell_of_reversals(session(), day, vault, outbox.tell)
        tell_news(session(), day, vault, progress)
    click.echo(", ".join(f"{count} {word}" for word, count in counts.items()))
    if refused:
        raise refused[0]
