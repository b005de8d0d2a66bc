"""`flask close-day` and `flask open-day`: the bank calendar, for an office without the page."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from webapp.commands.debits import on_option
from webapp.commands.desk import (
    Day,
    by_option,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.domain.calendar import RestDay
from webapp.services import closed_days
from webapp.services.closing_effects import ClosingEffect, preview_change
from webapp.services.locking import run_lock
from webapp.services.replanning import replan
from webapp.services.working_day import WorkingDay

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Tell what would move, and change nothing."
)


@click.command("close-day")
@click.argument("day", type=Day())
@click.option("--reason-ar", required=True, help="Why, in Arabic.")
@click.option("--reason-fr", required=True, help="Why, in French.")
@click.option("--estimated", is_flag=True, help="It follows the moon and may still move.")
@dry_run_option
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def close_day(
    day: date, reason_ar: str, reason_fr: str, estimated: bool, dry_run: bool, on: date | None,
    actor: str | None,
) -> None:  # fmt: skip
    """Close the bank day DAY, written 2026-11-23, and move what falls on it.

    What nobody was told of is planned again; what was announced moves to the next bank day with a
    new notice; a file that has not left is superseded. A second time only finishes what is left.
    """
    new = RestDay(day, reason_ar, reason_fr, estimated)
    working = working_day(on, actor)
    with run_lock(session(), settings().home, wait=True):
        _tell(preview_change(session(), working, day, None))
        if not dry_run:
            _replan(closed_days.close_day(session(), working, new), f"{day}: closed")


@click.command("open-day")
@click.argument("day", type=Day())
@dry_run_option
@on_option
@by_option
@with_appcontext
@refusals_to_exit
def open_day(day: date, dry_run: bool, on: date | None, actor: str | None) -> None:
    """Open the closed day DAY: what was announced for another day stays there."""
    working = working_day(on, actor)
    with run_lock(session(), settings().home, wait=True):
        _tell(preview_change(session(), working, None, day))
        if not dry_run:
            _replan(closed_days.open_day(session(), working, day), f"{day}: open")


def _replan(working: WorkingDay, told: str) -> None:
    with progress_bar() as progress:
        replan(session(), working, progress)
    click.echo(told)


def _tell(effect: ClosingEffect) -> None:
    click.echo(f"planned again: {effect.planned.debits + effect.back.debits}")
    for one in effect.moving:
        click.echo(f"moved to {one.to_on} with a new notice: {one.some.debits}")
    for file in effect.files:
        click.echo(f"superseded: {file.reference}, {file.debits} debits")
    click.echo(f"waiting: {effect.waiting.debits}, only expected later: {effect.sent.debits}")
