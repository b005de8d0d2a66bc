"""`flask verify-books` and `flask verify-events`: proofs that anyone may ask for at any time."""

from __future__ import annotations

import re
from typing import Any

import click
from flask.cli import with_appcontext

from webapp.commands.desk import EXIT_REFUSED, refusals_to_exit, session
from webapp.commands.report_text import dinars
from webapp.domain.errors import EventsTampered
from webapp.services import books, event_chain
from webapp.services.transactions import transaction

# What is wrong at a link of the chain, in plain words.
TAMPERED = {
    "event_changed": "Event {event_id} or its link is not what was sealed.",
    "event_missing": "Event {event_id} was sealed and is gone.",
    "link_missing": "A link was taken out, put in or moved here.",
    "event_slipped_in": "Event {event_id} was slipped in among sealed ones afterwards.",
    "unreadable": "Here or soon after stands what the service never writes.",
    "head_missing": (
        "The printed head is nowhere in the chain: its end was cut off, or it was made anew."
    ),
}


class Head(click.ParamType[str]):
    """A head as a run report prints it: 64 hexadecimal digits."""

    name = "hex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        head = re.sub(r"\s", "", str(value)).lower()
        if not re.fullmatch(r"[0-9a-f]{64}", head):
            self.fail(f"{value!r} is not 64 hexadecimal digits as a run report prints them",
                      param, ctx)  # fmt: skip
        return head


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
@click.option("--head", type=Head(), help="Find the head that a run report printed in the chain.")
@with_appcontext
@refusals_to_exit
def verify_events(head: str | None) -> None:
    """Recompute the chain of events from its beginning.

    Ends with 0 when it holds and with 1 when something was changed, taken out or put in. Only
    with the head of a printed report does it show that the end was cut off or all made anew.
    """
    try:
        chain = event_chain.verify_events(session(), head)
    except EventsTampered as error:
        wrong = TAMPERED[error.what].format(**error.params)
        click.echo(f"TAMPERED at link {error.position}. {wrong}", err=True)
        raise SystemExit(EXIT_REFUSED) from error
    click.echo(f"{chain.sealed} events sealed and unchanged, {chain.unsealed} not sealed yet.")
    if chain.unsealed_since is not None:
        click.echo(
            f"Not sealed since {chain.unsealed_since:%d/%m/%Y %H:%M} UTC: the next run seals them;"
            " until then nothing shows whether one is taken out."
        )
    if chain.after_head is not None:
        click.echo(f"The printed head is in the chain; links after it: {chain.after_head}.")
    click.echo(f"Head: {chain.head}")
