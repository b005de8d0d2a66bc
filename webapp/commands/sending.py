"""`flask send-messages` and `flask read-bounces`: what leaves the outbox, and what comes back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from webapp.adapters.bounces import bounces_in
from webapp.adapters.messages import Messenger
from webapp.commands.desk import (
    refusals_to_exit,
    right_now,
    session,
    settings,
    working_day,
)
from webapp.domain.errors import RunAlreadyInProgress
from webapp.domain.rules import MessageRules
from webapp.outside import make_messenger, notice_sender, outbox_of
from webapp.services.bounces import record_bounce
from webapp.services.locking import run_lock
from webapp.services.notices import notices_are_due, send_notices
from webapp.services.sending import send_messages


@click.command("send-messages")
@click.option("--loop", is_flag=True, help="Go on, round after round, until told to end.")
@with_appcontext
@refusals_to_exit
def send_what_waits(loop: bool) -> None:
    """Send the messages of the outbox, codes first, and the notices that could not leave yet.

    Any number may run at once: none sends what another has taken. Told to end, it finishes the
    message that it is sending.
    """
    ended = end_when_told() if loop else threading.Event()
    while True:
        sent = _round_that_survives(ended) if loop else _one_round(ended)
        if not loop or ended.is_set():
            return
        if not sent:
            ended.wait(MessageRules().seconds_between_rounds)


def end_when_told() -> threading.Event:
    """What is set when the system tells a worker to end."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


@click.command("read-bounces")
@click.argument("box", metavar="FOLDER", type=click.Path(exists=True, path_type=Path))
@with_appcontext
@refusals_to_exit
def read_bounced(box: Path) -> None:
    """Record what mail servers sent back to the Maildir (or the mbox file) FOLDER.

    What is recorded leaves it; what is no report about a mail of ours stays for somebody to read.
    """
    day = working_day()
    with run_lock(session(), settings().home, wait=True), bounces_in(box) as bounces:
        for bounce in bounces:
            known = record_bounce(session(), day, bounce.reference, bounce.status)
            if known:
                bounces.forget(bounce)
            told = "not delivered" if known else "not one of ours"
            click.echo(f"{bounce.reference}: {told} ({bounce.status})")


def _round_that_survives(ended: threading.Event) -> int:
    """A round; where the database or a disk is away for a moment, the next one makes it good."""
    try:
        return _one_round(ended)
    except (OSError, SQLAlchemyError):
        current_app.logger.exception("this round of messages is left to the next")
        session().rollback()
        return 0


def _one_round(ended: threading.Event) -> int:
    def go_on() -> bool:
        return not ended.is_set()

    with make_messenger(settings(), right_now().today) as messenger:
        outbox = outbox_of(current_app, messenger, lambda: right_now().now, go_on)
        messages = send_messages(session(), outbox)
        notices = _send_notices(messenger, go_on) if go_on() else 0
    if messages or notices:
        click.echo(f"{messages} messages and {notices} notices accepted")
    return messages + notices


def _send_notices(messenger: Messenger, go_on: Callable[[], bool]) -> int:
    """Some of the notices that are due; none while a run is under way, which sends them itself."""
    day = working_day()
    if not notices_are_due(session(), day):
        return 0
    try:
        with run_lock(session(), settings().home, wait=False):
            return send_notices(
                session(),
                day,
                notice_sender(current_app, messenger),
                most=MessageRules().notices_of_a_round,
                go_on=go_on,
            )
    except RunAlreadyInProgress:
        return 0
