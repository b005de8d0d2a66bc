"""Opening a collecting channel by command."""

from __future__ import annotations

import base64

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from webapp.adapters.sftp import SftpTransport
from webapp.adapters.transports import FolderTransport
from webapp.domain.channel_terms import NameProfile, SftpServer
from webapp.extensions import db
from webapp.models import Channel, ChannelRoute
from webapp.outside import make_transports
from webapp.services.channels import find_channel

ACCOUNT = "00400174401001050486"
ARGUMENTS = [
    "--institution-fr", "Crédit Populaire d'Algérie", "--institution-ar", "القرض الشعبي الجزائري",
    "--agent", "004", "--creditor-identifier", "DZ-1",
]  # fmt: skip


def opened(cli: FlaskCliRunner, code: str, *more: str, account: str = ACCOUNT) -> tuple[int, str]:
    """The exit code and what was said; the account is typed when asked for."""
    result = cli.invoke(args=["open-channel", code, *ARGUMENTS, *more], input=f"{account}\n")
    return result.exit_code, result.output


def test_a_channel_is_opened_once_with_its_banks(cli: FlaskCliRunner) -> None:
    code, said = opened(cli, "CPA", "--bank", "004", "--bank", "011", "--cut-off", "10:30")
    assert (code, "CPA: opened" in said) == (0, True)
    assert ACCOUNT not in said
    assert "already" in opened(cli, "CPA", "--bank", "004")[1]
    with cli.app.app_context():
        channel = db.session.scalars(select(Channel).where(Channel.code == "CPA")).one()
        assert channel.cut_off.isoformat() == "10:30:00"
        assert ACCOUNT.encode() not in channel.creditor_account
        banks = select(func.count()).where(ChannelRoute.channel_id == channel.id)
        assert db.session.scalar(banks) == 2


KEY = "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()
SERVER = ["--sftp-host", "sftp.cpa.example", "--sftp-user", "cacobatph", "--sftp-folder", "/in"]


def test_a_channel_is_opened_with_its_layout_its_names_and_its_server(cli: FlaskCliRunner) -> None:
    terms = ["--layout", "csv1", "--names", "latin", *SERVER, "--sftp-host-key", KEY]
    assert opened(cli, "CPA", "--bank", "004", *terms)[0] == 0
    with cli.app.app_context():
        found = find_channel(db.session(), "CPA").terms
        assert (found.layout, found.names) == ("csv1", NameProfile.LATIN)
        assert found.server == SftpServer("sftp.cpa.example", 22, "cacobatph", "/in", KEY)
        transports = make_transports(cli.app.config["KHATWA"], db.session())
    server = transports["CPA"]
    assert isinstance(server, SftpTransport) and isinstance(transports["BNA"], FolderTransport)
    assert server.key == cli.app.config["KHATWA"].sftp_keys / "CPA"
    assert not server.key.is_relative_to(cli.app.config["KHATWA"].home)


@pytest.mark.parametrize(
    "terms",
    [
        ["--layout", "cfonb160"],
        ["--lead-days", "5"],
        [*SERVER, "--sftp-host-key", "ssh-ed25519 AAAA"],
        [*SERVER, "--sftp-host-key", KEY, "--sftp-port", "70000"],
        ["--sftp-host", "not a host", "--sftp-user", "u", "--sftp-host-key", KEY],
    ],
)
def test_terms_that_are_none_open_nothing(cli: FlaskCliRunner, terms: list[str]) -> None:
    code, said = opened(cli, "CPA", "--bank", "004", *terms)
    assert (code, "refused" in said) == (1, True)
    with cli.app.app_context():
        assert db.session.scalar(select(Channel.id).where(Channel.code == "CPA")) is None


def test_no_two_channels_take_one_bank_or_share_one_account(cli: FlaskCliRunner) -> None:
    code, said = opened(cli, "CPA", "--bank", "007")
    assert (code, "channel_taken: channel=POST" in said) == (1, True)
    assert opened(cli, "CPA")[0] == 1
    assert opened(cli, "CPA", "--bank", "004")[0] == 0
    assert opened(cli, "CPB", "--bank", "005")[0] == 1
