"""`flask messages`: what a development machine has sent, for there nothing leaves it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import refusals_to_exit, settings

SECONDS_BETWEEN_LOOKS = 0.5


@click.command("messages")
@click.option("--last", default=5, show_default=True, type=click.IntRange(0), help="How many.")
@click.option("--follow", is_flag=True, help="Go on and show each new one as it comes.")
@with_appcontext
@refusals_to_exit
def messages(last: int, follow: bool) -> None:
    """Show the latest SMS and e-mails of the message folder, codes among them.

    With a mail server in the settings, e-mails go there instead.
    """
    folder = settings().messages_folder
    sent = list(_lines(folder))
    for line in sent[len(sent) - min(last, len(sent)) :]:
        _show(line)
    if not sent and not follow:
        click.echo(f"No message yet in {folder}")
    while follow:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        newer = list(_lines(folder))[len(sent) :]
        for line in newer:
            _show(line)
        sent += newer


def _lines(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.jsonl")):
        yield from file.read_text(encoding="utf-8").splitlines()


def _show(line: str) -> None:
    message = json.loads(line)
    click.echo(f"── {message['channel']} to {message['address'] or '(nobody)'}")
    if message["subject"]:
        click.echo(message["subject"])
    click.echo(f"{message['body']}\n")
    if message.get("attachment"):
        click.echo(f"with {message['attachment']}\n")
