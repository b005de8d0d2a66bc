"""`flask send-bank-files`: approved files leave, all at once or as people ask for them."""

from __future__ import annotations

import threading
from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from webapp.commands.bank import on_option
from webapp.commands.desk import by_option, refusals_to_exit, session, settings, working_day
from webapp.commands.sending import end_when_told
from webapp.domain.errors import KhatwaError
from webapp.domain.rules import MessageRules
from webapp.outside import make_transports, sent_journal
from webapp.services import bank_files, sending_reversals
from webapp.services.locking import run_lock
from webapp.services.working_day import WorkingDay

# After a failure that the next round would only meet again.
SECONDS_AFTER_TROUBLE = 60


@click.command("send-bank-files")
@click.option(
    "--loop", is_flag=True, help="Go on until told to end, with what is asked for on the pages."
)
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def send_bank_files(on: date | None, actor: str | None, loop: bool) -> None:
    """Send every approved file once, and again what two people have let go again; and reversals.

    With --loop, round after round, only the files that somebody wants to leave now: a page never
    waits for a bank. Told to end, it finishes the file that it is sending.
    """
    if loop:
        _go_on(end_when_told(), actor)
        return
    sent = _send(working_day(on, actor))
    if not sent:
        click.echo("No approved file waits to be sent.")


def _go_on(ended: threading.Event, actor: str | None) -> None:
    while not ended.is_set():
        in_order = _round_that_survives(working_day(None, actor))
        ended.wait(MessageRules().seconds_between_rounds if in_order else SECONDS_AFTER_TROUBLE)


def _round_that_survives(day: WorkingDay) -> bool:
    """A round; what fails is told to the log and stands on the page of its file."""
    try:
        waits = sending_reversals.is_any_agreed(session())
        if waits or bank_files.is_anything_asked(session(), day):
            _send(day, asked_only=True)
    except (KhatwaError, OSError, SQLAlchemyError):
        current_app.logger.exception("this round of bank files did not end well")
        session().rollback()
        return False
    return True


def _send(day: WorkingDay, *, asked_only: bool = False) -> list[str]:
    with run_lock(session(), settings().home, wait=True):
        transports = make_transports(settings(), session())
        tools = (session(), day, settings().outbox, transports, sent_journal(settings()))
        try:
            sent = bank_files.send_bank_files(*tools, asked_only=asked_only)
        except KhatwaError:  # A bank that cannot be reached keeps back no other's reversal.
            sending_reversals.send_reversals(*tools)
            raise
        sent += sending_reversals.send_reversals(*tools)
    for reference in sent:
        click.echo(f"{reference}: sent")
    return sent
