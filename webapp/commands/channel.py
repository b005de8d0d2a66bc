"""`flask open-channel`: one of the fund's own collecting accounts, and the banks that use it."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from webapp.commands.desk import open_vault, refusals_to_exit, session
from webapp.services.reference_data import NewChannel
from webapp.services.reference_data import open_channel as open_it


@click.command("open-channel")
@click.argument("code")
@click.option("--institution-fr", required=True, help="The bank's name in French.")
@click.option("--institution-ar", required=True, help="The bank's name in Arabic.")
@click.option("--agent", required=True, metavar="001", help="The three digits of that bank.")
@click.option("--account", required=True, prompt=True, hide_input=True, help="The fund's account.")
@click.option("--creditor-identifier", required=True, help="The fund's identifier there.")
@click.option("--bank", "banks", multiple=True, help="A payers' bank it takes; none: all others.")
@click.option("--file-limit", default=25_000, show_default=True, help="Debits in one file.")
@click.option("--lead-days", default=1, show_default=True, help="Bank days before the debit.")
@click.option("--cut-off", type=click.DateTime(["%H:%M"]), default="12:00", show_default=True)
@with_appcontext
@refusals_to_exit
def open_channel(
    code: str,
    institution_fr: str,
    institution_ar: str,
    agent: str,
    account: str,
    creditor_identifier: str,
    banks: tuple[str, ...],
    file_limit: int,
    lead_days: int,
    cut_off: datetime,
) -> None:
    """Open the collecting channel CODE. The account is asked for, so that no shell keeps it."""
    channel = NewChannel(
        code=code,
        institution_fr=institution_fr,
        institution_ar=institution_ar,
        creditor_agent=agent,
        creditor_account=account,
        creditor_identifier=creditor_identifier,
        banks=banks,
        file_limit=file_limit,
        lead_days=lead_days,
        cut_off=cut_off.time(),
    )
    if open_it(session(), open_vault(), channel):
        click.echo(f"{code}: opened")
    else:
        click.echo(f"{code}: is open already, nothing was changed")
