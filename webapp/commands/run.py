"""`flask run-debits` and `flask status`: the run, and what waits for a person."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    Day,
    by_option,
    ends_when_told,
    progress_bar,
    refusals_to_exit,
    right_now,
    run_tools,
    session,
    settings,
    working_day,
)
from webapp.commands.report_text import report_lines
from webapp.services.certificates.revoking import revoke_lost_standings
from webapp.services.dry_runs import dry_run as dry_run_of
from webapp.services.forgetting import forget_old
from webapp.services.locking import run_lock
from webapp.services.news.telling import tell_news
from webapp.services.open_days.device_closing import close_what_was_left
from webapp.services.reports import build_report, last_run
from webapp.services.runs import check_run_day, run_due_debits


@click.command("run-debits")
@click.option("--on", type=Day(), help="Run for this day instead of today.")
@click.option("--dry-run", is_flag=True, help="Show the report and write nothing.")
@click.option("--force", is_flag=True, help="Allow a day before the last run's.")
@click.option("--wait/--no-wait", default=True, help="Wait while another run is under way.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the report as JSON.")
@by_option
@with_appcontext
@refusals_to_exit
def run_debits(
    on: date | None,
    dry_run: bool,
    force: bool,
    wait: bool,
    report: Path | None,
    actor: str | None,
) -> None:
    """Plan, announce, hold, freeze and write the debits that are due.

    Ends with 0, with 3 when a person must look at something, with 1 when the run was refused or
    a check failed. SIGTERM or Ctrl-C ends it after the step that it is in, with 4; a disk or a
    database that fails, with 5, like every command. What was done is kept, and the next run goes
    on from there.
    """
    day = working_day(on, actor)
    check_run_day(session(), day.today, right_now().today, force=force, dry_run=dry_run)
    with ExitStack() as stack:
        stack.enter_context(ends_when_told())
        stack.enter_context(run_lock(session(), settings().home, wait=wait))
        tools = stack.enter_context(run_tools(day))
        progress = stack.enter_context(progress_bar())
        if dry_run:
            result = dry_run_of(session(), day, tools, progress)
        else:
            result = run_due_debits(session(), day, tools, progress)
            tell_news(session(), day, tools.vault, progress)
            forget_old(session(), day)
            revoke_lost_standings(session(), day, tools.vault)
            close_what_was_left(session(), day)
    if report is not None:
        report.write_text(result.to_json() + "\n", encoding="utf-8")
    for line in report_lines(result, settings().outbox, dry_run=dry_run):
        click.echo(line)
    if result.needs_a_person:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)


@click.command("status")
@with_appcontext
@refusals_to_exit
def status() -> None:
    """Tell what is due, what is held or unknown, and how the last run ended."""
    day = working_day()
    run = last_run(session())
    if run is None:
        click.echo("No run has ended yet.")
    else:
        phases = json.loads(run.report or "{}").get("phases", {})
        click.echo(f"Last run: {run.day:%d/%m/%Y} by {run.actor}, {phases}")
    for line in report_lines(build_report(session(), day, {}, ""), settings().outbox):
        click.echo(line)
