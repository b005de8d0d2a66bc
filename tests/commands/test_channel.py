"""Opening a collecting channel by command."""

from __future__ import annotations

from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import Channel, ChannelRoute

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


def test_no_two_channels_take_one_bank_or_share_one_account(cli: FlaskCliRunner) -> None:
    code, said = opened(cli, "CPA", "--bank", "007")
    assert (code, "channel_taken: channel=POST" in said) == (1, True)
    assert opened(cli, "CPA")[0] == 1
    assert opened(cli, "CPA", "--bank", "004")[0] == 0
    assert opened(cli, "CPB", "--bank", "005")[0] == 1
