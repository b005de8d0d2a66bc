"""The commands by which the office decides about one debit or notice, never during a run."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    Day,
    by_option,
    open_vault,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.domain.errors import NotFound
from webapp.services import bounces, debits
from webapp.services.locking import run_lock

on_option = click.option("--on", type=Day(), help="Act on this day instead of today.")


@click.command("release-debit")
@click.argument("reference")
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def release_debit(reference: str, on: date | None, actor: str | None) -> None:
    """Release the held debit REFERENCE: the next run announces it anew."""
    day = working_day(on, actor)
    with run_lock(session(), settings().home, wait=True):
        debits.release_debit(session(), day, reference)
    click.echo(f"{reference}: planned again")


@click.command("cancel-debit")
@click.argument("reference")
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def cancel_debit(reference: str, on: date | None, actor: str | None) -> None:
    """Cancel the unsent debit REFERENCE: what it would have collected is due again."""
    day = working_day(on, actor)
    with run_lock(session(), settings().home, wait=True):
        debits.cancel_debit(session(), day, reference, open_vault())
    click.echo(f"{reference}: cancelled")


@click.command("record-bounce")
@click.argument("reference")
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def record_bounce(reference: str, on: date | None, actor: str | None) -> None:
    """The provider tells that a message did not arrive; of a notice, the debit is held."""
    day = working_day(on, actor)
    with run_lock(session(), settings().home, wait=True):
        known = bounces.record_bounce(session(), day, reference)
    if not known:
        raise NotFound(kind="message", reference=reference)
    click.echo(f"{reference}: not delivered")
