"""`flask verify-books` and `flask verify-events`: proofs that anyone may ask for at any time."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp.commands.desk import refusals_to_exit, session
from webapp.commands.report_text import dinars
from webapp.services import books, events
from webapp.services.transactions import transaction


@click.command("verify-books")
@with_appcontext
@refusals_to_exit
def verify_books() -> None:
    """Check that every cause sums to zero and every due is booked as it stands."""
    with transaction(session()):
        balances = books.verify_books(session())
    for account, balance in balances.items():
        click.echo(f"{account.value:<16}{dinars(balance):>24}")
    click.echo("The books balance.")


@click.command("verify-events")
@with_appcontext
@refusals_to_exit
def verify_events() -> None:
    """Recompute the chain of events from its beginning."""
    sealed, unsealed = events.verify_events(session())
    click.echo(f"{sealed} events sealed and unchanged, {unsealed} not sealed yet.")
