"""`flask open-channel`: one of the fund's own collecting accounts, and the banks that use it."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from webapp.commands.desk import open_vault, refusals_to_exit, session
from webapp.domain.channel_terms import (
    DEFAULT_LAYOUT,
    NameProfile,
    SftpServer,
    read_folder,
    read_host,
    read_host_key,
    read_port,
    read_user,
)
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
@click.option("--layout", default=DEFAULT_LAYOUT, show_default=True, help="Of its files.")
@click.option(
    "--names",
    type=click.Choice([profile.value for profile in NameProfile]),
    default=NameProfile.AS_WRITTEN.value,
    show_default=True,
    help="As they are written, or in plain Latin letters.",
)
@click.option("--sftp-host", help="The bank's SFTP server; without one, files go to a folder.")
@click.option("--sftp-port", default="22", show_default=True)
@click.option("--sftp-user", default="")
@click.option("--sftp-folder", default=".", show_default=True, help="Where the bank takes them.")
@click.option("--sftp-host-key", default="", help="As the bank gives it: ssh-ed25519 AAAA…")
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
    layout: str,
    names: str,
    **server: str | None,
) -> None:
    """Open the collecting channel CODE. The account is asked for, so that no shell keeps it.

    The private key that opens its SFTP server is the file CODE in the folder sftp of KHATWA_KEYS
    (beside it, where that is one file).
    """
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
        layout=layout,
        names=NameProfile(names),
        server=_server(**server),  # type: ignore[arg-type]
    )
    if open_it(session(), open_vault(), channel):
        click.echo(f"{code}: opened")
    else:
        click.echo(f"{code}: is open already, nothing was changed")


def _server(
    sftp_host: str | None,
    sftp_port: str,
    sftp_user: str,
    sftp_folder: str,
    sftp_host_key: str,
) -> SftpServer | None:
    """The bank's server. Raises InvalidChannel."""
    if sftp_host is None:
        return None
    return SftpServer(
        read_host(sftp_host),
        read_port(sftp_port),
        read_user(sftp_user),
        read_folder(sftp_folder),
        read_host_key(sftp_host_key),
    )
