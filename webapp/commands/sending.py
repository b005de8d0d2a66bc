"""`flask send-messages` and `flask read-bounces`: what leaves the outbox, and what comes back."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp.adapters.bounces import forget_bounce, read_bounces
from webapp.commands.desk import (
    open_vault,
    refusals_to_exit,
    right_now,
    session,
    settings,
    working_day,
)
from webapp.domain.rules import MessageRules
from webapp.outside import make_messenger, message_sender, notice_sender
from webapp.services.bounces import record_bounce
from webapp.services.locking import run_lock
from webapp.services.notices import send_notices
from webapp.services.sending import send_messages


@click.command("send-messages")
@click.option("--loop", is_flag=True, help="Go on, round after round, until told to end.")
@with_appcontext
@refusals_to_exit
def send_what_waits(loop: bool) -> None:
    """Send the messages of the outbox, codes first, and the notices that could not leave yet.

    Any number may run at once: none sends what another has taken.
    """
    ended = threading.Event()
    if loop:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
    while True:
        _one_round()
        if not loop or ended.wait(MessageRules().seconds_between_rounds):
            return


@click.command("read-bounces")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
@refusals_to_exit
def read_bounced(folder: Path) -> None:
    """Record what mail servers sent back to the Maildir FOLDER; what is recorded leaves it."""
    day = working_day()
    for key, reference, status in read_bounces(folder):
        with run_lock(session(), settings().home, wait=True):
            known = record_bounce(session(), day, reference, status)
        if known:
            forget_bounce(folder, key)
        click.echo(f"{reference}: {'not delivered' if known else 'not one of ours'} ({status})")


def _one_round() -> None:
    day = working_day()
    with make_messenger(settings(), day.today) as messenger:
        messages = send_messages(
            session(),
            lambda: right_now().now,
            open_vault(),
            MessageRules(),
            message_sender(current_app, messenger),
        )
        with run_lock(session(), settings().home, wait=True):
            notices = send_notices(session(), day, notice_sender(current_app, messenger))
    if messages or notices:
        click.echo(f"{messages} messages and {notices} notices accepted")
